/** How the values of a batch become one number: masked and weighted, as Keras 3 does it. */
import { tf } from '../../backend';

/**
 * The mean of `values`, `[batch]` or `[batch, time]`, as Keras 3 reduces a loss: the sum of weighted values divided by the number of
 * values that are not masked (not by the sum of the weights); 0 where all are.
 */
export function meanLoss(values: tf.Tensor, mask: tf.Tensor | null, weights: tf.Tensor | undefined): tf.Tensor {
  if ((mask || weights) && values.rank === 0) {
    throw new Error('This loss gives one number for the whole batch; weights and masks need one number a sample.');
  }
  if (weights) values = tf.mul(values, alike(weights, values, 'weights'));
  return mask ? keptMean(values, mask).mean : tf.mean(values);
}

/**
 * The mean of a metric's values, and over how many it is; over all of them, without a count, where no mask fits. `counted` says, in
 * the shape of the values, which of them the metric is a mean of, whatever the mask.
 */
export function meanMetric(
  values: tf.Tensor,
  mask: tf.Tensor | null,
  counted?: tf.Tensor,
): { mean: tf.Tensor; count?: tf.Tensor } {
  const numbers = tf.cast(values, 'float32');
  const kept = counted ?? (mask && numbers.rank >= mask.rank ? mask : null);
  return kept ? keptMean(numbers, kept) : { mean: tf.mean(numbers) };
}

function keptMean(values: tf.Tensor, mask: tf.Tensor): { mean: tf.Tensor; count: tf.Tensor } {
  const kept = tf.cast(alike(mask, values, 'mask'), 'float32');
  const each = values.size / Math.max(kept.size, 1);
  const count = tf.sum(kept);
  const mean = tf.div(tf.sum(tf.mul(values, kept)), tf.maximum(count, 1));
  return { mean: each > 1 ? tf.div(mean, each) : mean, count };
}

/** `tensor` with the shape of `values`: `[batch]` grows to `[batch, 1]`, and `[batch, 1]` shrinks to `[batch]`. */
function alike(tensor: tf.Tensor, values: tf.Tensor, what: string): tf.Tensor {
  let fitted = tensor;
  while (fitted.rank < values.rank) fitted = tf.expandDims(fitted, -1);
  while (fitted.rank > values.rank && fitted.shape[fitted.rank - 1] === 1) fitted = tf.squeeze(fitted, [-1]);
  const fits = fitted.rank === values.rank && fitted.shape.every((n, axis) => n === values.shape[axis] || n === 1);
  if (!fits) throw new Error(`The ${what} have shape [${tensor.shape}]; the loss has shape [${values.shape}].`);
  return fitted;
}
