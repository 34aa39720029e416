import { tf } from '../../backend';
import { asFloat } from './losses';

/** A metric of a compiled model: its name as Keras writes it, the output that it looks at, and values of one or more a sample. */
export interface Metric {
  name: string;
  output: number;
  values: (target: tf.Tensor, prediction: tf.Tensor) => tf.Tensor;
}

/** The metrics that `model.compile` was given, named as they were asked for (`acc` is `acc`), and the loss of each of several outputs. */
export function compiledMetrics(model: tf.LayersModel): Metric[] {
  const asked = askedMetrics(model);
  const losses = model.metricsTensors.length - asked.length;
  return model.metricsTensors.map(([values, output], i) => {
    const metric = i < losses ? undefined : asked[i - losses];
    const name = model.metricsNames[i + 1];
    if (typeof metric === 'function') return { name, output, values };
    const prefix = model.outputs.length > 1 ? `${model.outputNames[output]}_` : '';
    const isAccuracy = metric === 'accuracy' || metric === 'acc';
    return {
      name: metric === undefined ? name : prefix + metric,
      output,
      values: isAccuracy ? accuracy : (target, prediction) => values(asFloat(target), prediction),
    };
  });
}

type AskedMetric = string | ((target: tf.Tensor, prediction: tf.Tensor) => tf.Tensor);

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
