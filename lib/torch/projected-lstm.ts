/** An LSTM that passes on a projection of its hidden state (Sak, Senior and Beaufays 2014); no whole-sequence kernel computes it. */
import { tf } from '../backend';
import type { RecurrentResult, SequenceOptions } from '../kernels';
import { cells } from '../kernels/recurrent/cells';
import { eachStep } from '../kernels/recurrent/portable';

/** The weights of the gates, in the kernels' shapes. */
interface GateWeights {
  kernel: tf.Tensor2D;
  recurrentKernel: tf.Tensor2D;
  bias?: tf.Tensor1D;
}

/**
 * Reads `[batch, time, features]` step by step, h being `projection` times the LSTM's own h.
 * @param weights recurrent kernel `[projSize, 4 * hidden]`
 * @param projection `[hidden, projSize]`
 */
export function projectedLSTM(
  x: tf.Tensor3D,
  { kernel, recurrentKernel, bias }: GateWeights,
  projection: tf.Tensor2D,
  first: tf.Tensor2D[] | undefined,
  { mask, reverse = false }: SequenceOptions,
): RecurrentResult<tf.Tensor2D[]> {
  const [batch, time, features] = x.shape;
  const [hidden, width] = projection.shape;
  const product = tf.matMul(x.reshape<tf.Tensor2D>([batch * time, features]), kernel);
  const gates = (bias ? product.add(bias) : product).reshape([batch, time, 4 * hidden]);
  const steps = eachStep(gates);
  const counts = mask && eachStep(mask.toBool().expandDims(2));
  const nothing = tf.zeros<tf.Rank.R2>([batch, width]);
  const outputs: tf.Tensor2D[] = [];
  let state = first ?? [nothing, tf.zeros<tf.Rank.R2>([batch, hidden])];
  for (let step = 0; step < time; step++) {
    const t = reverse ? time - 1 - step : step;
    const [h, c] = cells.lstm.step(steps[t], state, (before) => tf.matMul(before, recurrentKernel));
    const next: tf.Tensor2D[] = [tf.matMul(h, projection), c];
    const count = counts?.[t];
    outputs.push(count ? (tf.where(count, next[0], nothing) as tf.Tensor2D) : next[0]);
    state = count ? next.map((tensor, k) => tf.where(count, tensor, state[k]) as tf.Tensor2D) : next;
  }
  return { sequence: tf.stack(outputs, 1) as tf.Tensor3D, output: outputs[time - 1], state };
}
