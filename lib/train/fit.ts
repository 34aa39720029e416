import type { tf } from '../backend';
import { interruptSignal, type Displayable, type MimeBundle } from '../notebook';
import { checkOptions, positiveInteger } from '../options';
import { nextSeed } from '../random';
import type { BatchSource } from './data/batches';
import { isStream, StreamSource, type BatchStream } from './data/stream-source';
import { tensorSource } from './data/tensor-source';
import { callbackList, type Callback } from './callbacks/callback';
import { classWeights, type ClassWeight } from './loss/class-weights';
import { History } from './view/history';
import { compiledObjective } from './loss/objective';
import type { Verbosity } from './view/progress';
import { TrainingRun } from './run';
import type { ModelData, TensorData } from './data/tensors';

/** How to train. Names and defaults are those of Keras where Keras has them. */
export interface FitOptions {
  /** Passes over the data. Default 1. */
  epochs?: number;
  /** Samples in a step; default 32. Streams bring their own. */
  batchSize?: number;
  /** The last share of the data, between 0 and 1, is kept for validation and not learnt from. Tensors only. */
  validationSplit?: number;
  /** Data for validation after each epoch: `[x, y]`, `[x, y, sampleWeight]`, or a stream. */
  validationData?: [x: ModelData, y: ModelData, sampleWeight?: TensorData] | BatchStream;
  /** Batches of a validation stream that does not end. */
  validationSteps?: number;
  /** A new order of the samples each epoch. Default true. Streams come in their own order. */
  shuffle?: boolean;
  /** Makes the orders repeatable on their own; by default they follow `train.seed`. */
  seed?: number;
  /** What each class counts in the loss: `{ 0: 1, 1: 5 }`. */
  classWeight?: ClassWeight;
  /** What each sample counts in the loss: `[batch]`, or `[batch, time]`. */
  sampleWeight?: TensorData;
  /** Leave masked steps out of loss and metrics, as Keras does. Default true. */
  maskLoss?: boolean;
  /** Batches of a training stream that does not end. */
  stepsPerEpoch?: number;
  /** What happens at the turns of the training, such as `train.earlyStopping()`. */
  callbacks?: Callback | Callback[];
  /** 0: silent; 1: a progress bar; 2: a line for an epoch. By default a bar where somebody watches, and few lines elsewhere. */
  verbose?: Verbosity;
  /** Draws a figure that follows the training in a notebook, for example `live: plot.live()`. */
  live?: (history: History) => Displayable | MimeBundle;
  /** Interrupts the training when aborted; by default the notebook's interrupt button does. */
  signal?: AbortSignal;
}

const fitOptions: (keyof FitOptions)[] = [
  'epochs',
  'batchSize',
  'validationSplit',
  'validationData',
  'validationSteps',
  'shuffle',
  'seed',
  'classWeight',
  'sampleWeight',
  'maskLoss',
  'stepsPerEpoch',
  'callbacks',
  'verbose',
  'live',
  'signal',
];

let latest: History | undefined;

/**
 * The history of the latest training of this process, finished or not; undefined before the first.
 *
 * @example
 * const model = tf.sequential({ layers: [layers.dense({ units: 1, inputShape: [2] })] });
 * model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
 * await train.fit(model, tf.ones([8, 2]), tf.ones([8, 1]), { epochs: 2, verbose: 0 });
 * console.log(train.lastHistory()?.epochs); // [ 1, 2 ]
 */
export function lastHistory(): History | undefined {
  return latest;
}

/**
 * Trains a compiled model on tensors or arrays, and shows how it goes. After the same `train.seed` the same call gives the same weights.
 * A stateful layer keeps its states from epoch to epoch, as in Keras: `onEpochBegin: () => model.resetStates()` starts each anew.
 * Throws when the data does not fit the model, `Interrupted` when the reader stops it, `NonFiniteLoss` when the loss is no number; the
 * model keeps the weights that it has reached.
 *
 * @example
 * train.seed(1);
 * const network = [layers.lstm({ units: 8, inputShape: [20, 1] }), layers.dense({ units: 1 })];
 * const model = tf.sequential({ layers: network });
 * model.compile({ optimizer: train.adam(0.01), loss: 'meanSquaredError' });
 * const [x, y] = [series.generateTimeSeries(64, 20, 1), tf.zeros([64, 1])];
 * const history = await train.fit(model, x, y, { epochs: 3, validationSplit: 0.25, verbose: 0 });
 * console.log(history.last('loss') < history.metrics.loss[0], history.metrics.val_loss.length); // true 3
 */
export function fit(model: tf.LayersModel, x: ModelData, y: ModelData, options?: FitOptions): Promise<History>;
/** Trains a compiled model on a `tf.data` dataset or a generator of batches `{ xs, ys }`. */
export function fit(model: tf.LayersModel, stream: BatchStream, options?: FitOptions): Promise<History>;
export async function fit(
  model: tf.LayersModel,
  x: ModelData | BatchStream,
  y?: ModelData | FitOptions,
  given?: FitOptions,
): Promise<History> {
  const options = (isStream(x) ? (y as FitOptions | undefined) : given) ?? {};
  checkOptions('train.fit', options, fitOptions);
  const objective = compiledObjective(model, options.maskLoss ?? true);
  const history = new History({ epochs: positiveInteger('epochs', options.epochs ?? 1) });
  const sources = isStream(x) ? openStream(model, x, options) : openTensors(model, x, y as ModelData, options);
  latest = history;
  const run = new TrainingRun({
    model,
    objective,
    ...sources,
    weigh: options.classWeight && classWeights(model, options.classWeight),
    callbacks: callbackList(options.callbacks),
    history,
    seed: options.seed ?? nextSeed(),
    verbose: options.verbose,
    live: options.live,
    signal: options.signal ?? interruptSignal(),
  });
  try {
    return await run.train();
  } finally {
    sources.source.dispose();
    sources.validation?.dispose();
  }
}

interface Sources {
  source: BatchSource;
  validation?: BatchSource;
}

function openStream(model: tf.LayersModel, stream: BatchStream, options: FitOptions): Sources {
  const tensorsOnly = (['validationSplit', 'sampleWeight', 'batchSize', 'shuffle'] as const).find(
    (name) => options[name] !== undefined,
  );
  if (tensorsOnly)
    throw new Error(`${tensorsOnly} is for tensors and arrays; a dataset or generator takes care of it itself.`);
  return {
    source: new StreamSource(model, stream, options.stepsPerEpoch, 'The training data'),
    validation: openValidation(model, options),
  };
}

function openTensors(model: tf.LayersModel, x: ModelData, y: ModelData, options: FitOptions): Sources {
  const { batchSize, sampleWeight: weights, classWeight, validationSplit } = options;
  if (weights !== undefined && classWeight) throw new Error('Give sampleWeight or classWeight, not both.');
  if (options.stepsPerEpoch !== undefined) throw new Error('stepsPerEpoch is for datasets and generators.');
  const open = (rows?: [number, number], shuffle = false) =>
    tensorSource(model, x, y, { batchSize, weights, rows, shuffle });
  const shuffle = options.shuffle ?? true;
  if (validationSplit === undefined)
    return { source: open(undefined, shuffle), validation: openValidation(model, options) };

  if (options.validationData) throw new Error('Give validationSplit or validationData, not both.');
  const whole = open();
  const { samples } = whole;
  const split = Math.floor(samples * (1 - validationSplit));
  whole.dispose();
  if (!(validationSplit > 0 && validationSplit < 1) || split < 1 || split >= samples) {
    throw new Error(
      `validationSplit ${validationSplit} of ${samples} samples leaves nothing to train on or to validate with.`,
    );
  }
  return { source: open([0, split], shuffle), validation: open([split, samples]) };
}

function openValidation(model: tf.LayersModel, options: FitOptions): BatchSource | undefined {
  const { validationData, batchSize } = options;
  if (!validationData) return undefined;
  if (isStream(validationData))
    return new StreamSource(model, validationData, options.validationSteps, 'The validation data');
  const [x, y, weights] = validationData;
  return tensorSource(model, x, y, { batchSize, weights, name: 'validation ' });
}
