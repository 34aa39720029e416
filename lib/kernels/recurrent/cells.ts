/** The formulas of the recurrent cells, one step at a time, in TensorFlow.js operations: layers and the portable tier compute with them. */
import { tf } from '../../backend';
import type { CellName } from './types';

/** A function of every number of a tensor. */
export type Activation = (x: tf.Tensor) => tf.Tensor;

/** The product of a state with the gates `[from, to)` of the recurrent kernel, plus the recurrent bias if there is one. */
export type Recur = (h: tf.Tensor2D, from: number, to: number) => tf.Tensor2D;

/** The activations of a cell. */
export interface Activations {
  /** Of the candidate and, in an LSTM, of the output. */
  activation: Activation;
  /** Of the gates. */
  recurrentActivation: Activation;
}

/** The formula of a cell. */
export interface Cell {
  /** How many blocks of `units` columns the kernels have. */
  gates: number;
  /** How many tensors the state has. */
  states: number;
  /** How many biases a column has: the input's, and perhaps the state's. */
  biases: 1 | 2;
  /**
   * One step of time.
   *
   * @param x what the input contributes to the gates, its bias included: `[batch, gates * units]`
   * @param state each `[batch, units]`
   * @param recur multiplies the state, recurrent dropout applied, with columns of the recurrent kernel
   * @returns the new state; its first tensor is the output
   */
  step(x: tf.Tensor2D, state: tf.Tensor2D[], recur: Recur, activations: Activations): tf.Tensor2D[];
}

const split = (z: tf.Tensor2D, parts: number) => tf.split(z, parts, 1) as tf.Tensor2D[];

/**
 * Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000; gates i, f, c, o, state `[h, c]`.
 *
 *     i, f, o = σ(x·W + h·U + b)    g = tanh(x·W + h·U + b)    c' = f∘c + i∘g    h' = o∘tanh(c')
 *
 * @example
 * const cell = kernels.lstmCell;
 * console.log(cell.gates, cell.states, kernels.gruCell.gates, kernels.simpleCell.gates); // 4 2 3 1
 */
export const lstmCell: Cell = {
  gates: 4,
  states: 2,
  biases: 1,
  step(x, [h, c], recur, { activation, recurrentActivation: open }) {
    const [i, f, g, o] = split(x.add(recur(h, 0, 4)), 4);
    const carry = open(f)
      .mul<tf.Tensor2D>(c)
      .add<tf.Tensor2D>(open(i).mul(activation(g)));
    return [open(o).mul(activation(carry)), carry];
  },
};

/**
 * Cho et al. 2014; gates z, r, h, state `[h]`.
 *
 *     z, r = σ(x·W + h·U + b)    g = tanh(x·W + b + (r∘h)·U)    h' = z∘h + (1 - z)∘g
 */
export const gruCell: Cell = {
  gates: 3,
  states: 1,
  biases: 1,
  step(x, [h], recur, { activation, recurrentActivation: open }) {
    const [xz, xr, xh] = split(x, 3);
    const [hz, hr] = split(recur(h, 0, 2), 2);
    const r = open(xr.add(hr));
    return [mix(open(xz.add(hz)), h, activation(xh.add(recur(r.mul(h), 2, 3))))];
  },
};

/**
 * The same with the reset gate after the product (cuDNN, PyTorch, Keras' default): `g = tanh(x·W + b + r∘(h·U + b'))`.
 *
 * @example
 * console.log(kernels.gruCell.biases, kernels.gruResetAfterCell.biases); // 1 2
 */
export const gruResetAfterCell: Cell = {
  gates: 3,
  states: 1,
  biases: 2,
  step(x, [h], recur, { activation, recurrentActivation: open }) {
    const [xz, xr, xh] = split(x, 3);
    const [hz, hr, hh] = split(recur(h, 0, 3), 3);
    const r = open(xr.add(hr));
    return [mix(open(xz.add(hz)), h, activation(xh.add(r.mul(hh))))];
  },
};

/** Elman 1990; state `[h]`: `h' = tanh(x·W + h·U + b)`. */
export const simpleCell: Cell = {
  gates: 1,
  states: 1,
  biases: 1,
  step: (x, [h], recur, { activation }) => [activation(x.add(recur(h, 0, 1))) as tf.Tensor2D],
};

/** `z∘h + (1 - z)∘g`, with one product fewer. */
const mix = (z: tf.Tensor, h: tf.Tensor2D, g: tf.Tensor): tf.Tensor2D => g.add(z.mul(h.sub(g)));

/**
 * Those of every kernel but the network with ReLU.
 *
 * @example
 * const { activation, recurrentActivation } = kernels.sigmoidAndTanh;
 * console.log(activation(tf.scalar(0)).dataSync()[0], recurrentActivation(tf.scalar(0)).dataSync()[0]); // 0 0.5
 */
export const sigmoidAndTanh: Activations = { activation: (x) => tf.tanh(x), recurrentActivation: (x) => tf.sigmoid(x) };

/** The cells that have a kernel, with the activations that the kernel computes. */
export const cells: Record<CellName, Cell & { activations: Activations }> = {
  lstm: { ...lstmCell, activations: sigmoidAndTanh },
  gru: { ...gruCell, activations: sigmoidAndTanh },
  gruResetAfter: { ...gruResetAfterCell, activations: sigmoidAndTanh },
  rnnTanh: { ...simpleCell, activations: sigmoidAndTanh },
  rnnRelu: { ...simpleCell, activations: { ...sigmoidAndTanh, activation: (x) => tf.relu(x) } },
};

/**
 * `x` `[…, features]` times a kernel `[features, columns]`.
 *
 * @example
 * console.log(kernels.times(tf.ones([2, 5, 3]), tf.ones([3, 4])).shape); // [ 2, 5, 4 ]
 */
export function times(x: tf.Tensor, kernel: tf.Tensor): tf.Tensor {
  const places = x.shape.slice(0, -1);
  const rows = tf.matMul(x.reshape([tf.util.sizeFromShape(places), x.shape[x.rank - 1]]), kernel);
  return rows.reshape([...places, kernel.shape[1] as number]);
}

/**
 * The input's and the state's bias of a cell, `[gates * units]` each.
 *
 * @example
 * const [input, recurrent] = kernels.splitBias(kernels.gruResetAfterCell, tf.tensor2d([[1, 2, 3], [4, 5, 6]]));
 * console.log(input?.arraySync(), recurrent?.arraySync()); // [ 1, 2, 3 ] [ 4, 5, 6 ]
 */
export function splitBias({ biases }: Cell, bias: tf.Tensor | undefined): (tf.Tensor | undefined)[] {
  return bias && biases === 2 ? tf.unstack(bias) : [bias];
}

/**
 * The recurrent product of a cell: `h` times columns of `recurrentKernel` `[units, gates * units]`.
 *
 * @param bias the state's own, `[gates * units]`
 * @param dropout masks that are multiplied into `h`: one `[batch, units]` for all gates, or one for each
 *
 * @example
 * const recur = kernels.recurrence(tf.tensor2d([[1, 2, 3, 4]]));
 * console.log(recur(tf.tensor2d([[10]]), 1, 2).arraySync()); // [ [ 20 ] ]
 */
export function recurrence(recurrentKernel: tf.Tensor2D, bias?: tf.Tensor, dropout?: tf.Tensor2D[]): Recur {
  const [units, width] = recurrentKernel.shape;
  const columns = columnsOf(units, width);
  const product = (h: tf.Tensor2D, from: number, to: number): tf.Tensor2D =>
    tf.matMul(h, columns(recurrentKernel, from, to));
  const dropped = (h: tf.Tensor2D, from: number, to: number): tf.Tensor2D => {
    if (!dropout) return product(h, from, to);
    if (dropout.length === 1) return product(tf.mul(h, dropout[0]), from, to);
    const each = Array.from({ length: to - from }, (_, k) =>
      product(tf.mul(h, dropout[from + k]), from + k, from + k + 1),
    );
    return tf.concat(each, 1);
  };
  if (!bias) return dropped;
  return (h, from, to) => tf.add(dropped(h, from, to), columns(bias, from, to));
}

/** Takes the columns of the gates `[from, to)`, once for each range. */
function columnsOf(units: number, width: number): <T extends tf.Tensor>(tensor: T, from: number, to: number) => T {
  const taken = new Map<string, tf.Tensor>();
  return (tensor, from, to) => {
    if ((to - from) * units === width) return tensor;
    const key = `${tensor.id} ${from} ${to}`;
    let part = taken.get(key);
    if (!part) {
      const onLast = (last: number, other: (axis: number) => number) =>
        tensor.shape.map((_, axis) => (axis === tensor.rank - 1 ? last : other(axis)));
      part = tf.slice(
        tensor,
        onLast(from * units, () => 0),
        onLast((to - from) * units, (axis) => tensor.shape[axis]),
      );
      taken.set(key, part);
    }
    return part as typeof tensor;
  };
}
