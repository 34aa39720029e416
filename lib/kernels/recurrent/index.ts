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

/** The tier that computed the last recurrent call of this process; undefined before the first. */
export const lastTier = (): TierName | undefined => computedBy;

/** Any cell over a sequence; the functions above say of what shapes. */
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
