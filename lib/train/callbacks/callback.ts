import type { tf } from '../../backend';
import { orNearest, shown } from '../../options';
import type { History } from '../view/history';

/** What a callback sees and steers: the running training. */
export interface Training {
  /** What is trained. */
  readonly model: tf.LayersModel;
  /** What makes its steps. */
  readonly optimizer: tf.Optimizer;
  /** What was measured so far. */
  readonly history: History;
  /** Passes over the data that were asked for. */
  readonly epochs: number;
  /** Batches in an epoch; undefined as long as a stream has not ended once. */
  readonly steps: number | undefined;
  /** Steps made so far, over all epochs. */
  step: number;
  /** Decides the order of the samples in every epoch. */
  seed: number;
  /** The names that `logs` will hold: `loss`, the metrics, and the same with `val_` when there is validation. */
  readonly names: readonly string[];
  /** All callbacks, in their order. */
  readonly callbacks: readonly Callback[];
  /** Ends the training after the running epoch; `reason` is a sentence for the reader. */
  stop(reason: string): void;
  /** Why the training will end after the running epoch; undefined when it will not. */
  readonly stopReason: string | undefined;
}

/** What a callback remembers: JSON values and tensors. */
export interface CallbackState {
  values: Record<string, unknown>;
  tensors: tf.Tensor[];
}

/** Loss and metrics of an epoch by name. */
export type Logs = Record<string, number>;

/**
 * What happens at the turns of a training. All parts are optional; epochs and batches are counted from 0. Plain objects and
 * TensorFlow.js's own callbacks fit too.
 */
export interface Callback {
  /** Before all else: puts a saved training back into `training`, and gives what each of its callbacks had remembered. */
  resume?(training: Training): Promise<(CallbackState | undefined)[] | undefined>;
  /** Before the first epoch. */
  onTrainBegin?(logs: Logs | undefined, training: Training): void | Promise<void>;
  /** Before each epoch. */
  onEpochBegin?(epoch: number, logs: Logs | undefined, training: Training): void | Promise<void>;
  /** Before each step; the place to set its learning rate. */
  onBatchBegin?(batch: number, logs: Logs | undefined, training: Training): void | Promise<void>;
  /** After each step, with its loss. Having it makes the training read the loss at every step. */
  onBatchEnd?(batch: number, logs: Logs, training: Training): void | Promise<void>;
  /** After each epoch and its validation, with what both measured. */
  onEpochEnd?(epoch: number, logs: Logs, training: Training): void | Promise<void>;
  /** After every callback's `onEpochEnd`; the place to save what they have made of it. */
  onEpochSettled?(epoch: number, logs: Logs, training: Training): void | Promise<void>;
  /** After the last epoch, also when a callback stopped the training. */
  onTrainEnd?(logs: Logs | undefined, training: Training): void | Promise<void>;
  /** The training ends by an error or an interruption; `onTrainEnd` is not called. */
  onTrainAbort?(): void;
  /** Whether the callback changes the learning rate; the history then records it. */
  readonly changesLearningRate?: boolean;
  /** What the callback must remember so that a killed training can go on; its tensors stay the callback's. */
  state?(): CallbackState;
  /** Gives back what `state` returned; tensors that it keeps it must copy. */
  restore?(state: CallbackState): void;
  /** TensorFlow.js's callbacks take the model this way. */
  setModel?(model: tf.LayersModel): void;
  /** TensorFlow.js's callbacks take the numbers of epochs and steps this way. */
  setParams?(params: Record<string, unknown>): void;
}

const turns = [
  'onTrainBegin',
  'onEpochBegin',
  'onBatchBegin',
  'onBatchEnd',
  'onEpochEnd',
  'onEpochSettled',
  'onTrainEnd',
  'onTrainAbort',
];

/** What `fit` was given as callbacks, as a list. Throws a TypeError on what is none, or has a part `on…` that no turn calls. */
export function callbackList(given: Callback | Callback[] | undefined): Callback[] {
  const callbacks = [given ?? []].flat();
  for (const callback of callbacks) {
    if (typeof callback !== 'object' || callback === null)
      throw new TypeError(
        `A callback is an object, { onEpochEnd: (epoch, logs) => … }; train.fit was given ${shown(callback)}.`,
      );
    const unknown = Object.keys(callback).find(
      (name) => /^on[A-Z_]/i.test(name) && !turns.includes(name) && name !== 'onYield',
    );
    if (unknown)
      throw new TypeError(
        `A callback has no "${unknown}"${orNearest(unknown, turns)} train.fit calls: ${turns.join(', ')}.`,
      );
  }
  return callbacks;
}

/** Throws when a callback is not told of the training that it needs: TensorFlow.js's own `fit` hands on none. */
export function needsTraining(callback: string, training: Training | undefined): void {
  if (training) return;
  throw new Error(
    `train.${callback} needs train.fit: TensorFlow.js's own fit does not tell callbacks of the training. ` +
      'Call train.fit(model, x, y, { callbacks: … }).',
  );
}
