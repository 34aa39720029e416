/** The tier that runs on every backend: the input projected once, then the cell step by step, differentiated by the tape. */
import { tf } from '../../backend';
import type { RecurrentCall, RecurrentOutputs } from './call';
import { cells, recurrence, splitBias, times } from './cells';
import { eachStep, walk } from './walk';

/** Runs a cell over a whole sequence in TensorFlow.js operations. */
export function runPortable(call: RecurrentCall): RecurrentOutputs {
  const { x, kernel, recurrentKernel, bias, units, options } = call;
  const [batch, time] = x.shape;
  const cell = cells[call.cell];
  const [inputBias, recurrentBias] = splitBias(cell, bias);
  const dropout = options.recurrentMask;
  const masks = dropout && (tf.split(dropout, dropout.shape[1] / units, 1) as tf.Tensor2D[]);
  const recur = recurrence(recurrentKernel, recurrentBias, masks);
  const product = kernel ? times(x, kernel) : x;
  const steps = eachStep(inputBias ? product.add(inputBias) : product) as tf.Tensor2D[];
  const zeros = tf.zeros([batch, units]);
  return walk({
    batch,
    time,
    units,
    state: call.state ?? Array.from({ length: cell.states }, () => zeros),
    mask: options.mask,
    reverse: options.reverse ?? false,
    returnSequences: options.returnSequences ?? false,
    zeroOutputForMask: options.zeroOutputForMask ?? false,
    step(t, state) {
      const next = cell.step(steps[t], state as tf.Tensor2D[], recur, cell.activations);
      return [next[0], ...next];
    },
  }) as RecurrentOutputs;
}
