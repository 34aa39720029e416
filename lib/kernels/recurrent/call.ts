/** A recurrent call with everything checked and filled in: what every tier takes. */
import { tf } from '../../backend';
import { cells } from './cells';
import type { CellName, RecurrentWeights, SequenceOptions } from './types';

/** A checked call of a recurrent kernel. */
export interface RecurrentCall {
  cell: CellName;
  units: number;
  x: tf.Tensor3D;
  kernel?: tf.Tensor2D;
  recurrentKernel: tf.Tensor2D;
  bias?: tf.Tensor;
  /** Zeros when undefined. */
  state?: tf.Tensor2D[];
  options: SequenceOptions;
}

/** What a tier returns. */
export interface RecurrentOutputs {
  sequence?: tf.Tensor3D;
  output: tf.Tensor2D;
  state: tf.Tensor2D[];
}

/** Checks every shape of a call and fills in the state; throws an Error that names what was given and what was expected. */
export function recurrentCall(
  cell: CellName,
  x: tf.Tensor3D,
  weights: RecurrentWeights,
  state: tf.Tensor2D[] | undefined,
  options: SequenceOptions,
): RecurrentCall {
  const { gates, states } = cells[cell];
  const expect = (what: string, tensor: tf.Tensor, shape: number[]) => {
    if (tensor.rank === shape.length && tensor.shape.every((size, axis) => size === shape[axis])) return;
    throw new Error(`${cell}: ${what} has shape [${tensor.shape.join(', ')}], expected [${shape.join(', ')}].`);
  };
  if (x.rank !== 3) {
    throw new Error(`${cell}: the input has shape [${x.shape.join(', ')}], expected [batch, time, features].`);
  }
  const [batch, time, features] = x.shape;
  const { kernel, recurrentKernel, bias } = weights;
  const units = recurrentKernel.shape[0];
  const columns = gates * units;
  expect('the recurrent kernel', recurrentKernel, [units, columns]);
  if (kernel) expect('the kernel', kernel, [features, columns]);
  else expect('the projected input', x, [batch, time, columns]);
  if (state && state.length !== states) {
    throw new Error(`${cell}: the initial state has ${state.length} tensors, expected ${states}.`);
  }
  state?.forEach((tensor, k) => expect(`state ${k}`, tensor, [batch, units]));
  if (options.mask) expect('the mask', options.mask, [batch, time]);
  const dropout = options.recurrentMask;
  if (dropout) expect('the recurrent mask', dropout, [batch, dropout.shape[1] === columns ? columns : units]);
  if (bias) expect('the bias', bias, cell === 'gruResetAfter' ? [2, columns] : [columns]);
  return {
    cell,
    units,
    x: asFloat(x),
    kernel: kernel && asFloat(kernel),
    recurrentKernel: asFloat(recurrentKernel),
    bias: bias && asFloat(bias),
    state: state?.map(asFloat),
    options: dropout && dropout.dtype !== 'float32' ? { ...options, recurrentMask: asFloat(dropout) } : options,
  };
}

const asFloat = <T extends tf.Tensor>(tensor: T): T =>
  tensor.dtype === 'float32' ? tensor : tf.cast(tensor, 'float32');
