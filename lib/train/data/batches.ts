/** What a training reads: batches, from a source that can be read epoch by epoch. */
import type { tf } from '../../backend';

/** One batch: a tensor for each input and output of the model, first axis the samples, and perhaps a weight for each sample. */
export interface Batch {
  xs: tf.Tensor[];
  ys: tf.Tensor[];
  /** `[batch]`, or `[batch, time]` for an output on every step. */
  weights?: tf.Tensor;
}

/** A source that can be read epoch by epoch. */
export interface BatchSource {
  /** Batches in an epoch; undefined when only the end of the stream will tell. */
  readonly steps: number | undefined;
  readonly samples: number | undefined;
  /** Whether some of its numbers are NaN; false where it cannot be told without reading the stream. */
  hasNaN(): boolean;
  /**
   * The batches of an epoch (from 0). Shuffled tensors come in an order that depends on `seed` and epoch alone. Whoever takes a batch
   * disposes of it.
   */
  epoch(epoch: number, seed: number): Iterable<Batch> | AsyncIterable<Batch>;
  /** Disposes of what the source itself has made. */
  dispose(): void;
}
