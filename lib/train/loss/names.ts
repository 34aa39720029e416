/** Losses and metrics by the names that Keras has for them: camelCase, snake_case, class names and short ones. */
import { tf } from '../../backend';
import { orNearest } from '../../options';

/** TensorFlow.js's losses, with Keras's other names for them (keras/src/losses/__init__.py). */
const losses: Record<string, string[]> = {
  meanSquaredError: ['mse'],
  meanAbsoluteError: ['mae'],
  meanAbsolutePercentageError: ['mape'],
  meanSquaredLogarithmicError: ['msle'],
  binaryCrossentropy: ['bce'],
  categoricalCrossentropy: [],
  sparseCategoricalCrossentropy: [],
  hinge: [],
  squaredHinge: [],
  categoricalHinge: [],
  logcosh: [],
  poisson: [],
  kullbackLeiblerDivergence: ['kld', 'klDivergence'],
  cosineProximity: ['cosineSimilarity'],
};

type MetricFunction = (target: tf.Tensor, prediction: tf.Tensor) => tf.Tensor;

/** TensorFlow.js's metrics: the name by which it knows one, or the function where it knows none; with Keras's other names. */
const metrics: Record<string, { is: string | MetricFunction; also?: string[] }> = {
  accuracy: { is: 'accuracy' },
  acc: { is: 'acc' },
  crossentropy: { is: 'crossentropy', also: ['ce'] },
  binaryAccuracy: { is: 'binaryAccuracy' },
  categoricalAccuracy: { is: 'categoricalAccuracy' },
  sparseCategoricalAccuracy: { is: tf.metrics.sparseCategoricalAccuracy },
  binaryCrossentropy: { is: tf.metrics.binaryCrossentropy, also: ['bce'] },
  categoricalCrossentropy: { is: 'categoricalCrossentropy' },
  sparseCategoricalCrossentropy: { is: 'sparseCategoricalCrossentropy' },
  meanSquaredError: { is: 'mse', also: ['mse'] },
  meanAbsoluteError: { is: 'mae', also: ['mae'] },
  meanAbsolutePercentageError: { is: 'mape', also: ['mape'] },
  precision: { is: 'precision' },
  recall: { is: tf.metrics.recall },
  cosine: { is: 'cosine' },
};

/** TensorFlow.js's name of a loss. Throws on an unknown one, with the nearest. */
export function lossName(name: string): string {
  const known = Object.keys(losses).find((loss) =>
    [loss, ...losses[loss]].some((other) => plain(other) === plain(name)),
  );
  if (known) return known;
  if (plain(name).includes('softmaxcrossentropy')) return name; // TensorFlow.js has a sentence for it
  throw new Error(
    unknown(
      'loss',
      name,
      Object.entries(losses).flatMap(([loss, others]) => [loss, ...others]),
    ),
  );
}

/** A metric as TensorFlow.js takes it. Throws on an unknown one, with the nearest. */
export function metricFor(name: string): string | MetricFunction {
  const known = Object.entries(metrics).find(([metric, { also = [] }]) =>
    [metric, ...also].some((other) => plain(other) === plain(name)),
  );
  if (known) return known[1].is;
  throw new Error(
    unknown(
      'metric',
      name,
      Object.entries(metrics).flatMap(([key, { also = [] }]) => [key, ...also]),
    ),
  );
}

const plain = (name: string): string => name.toLowerCase().replaceAll('_', '');

const unknown = (what: string, name: string, names: string[]): string =>
  `Unknown ${what} ${name}${orNearest(name, names)} There are: ${names.join(', ')}.`;
