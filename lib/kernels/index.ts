/** Recurrent networks over whole sequences, in the fastest of three tiers that runs here. */
import { tf } from '../backend';
import { recurrentCall, type RecurrentCall, type RecurrentOutputs } from './recurrent/call';
import { cells } from './recurrent/cells';
import { cudnnBackend, runCudnn } from './recurrent/cudnn';
import { nativeOps, runNative } from './recurrent/native';
import { runPortable } from './recurrent/portable';
import { blockOps, runRaw } from './recurrent/tensorflow';
import type { CellName, RecurrentResult, RecurrentWeights, SequenceOptions } from './recurrent/types';

export { adamState } from './adam';
export type { AdamNumbers, AdamState, GradientClip, Moments, WeightGradient } from './adam';
export { embedding } from './embedding';
export type { RecurrentResult, RecurrentWeights, SequenceOptions } from './recurrent/types';

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
  return run('lstm', x, weights, state, options);
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
  return run(options.resetAfter ? 'gruResetAfter' : 'gru', x, weights, state, options);
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
  return run(options.activation === 'relu' ? 'rnnRelu' : 'rnnTanh', x, weights, state, options);
}

/** The tiers, the fastest first, and cuDNN's. `LSTM_LAB_KERNELS` holds the library to one of them, where it exists. */
export type Tier = (typeof tiers)[number];

const tiers = ['native', 'raw', 'portable', 'cudnn'] as const;

/** Read at every call, so that tests can go through the tiers. */
function allowed(tier: Tier): boolean {
  const forced = process.env.LSTM_LAB_KERNELS;
  if (!forced) return tier !== 'cudnn';
  if (forced === tier) return true;
  if (!tiers.includes(forced as Tier))
    throw new Error(`LSTM_LAB_KERNELS is '${forced}', expected ${tiers.join(' or ')}.`);
  return false;
}

function run<S extends tf.Tensor2D[]>(
  cell: CellName,
  x: tf.Tensor3D,
  weights: RecurrentWeights,
  state: S | undefined,
  options: SequenceOptions,
): RecurrentResult<S> {
  const call = recurrentCall(cell, x, weights, state, options);
  const ops = allowed('native') ? nativeOps(cell) : undefined;
  if (ops) return runNative(call, ops) as RecurrentResult<S>;
  return tf.tidy(() => {
    const outputs = runOperations(call);
    return { ...outputs, state: outputs.state.map((tensor) => tf.clone(tensor)) } as RecurrentResult<S> &
      tf.TensorContainer;
  });
}

function runOperations(call: RecurrentCall): RecurrentOutputs {
  if (call.x.shape[1] === 0) return nothingToDo(call);
  const cudnn = allowed('cudnn') ? cudnnBackend(call) : undefined;
  if (cudnn) return runCudnn(call, cudnn);
  const ops = allowed('raw') ? blockOps(call) : undefined;
  return ops ? runRaw(call, ops) : runPortable(call);
}

function nothingToDo({ cell, x, units, state, options }: RecurrentCall): RecurrentOutputs {
  const zeros = tf.zeros<tf.Rank.R2>([x.shape[0], units]);
  const sequence = options.returnSequences ? tf.zeros<tf.Rank.R3>([x.shape[0], 0, units]) : undefined;
  return { sequence, output: zeros, state: state ?? Array.from({ length: cells[cell].states }, () => zeros) };
}
