/** The tier of our own in WebAssembly: the same kernels as lib/native's (lib/wasm/recurrent.cc), on the tensors where they lie. */
import { wasmKernels, type tf, type WasmKernels } from '../../backend';
import { refuseOutside } from '../embedding/wasm';
import { cells } from './cells';
import type { FusedCell, SequenceInputs, SequenceOps, Walk } from './fused';

/** The numbers by which lib/native/recurrent_cells.h knows the cells. */
export const cellNumbers: Record<FusedCell, number> = { lstm: 0, gruResetAfter: 1, rnnTanh: 2, rnnRelu: 3 };

/** How many times `units` numbers a step of a cell keeps for the backward pass. */
const saved: Record<FusedCell, number> = { lstm: 4, gruResetAfter: 4, rnnTanh: 0, rnnRelu: 0 };

export const wasmSequence: SequenceOps = {
  forward(how, inputs) {
    const kernels = wasmKernels()!;
    const { batch, time, units, columns, lstm } = sizesOf(how, inputs);
    const { training } = how;
    const outputs = allocate(kernels, [
      (how.sequence || training) && [batch, time, units],
      [batch, units],
      [batch, units],
      lstm && [batch, units],
      training && saved[how.cell] > 0 && [batch, time, saved[how.cell] * units],
      training && lstm && [batch, time, units],
    ]);
    const bias = kernels.address(inputs.bias);
    const recurrentBias = inputs.bias?.rank === 2 ? bias + 4 * columns : 0;
    kernels.run('recurrent_forward', callOf(kernels, how, inputs), bias, recurrentBias, ...outputs.addresses);
    return outputs.tensors;
  },

  backward(how, inputs, kept, flowing) {
    const kernels = wasmKernels()!;
    const { batch, time, units, features, columns, lstm } = sizesOf(how, inputs);
    const { biases } = cells[how.cell];
    const state = [batch, units];
    [[batch, time, units], state, state, state].forEach((shape, k) => expect(how.cell, flowing[k], shape));
    const outputs = allocate(kernels, [
      how.needX && [batch, time, features],
      inputs.kernel !== undefined && [features, columns],
      [units, columns],
      how.needBias && (biases === 2 ? [2, columns] : [columns]),
      how.needState && state,
      how.needState && lstm && state,
    ]);
    const [dx, dKernel, dRecurrentKernel, dBias, dH0, dC0] = outputs.addresses;
    const dRecurrentBias = dBias && biases === 2 ? dBias + 4 * columns : 0;
    kernels.run(
      'recurrent_backward',
      callOf(kernels, how, inputs),
      ...kept.map((tensor) => kernels.address(tensor)),
      ...[0, 1, 2, 3].map((k) => kernels.address(flowing[k])),
      ...[dx, dKernel, dRecurrentKernel, dBias, dRecurrentBias, dH0, dC0],
    );
    return outputs.tensors;
  },
};

interface Sizes {
  batch: number;
  time: number;
  features: number;
  units: number;
  columns: number;
  lstm: boolean;
}

function sizesOf({ cell }: Walk, { x, ids, recurrentKernel }: SequenceInputs): Sizes {
  const [batch, time] = (ids ?? x).shape;
  const [units, columns] = recurrentKernel.shape;
  return { batch, time, features: x.shape[x.shape.length - 1], units, columns, lstm: cell === 'lstm' };
}

/** The address of lib/wasm/recurrent.cc's `RecurrentCall`. */
function callOf(kernels: WasmKernels, how: Walk, inputs: SequenceInputs): number {
  const { x, ids, kernel, recurrentKernel, state, mask, recurrentMask } = inputs;
  const { batch, time, features, units } = sizesOf(how, inputs);
  const maskGates = recurrentMask ? recurrentMask.shape[1]! / units : 0;
  const sizes = [batch, time, features, units, maskGates, ids ? x.shape[0] : 0];
  const flags = [kernel === undefined, how.reverse, how.zeroOutput].map(Number);
  if (ids) refuseOutside(kernels, ids, x.shape[0], how.cell);
  const tensors = [x, kernel, recurrentKernel, state[0], state[1], recurrentMask, mask, ids];
  return kernels.struct([
    cellNumbers[how.cell],
    ...sizes,
    ...flags,
    ...tensors.map((tensor) => kernels.address(tensor)),
  ]);
}

/** Fresh tensors with their addresses; where none is wanted, an empty one and the null pointer. */
function allocate(kernels: WasmKernels, shapes: (number[] | false)[]): { tensors: tf.Tensor[]; addresses: number[] } {
  const tensors = shapes.map((shape) => kernels.output(shape || [0]));
  return { tensors, addresses: shapes.map((shape, k) => (shape ? kernels.address(tensors[k]) : 0)) };
}

function expect(cell: FusedCell, gradient: tf.Tensor | null | undefined, shape: number[]): void {
  if (!gradient || (gradient.rank === shape.length && gradient.shape.every((size, axis) => size === shape[axis])))
    return;
  throw new Error(`${cell}: a gradient has shape [${gradient.shape.join(', ')}], expected [${shape.join(', ')}].`);
}
