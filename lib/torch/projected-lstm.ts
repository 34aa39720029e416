/** An LSTM that passes on a projection of its hidden state (Sak, Senior and Beaufays 2014); no whole-sequence kernel computes it. */
import { tf } from '../backend';
import {
  eachStep,
  lstmCell,
  sigmoidAndTanh,
  times,
  walk,
  type RecurrentResult,
  type SequenceOptions,
} from '../kernels';

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
  const [batch, time] = x.shape;
  const [hidden, units] = projection.shape;
  const product = times(x, kernel);
  const steps = eachStep(bias ? product.add(bias) : product) as tf.Tensor2D[];
  const recur = (h: tf.Tensor2D) => tf.matMul<tf.Tensor2D>(h, recurrentKernel);
  return walk({
    batch,
    time,
    units,
    state: first ?? [tf.zeros([batch, units]), tf.zeros([batch, hidden])],
    mask,
    reverse,
    returnSequences: true,
    zeroOutputForMask: true,
    step(t, state) {
      const [h, c] = lstmCell.step(steps[t], state as tf.Tensor2D[], recur, sigmoidAndTanh);
      const projected = tf.matMul(h, projection);
      return [projected, projected, c];
    },
  }) as RecurrentResult<tf.Tensor2D[]>;
}
