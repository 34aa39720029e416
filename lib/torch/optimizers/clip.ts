/** PyTorch's `clip_grad_norm_` and `clip_grad_value_`, on the gradients that an optimizer has just taken. */
import { tf } from '../../backend';
import { notNegative } from './ranges';

/**
 * Scales gradients down together so that their norm is at most `limit`: by `limit / (norm + 1e-6)`, at most 1.
 * @throws RangeError when the limit is negative or the norm's order is not above 0.
 */
export function clipNorm(gradients: tf.Tensor[], limit: number, order: number): tf.Tensor[] {
  notNegative('optimizer.step', { clipGradNorm: limit });
  if (!(order > 0)) throw new RangeError(`optimizer.step: normType is a number above 0 or Infinity; got ${order}.`);
  if (gradients.length === 0) return [];
  const factor = tf.scalar(limit).div(norm(gradients, order).add(1e-6)).minimum(1);
  return gradients.map((gradient) => gradient.mul(factor));
}

/** Brings every number between -limit and limit. @throws RangeError when the limit is negative. */
export function clipValue(gradients: tf.Tensor[], limit: number): tf.Tensor[] {
  notNegative('optimizer.step', { clipGradValue: limit });
  return gradients.map((gradient) => gradient.clipByValue(-limit, limit));
}

function norm(gradients: tf.Tensor[], order: number): tf.Tensor {
  if (order === Infinity) return tf.stack(gradients.map((gradient) => gradient.abs().max())).max();
  if (order === 2) return tf.addN(gradients.map((gradient) => gradient.square().sum())).sqrt();
  return tf.addN(gradients.map((gradient) => gradient.abs().pow(order).sum())).pow(1 / order);
}
