/** The recurrent cells in plain TensorFlow.js operations, one step at a time: the portable tier is made of them. */
import { tf } from '../../backend';
import type { CellName } from './types';

/** One step of a cell: gate inputs and state in, new state out. The first tensor of a state is the output. */
export interface Cell {
  /** How many blocks of `units` columns the kernels have. */
  gates: number;
  /** How many tensors the state has. */
  states: number;
  /**
   * @param x what the input contributes to the gates, its bias included: `[batch, gates * units]`
   * @param recur multiplies the state, recurrent dropout applied, with columns of the recurrent kernel
   */
  step(x: tf.Tensor2D, state: tf.Tensor2D[], recur: Recur): tf.Tensor2D[];
}

/** The product of a state with the gates `[from, to)` of the recurrent kernel, plus the recurrent bias if there is one. */
export type Recur = (h: tf.Tensor2D, from: number, to: number) => tf.Tensor2D;

const split = (z: tf.Tensor2D, parts: number) => tf.split(z, parts, 1) as tf.Tensor2D[];

function simpleRNN(activation: (x: tf.Tensor2D) => tf.Tensor2D): Cell {
  return { gates: 1, states: 1, step: (x, [h], recur) => [activation(x.add(recur(h, 0, 1)))] };
}

export const cells: Record<CellName, Cell> = {
  // Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000; gates i, f, c, o.
  lstm: {
    gates: 4,
    states: 2,
    step(x, [h, c], recur) {
      const [i, f, g, o] = split(x.add(recur(h, 0, 4)), 4);
      const carry = f.sigmoid().mul<tf.Tensor2D>(c).add<tf.Tensor2D>(i.sigmoid().mul(g.tanh()));
      return [o.sigmoid().mul(carry.tanh()), carry];
    },
  },
  // Cho et al. 2014; gates z, r, h.
  gru: {
    gates: 3,
    states: 1,
    step(x, [h], recur) {
      const [xz, xr, xh] = split(x, 3);
      const [hz, hr] = split(recur(h, 0, 2), 2);
      const z = xz.add(hz).sigmoid();
      const r = xr.add(hr).sigmoid();
      const candidate = xh.add<tf.Tensor2D>(recur(r.mul(h), 2, 3)).tanh();
      return [candidate.add(z.mul(h.sub(candidate)))];
    },
  },
  // The same with the reset gate after the product (cuDNN, PyTorch, Keras' default).
  gruResetAfter: {
    gates: 3,
    states: 1,
    step(x, [h], recur) {
      const [xz, xr, xh] = split(x, 3);
      const [hz, hr, hh] = split(recur(h, 0, 3), 3);
      const z = xz.add(hz).sigmoid();
      const r = xr.add(hr).sigmoid();
      const candidate = xh.add<tf.Tensor2D>(r.mul(hh)).tanh();
      return [candidate.add(z.mul(h.sub(candidate)))];
    },
  },
  // Elman 1990.
  rnnTanh: simpleRNN((x) => x.tanh()),
  rnnRelu: simpleRNN((x) => x.relu()),
};
