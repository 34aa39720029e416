/** What a compiled model is trained for: its loss with masks, weights and regularization, and its metrics, for one batch. */
import { tf } from '../../backend';
import type { Batch } from '../data/batches';
import { logitsLoss, namedLosses, withoutActivation } from './logits';
import { outputMasks } from './mask';
import { compiledMetrics } from './metrics';
import { compiledLoss } from './targets';

/** The loss and metrics of a compiled model. */
export interface Objective {
  /** The names of what `summary` holds before its last entry: `loss`, then the metrics. */
  names: string[];
  /** What the loss is computed from. */
  forward(xs: tf.Tensor[], training: boolean): tf.Tensor[];
  /** The loss to minimize, a scalar, from what `forward` gave. */
  loss(raw: tf.Tensor[], batch: Batch): tf.Scalar;
  /** `[loss, ...metrics, count]` as one tensor; `count` is what the metrics are averaged over: samples, or unmasked steps. */
  summary(loss: tf.Scalar, raw: tf.Tensor[], batch: Batch): tf.Tensor1D;
}

/** The objective of a compiled model; throws when it is not compiled. `mask`: leave out masked steps, as Keras does. */
export function compiledObjective(model: tf.LayersModel, mask: boolean): Objective {
  // a Sequential hands compile on to the functional model inside it
  const { lossFunctions } = (model as { model?: tf.LayersModel }).model ?? model;
  if (!lossFunctions?.length) {
    throw new Error(
      'The model is not compiled: call model.compile({ optimizer, loss, metrics }) before training or evaluating.',
    );
  }
  const fromLogits = model.outputs.map((_, i) => logitsLoss(model, i, compiledLoss(model, i)));
  const losses = lossFunctions.map(
    (loss, i) => fromLogits[i]?.loss ?? namedLosses[String(compiledLoss(model, i))] ?? loss,
  );
  model.outputNames.forEach((output, i) => {
    if (!losses[i]) throw new Error(`Output "${output}" has no loss: give compile one for each output.`);
  });
  const activated = fromLogits.flatMap((found) => found?.layer ?? []);
  const masks = mask ? outputMasks(model) : model.outputs.map(() => undefined);
  const metrics = compiledMetrics(model);
  const regularizers = () => (model as unknown as { calculateLosses(): tf.Scalar[] }).calculateLosses();

  return {
    names: ['loss', ...metrics.map(({ name }) => name)],

    forward: (xs, training) => withoutActivation(activated, () => forward(model, xs, training)),

    loss(raw, batch) {
      const parts = raw.map((output, i) => {
        const values = losses[i](batch.ys[i], output);
        return meanLoss(values, masks[i]?.(batch.xs) ?? null, batch.weights);
      });
      return [...parts, ...regularizers()].reduce((sum, part) => tf.add(sum, part)) as tf.Scalar;
    },

    summary(loss, raw, batch) {
      const predictions = metrics.length ? raw.map((output, i) => fromLogits[i]?.activation(output) ?? output) : [];
      const masked = raw.map((_, i) => masks[i]?.(batch.xs) ?? null);
      const values = metrics.map((metric) => {
        const result = metric.values(batch.ys[metric.output], predictions[metric.output]);
        return meanMetric(result, masked[metric.output]);
      });
      const counted = masked.find((m) => m !== null);
      const count = counted ? tf.sum(tf.cast(counted, 'float32')) : tf.scalar(batch.ys[0].shape[0]);
      return tf.stack([loss, ...values.map((value) => tf.cast(value, 'float32')), count]) as tf.Tensor1D;
    },
  };
}

/** The outputs of a model as a list. */
export function forward(model: tf.LayersModel, xs: tf.Tensor[], training: boolean): tf.Tensor[] {
  const outputs = model.call(xs, { training });
  return Array.isArray(outputs) ? outputs : [outputs];
}

/**
 * The mean of `values`, `[batch]` or `[batch, time]`, as Keras 3 reduces a loss: the sum of weighted values divided by the number of
 * values that are not masked (not by the sum of the weights).
 */
function meanLoss(values: tf.Tensor, mask: tf.Tensor | null, weights: tf.Tensor | undefined): tf.Tensor {
  if ((mask || weights) && values.rank === 0) {
    throw new Error('This loss gives one number for the whole batch; weights and masks need one number a sample.');
  }
  if (weights) values = tf.mul(values, alike(weights, values, 'weights'));
  if (!mask) return tf.mean(values);
  const kept = tf.cast(alike(mask, values, 'mask'), 'float32');
  return tf.div(tf.sum(tf.mul(values, kept)), tf.maximum(tf.sum(kept), 1)); // all masked: 0
}

function meanMetric(values: tf.Tensor, mask: tf.Tensor | null): tf.Tensor {
  if (!mask || values.rank < mask.rank) return tf.mean(values);
  const kept = tf.cast(alike(mask, values, 'mask'), 'float32');
  return tf.div(tf.sum(tf.mul(values, kept)), tf.maximum(tf.sum(kept), 1)); // all masked: 0
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
