/** Recurrent networks over whole sequences, in the fastest tier that runs here. */
import { tf } from '../../backend';
import { isNested } from '../../mends/tape';
import type { TierName } from '../tier';
import { recurrentCall } from './call';
import { tierFor } from './tiers';
import type { CellName, RecurrentResult, RecurrentWeights, SequenceOptions } from './types';

export type { CellName, RecurrentResult, RecurrentWeights, SequenceOptions } from './types';

/**
 * An LSTM over a sequence `[batch, time, features]`, with sigmoid gates in Keras' order i, f, c, o and tanh activation.
 *
 * @param weights kernel `[features, 4 * units]`, recurrent kernel `[units, 4 * units]`, bias `[4 * units]` or none
 * @param state `[h, c]`, each `[batch, units]`; zeros when undefined
 * @throws Error when a shape does not fit
 *
 * @example
 * const weights = { kernel: tf.zeros<tf.Rank.R2>([3, 8]), recurrentKernel: tf.zeros<tf.Rank.R2>([2, 8]) };
 * const { output, state } = kernels.lstm(tf.ones([4, 20, 3]), weights);
 * console.log(output.shape, state.length); // [ 4, 2 ] 2
 */
export function lstm(
  x: tf.Tensor3D,
  weights: RecurrentWeights,
  state?: [tf.Tensor2D, tf.Tensor2D],
  options: SequenceOptions = {},
): RecurrentResult<[tf.Tensor2D, tf.Tensor2D]> {
  return recurrent('lstm', x, weights, state, options);
}

/**
 * A GRU over a sequence `[batch, time, features]`, with sigmoid gates in Keras' order z, r, h and tanh activation.
 *
 * @param weights kernel `[features, 3 * units]`, recurrent kernel `[units, 3 * units]`, bias `[2, 3 * units]` with
 * `resetAfter`, `[3 * units]` without it, or none
 * @param state `[h]`, `[batch, units]`; zeros when undefined
 * @throws Error when a shape does not fit
 *
 * @example
 * const weights = { kernel: tf.zeros<tf.Rank.R2>([3, 6]), recurrentKernel: tf.zeros<tf.Rank.R2>([2, 6]) };
 * const { output } = kernels.gru(tf.ones([4, 20, 3]), weights, undefined, { resetAfter: false });
 * console.log(output.shape); // [ 4, 2 ]
 */
export function gru(
  x: tf.Tensor3D,
  weights: RecurrentWeights,
  state: [tf.Tensor2D] | undefined,
  options: SequenceOptions & { resetAfter: boolean },
): RecurrentResult<[tf.Tensor2D]> {
  return recurrent(options.resetAfter ? 'gruResetAfter' : 'gru', x, weights, state, options);
}

/**
 * An Elman network over a sequence `[batch, time, features]`.
 *
 * @param weights kernel `[features, units]`, recurrent kernel `[units, units]`, bias `[units]` or none
 * @param state `[h]`, `[batch, units]`; zeros when undefined
 * @throws Error when a shape does not fit
 *
 * @example
 * const weights = { kernel: tf.ones<tf.Rank.R2>([1, 1]), recurrentKernel: tf.ones<tf.Rank.R2>([1, 1]) };
 * const { output } = kernels.simpleRNN(tf.tensor3d([[[1], [2]]]), weights, undefined, { activation: 'relu' });
 * console.log(output.arraySync()); // [ [ 3 ] ]
 */
export function simpleRNN(
  x: tf.Tensor3D,
  weights: RecurrentWeights,
  state: [tf.Tensor2D] | undefined,
  options: SequenceOptions & { activation: 'tanh' | 'relu' },
): RecurrentResult<[tf.Tensor2D]> {
  return recurrent(options.activation === 'relu' ? 'rnnRelu' : 'rnnTanh', x, weights, state, options);
}

let computedBy: TierName | undefined;

/**
 * The tier that computed the last recurrent call of this process; undefined before the first.
 *
 * @example
 * kernels.lstm(tf.ones([1, 2, 3]), { kernel: tf.ones([3, 8]), recurrentKernel: tf.ones([2, 8]) });
 * console.log(['native', 'wasm'].includes(kernels.lastTier() ?? '')); // true
 */
export const lastTier = (): TierName | undefined => computedBy;

/**
 * Any cell over a sequence; the functions above say of what shapes.
 *
 * @example
 * const weights = { kernel: tf.ones<tf.Rank.R2>([1, 1]), recurrentKernel: tf.ones<tf.Rank.R2>([1, 1]) };
 * const x = tf.tensor3d([[[1], [2], [3]]]);
 * const { sequence } = kernels.recurrent('rnnRelu', x, weights, undefined, { returnSequences: true });
 * console.log(sequence?.flatten().arraySync()); // [ 1, 3, 6 ]
 */
export function recurrent<S extends tf.Tensor2D[]>(
  cell: CellName,
  x: tf.Tensor3D,
  weights: RecurrentWeights,
  state: S | undefined,
  options: SequenceOptions = {},
): RecurrentResult<S> {
  const call = recurrentCall(cell, x, weights, state, options);
  const tier = tierFor(call, isNested());
  computedBy = tier.name;
  if (tier.tidy) return tier.run(call) as RecurrentResult<S>;
  return tf.tidy(() => {
    const outputs = tier.run(call);
    return { ...outputs, state: outputs.state.map((tensor) => tf.clone(tensor)) } as RecurrentResult<S> &
      tf.TensorContainer;
  });
}
