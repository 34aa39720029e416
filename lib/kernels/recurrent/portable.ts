/** The tier that runs on every backend: the input projected once, then the cell step by step, differentiated by the tape. */
import { tf } from '../../backend';
import { cells, type Recur } from './cells';
import type { RecurrentCall, RecurrentOutputs } from './call';

/** Runs a cell over a whole sequence in TensorFlow.js operations. */
export function runPortable(call: RecurrentCall): RecurrentOutputs {
  const { x, kernel, options } = call;
  const [batch, time] = x.shape;
  const cell = cells[call.cell];
  const [inputBias, recurrentBias] = biases(call);
  const recur = recurrentProduct(call, recurrentBias);
  let projected: tf.Tensor = x;
  if (kernel) {
    const flat = tf.matMul(x.reshape([batch * time, x.shape[2]]), kernel);
    projected = flat.reshape([batch, time, kernel.shape[1]]);
  }
  if (inputBias) projected = projected.add(inputBias);

  const steps = eachStep(projected);
  const counts = options.mask && eachStep(options.mask.toBool().expandDims(2));
  const zeros = tf.zeros<tf.Rank.R2>([batch, call.units]);
  const outputs: tf.Tensor2D[] = [];
  let state = call.state ?? Array.from({ length: cell.states }, () => zeros);
  let output = zeros;
  for (let step = 0; step < time; step++) {
    const t = options.reverse ? time - 1 - step : step;
    const next = cell.step(steps[t], state, recur);
    const count = counts?.[t];
    if (count) {
      output = tf.where(count, next[0], options.zeroOutputForMask ? zeros : output) as tf.Tensor2D;
      state = next.map((tensor, k) => tf.where(count, tensor, state[k]) as tf.Tensor2D);
    } else {
      state = next;
      output = next[0];
    }
    if (options.returnSequences) outputs.push(output);
  }
  if (!options.returnSequences) return { output, state };
  return { sequence: tf.stack(outputs, 1) as tf.Tensor3D, output, state };
}

/** `[batch, time, n]` as `time` tensors `[batch, n]`. (The gradient of `tf.unstack` throws on a single part.) */
export function eachStep(sequence: tf.Tensor): tf.Tensor2D[] {
  const [batch, time, width] = sequence.shape;
  if (time === 1) return [tf.reshape<tf.Rank.R2>(sequence, [batch, width])];
  return tf.unstack(sequence, 1) as tf.Tensor2D[];
}

function biases({ cell, bias }: RecurrentCall): (tf.Tensor1D | undefined)[] {
  if (bias && cell === 'gruResetAfter') return tf.unstack(bias) as tf.Tensor1D[];
  return [bias as tf.Tensor1D | undefined];
}

function recurrentProduct(
  { cell, units, recurrentKernel, options }: RecurrentCall,
  recurrentBias?: tf.Tensor1D,
): Recur {
  const { gates } = cells[cell];
  const dropout = options.recurrentMask;
  const columns = <T extends tf.Tensor>(tensor: T, from: number, to: number): T => {
    if (to - from === gates) return tensor;
    const begin = tensor.shape.map((_, axis) => (axis === tensor.rank - 1 ? from * units : 0));
    const size = tensor.shape.map((full, axis) => (axis === tensor.rank - 1 ? (to - from) * units : full));
    return tf.slice(tensor, begin, size) as T;
  };
  const product = (h: tf.Tensor2D, from: number, to: number): tf.Tensor2D =>
    tf.matMul(h, columns(recurrentKernel, from, to));
  const dropped = (h: tf.Tensor2D, from: number, to: number): tf.Tensor2D => {
    if (!dropout) return product(h, from, to);
    if (dropout.shape[1] === units) return product(tf.mul(h, dropout), from, to);
    const each = Array.from({ length: to - from }, (_, k) => from + k);
    return tf.concat(
      each.map((gate) => product(tf.mul(h, columns(dropout, gate, gate + 1)), gate, gate + 1)),
      1,
    );
  };
  return (h, from, to) => {
    const result = dropped(h, from, to);
    return recurrentBias ? tf.add(result, columns(recurrentBias, from, to)) : result;
  };
}
