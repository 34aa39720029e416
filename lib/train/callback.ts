import type { tf } from '../backend';
import type { History } from './history';

/** What a callback sees and steers: the running training. */
export interface Training {
  readonly model: tf.LayersModel;
  readonly optimizer: tf.Optimizer;
  readonly history: History;
  readonly epochs: number;
  /** Batches in an epoch; undefined as long as a stream has not ended once. */
  readonly steps: number | undefined;
  /** Steps made so far, over all epochs. */
  step: number;
  /** Decides the order of the samples in every epoch. */
  seed: number;
  /** The names that `logs` will hold: `loss`, the metrics, and the same with `val_` when there is validation. */
  readonly names: readonly string[];
  /** Ends the training after the running epoch; `reason` is a sentence for the reader. */
  stop(reason: string): void;
}

/** Loss and metrics of an epoch by name. */
export type Logs = Record<string, number>;

/**
 * What happens at the turns of a training. All parts are optional; epochs and batches are counted from 0. Plain objects and
 * TensorFlow.js's own callbacks fit too.
 */
export interface Callback {
  onTrainBegin?(logs: Logs | undefined, training: Training): void | Promise<void>;
  onEpochBegin?(epoch: number, logs: Logs | undefined, training: Training): void | Promise<void>;
  /** Before each step; the place to set its learning rate. */
  onBatchBegin?(batch: number, logs: Logs | undefined, training: Training): void | Promise<void>;
  /** After each step, with its loss. Having it makes the training read the loss at every step. */
  onBatchEnd?(batch: number, logs: Logs, training: Training): void | Promise<void>;
  onEpochEnd?(epoch: number, logs: Logs, training: Training): void | Promise<void>;
  onTrainEnd?(logs: Logs | undefined, training: Training): void | Promise<void>;
  /** Whether the callback changes the learning rate; the history then records it. */
  readonly changesLearningRate?: boolean;
  /** What the callback must remember across a resumed training, as JSON. */
  state?(): unknown;
  /** Gives back what `state` returned. */
  restore?(state: unknown): void;
  /** TensorFlow.js's callbacks take the model this way. */
  setModel?(model: tf.LayersModel): void;
  setParams?(params: Record<string, unknown>): void;
}
