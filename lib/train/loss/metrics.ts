import { tf } from '../../backend';
import { asFloat } from './losses';

/** A metric of a compiled model: its name as Keras writes it, the output that it looks at, and values of one or more a sample. */
export interface Metric {
  name: string;
  output: number;
  values: Compared;
  /** Which of the values the metric is a mean of, boolean; all of them by default. */
  counted?: Compared;
}

type Compared = (target: tf.Tensor, prediction: tf.Tensor) => tf.Tensor;

const isTrue: Compared = (target, prediction) => tf.notEqual(alikeTarget(target, prediction), 0);
const isFound: Compared = (_target, prediction) => tf.greater(prediction, 0.5);

/**
 * Metrics by their plain names that are computed here: TensorFlow.js's precision and recall count a prediction only where it is exactly
 * 1, and take the mean of the batches; Keras's count those above 0.5, over the whole epoch, masked steps among them.
 */
const own: Partial<Record<string, Pick<Metric, 'values' | 'counted'>>> = {
  accuracy: { values: accuracy },
  acc: { values: accuracy },
  precision: { values: isTrue, counted: isFound },
  recall: { values: isFound, counted: isTrue },
};

/** The metrics that `model.compile` was given, named as they were asked for (`acc` is `acc`), and the loss of each of several outputs. */
export function compiledMetrics(model: tf.LayersModel): Metric[] {
  const asked = askedMetrics(model);
  const losses = model.metricsTensors.length - asked.length;
  return model.metricsTensors.map(([values, output], i) => {
    const metric = i < losses ? undefined : asked[i - losses];
    const name = model.metricsNames[i + 1];
    if (typeof metric === 'function') return { name, output, values };
    const prefix = model.outputs.length > 1 ? `${model.outputNames[output]}_` : '';
    return {
      name: metric === undefined ? name : prefix + metric,
      output,
      values: (target, prediction) => values(asFloat(target), prediction),
      ...own[metric?.toLowerCase() ?? ''],
    };
  });
}

type AskedMetric = string | Compared;

/** What `compile` was given, once for each output that it goes for. */
function askedMetrics(model: tf.LayersModel): AskedMetric[] {
  const metrics = (model.metrics ?? []) as AskedMetric | AskedMetric[] | Record<string, AskedMetric | AskedMetric[]>;
  const byName = typeof metrics === 'object' && !Array.isArray(metrics);
  return model.outputNames.flatMap((name) => (byName ? (metrics[name] ?? []) : metrics));
}

/**
 * The share of right predictions, as Keras chooses it from the shapes: binary with threshold 0.5 for one number a prediction, by class
 * number for targets without a class axis, by the largest entry otherwise.
 */
function accuracy(target: tf.Tensor, prediction: tf.Tensor): tf.Tensor {
  const classes = prediction.shape[prediction.rank - 1];
  if (classes === 1) {
    const truth = target.rank < prediction.rank ? tf.expandDims(target, -1) : target;
    const right = tf.equal(tf.cast(truth, 'float32'), tf.cast(tf.greater(prediction, 0.5), 'float32'));
    return tf.mean(tf.cast(right, 'float32'), -1);
  }
  const chosen = tf.argMax(prediction, -1);
  const sparse = target.rank < prediction.rank || target.shape[target.rank - 1] === 1;
  const truth = sparse ? tf.cast(tf.reshape(target, chosen.shape), 'int32') : tf.argMax(target, -1);
  return tf.cast(tf.equal(chosen, truth), 'float32');
}

/** A target with the axis of 1 that its prediction has; throws where it is not one number for each predicted. */
function alikeTarget(target: tf.Tensor, prediction: tf.Tensor): tf.Tensor {
  if (target.size === prediction.size) return tf.reshape(target, prediction.shape);
  throw new Error(
    `Precision and recall compare number by number; the targets have shape [${target.shape}] and the predictions [${prediction.shape}]. ` +
      `For class numbers give tf.oneHot(y, ${prediction.shape[prediction.rank - 1]}), or measure "accuracy".`,
  );
}
