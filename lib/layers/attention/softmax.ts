/** What all kinds of attention do with their scores: masks, softmax, dropout. */
import { tf } from '../../backend';
import type { DropoutStream } from '../dropout-mask';

/** What a masked score becomes: so small that its weight is zero, and the same for all, so that a row of them is uniform. */
const masked = -1e9;

/** How scores become weights. */
export interface SoftmaxOptions {
  /** Boolean, of a shape that broadcasts to the scores'. */
  mask?: tf.Tensor;
  /** Let no gradient through masked scores, also of a query that may look at nothing. */
  blockGradient?: boolean;
  /** Give zeros rather than equal weights to a query that may look at nothing. */
  zeroWhenAllMasked?: boolean;
}

/** Weights over the last axis of `scores`; steps that the mask hides get none. */
export function maskedSoftmax(scores: tf.Tensor, options: SoftmaxOptions): tf.Tensor {
  if (!options.mask) return tf.softmax(scores);
  const counts = options.mask.toFloat();
  const visible = options.blockGradient ? scores.mul(counts) : scores;
  const weights = tf.softmax(visible.add(tf.sub(1, counts).mul(masked)));
  return options.zeroWhenAllMasked ? weights.mul(counts) : weights;
}

/** `[1, queries, keys]`: each query sees the keys up to its own position. */
export function causalMask(queries: number, keys: number): tf.Tensor {
  return tf.greaterEqual(tf.range(0, queries).expandDims(1), tf.range(0, keys)).expandDims(0);
}

/** A mask where all of the given ones let through; none when none is given. */
export function allOf(masks: (tf.Tensor | null | undefined)[]): tf.Tensor | undefined {
  const given = masks.filter((mask): mask is tf.Tensor => mask !== null && mask !== undefined);
  return given.length > 0 ? given.reduce((all, mask) => tf.logicalAnd(all, mask)) : undefined;
}

/** Weights with some of them dropped. */
export function dropWeights(weights: tf.Tensor, rate: number, training: boolean, stream: DropoutStream): tf.Tensor {
  return training && rate > 0 ? weights.mul(stream.mask(weights.shape, rate)) : weights;
}
