/** What a compiled model is trained for: its loss with masks, weights and regularization, and its metrics, for one batch. */
import { tf } from '../../backend';
import type { Batch } from '../data/batches';
import { maskOf } from '../../layers';
import { adopt } from '../../mends/layer-apply';
import { logitsLoss, namedLosses, withoutActivation } from './logits';
import { meanLoss, meanMetric } from './means';
import { compiledMetrics } from './metrics';
import { penalties } from './regularization';
import { compiledLoss } from './targets';

/** The loss and metrics of a compiled model. */
export interface Objective {
  model: tf.LayersModel;
  /** The names of what `summary` holds before its last entry: `loss`, then the metrics. */
  names: string[];
  /** What the loss is computed from. */
  forward(xs: tf.Tensor[], training: boolean): tf.Tensor[];
  /** The loss to minimize, a scalar, from what `forward` gave. */
  loss(raw: tf.Tensor[], batch: Batch): tf.Scalar;
  /** `[loss, ...metrics, ...counts]` as one tensor; a count is what its metric is averaged over: samples, or unmasked steps. */
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
  adopt(model);
  const maskFor = (output: tf.Tensor) => (mask ? maskOf(output) : null);
  const metrics = compiledMetrics(model);

  return {
    model,
    names: ['loss', ...metrics.map(({ name }) => name)],

    forward: (xs, training) => withoutActivation(activated, () => forward(model, xs, training)),

    loss(raw, batch) {
      const parts = raw.map((output, i) => {
        const values = losses[i](batch.ys[i], output);
        return meanLoss(values, maskFor(output), batch.weights);
      });
      return [...parts, ...penalties(model)].reduce((sum, part) => tf.add(sum, part)) as tf.Scalar;
    },

    summary(loss, raw, batch) {
      const predictions = metrics.length ? raw.map((output, i) => fromLogits[i]?.activation(output) ?? output) : [];
      const means = metrics.map(({ output, values, counted }) => {
        const [target, prediction] = [batch.ys[output], predictions[output]];
        return meanMetric(values(target, prediction), maskFor(raw[output]), counted?.(target, prediction));
      });
      const samples = tf.scalar(batch.ys[0].shape[0]);
      const parts = [loss, ...means.map(({ mean }) => mean), ...means.map(({ count }) => count ?? samples)];
      return tf.stack(parts) as tf.Tensor1D;
    },
  };
}

/** The outputs of a model as a list. */
export function forward(model: tf.LayersModel, xs: tf.Tensor[], training: boolean): tf.Tensor[] {
  const outputs = model.call(xs, { training });
  return Array.isArray(outputs) ? outputs : [outputs];
}
