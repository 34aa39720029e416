/**
 * Masks for operations that know none: the steps that count are moved together before such an operation, and its outputs put back in place
 * after it.
 */
import { tf } from '../../backend';
import type { RecurrentCall, RecurrentOutputs } from './call';
import type { SequenceOptions } from './types';

/** Where the steps that count are, and where their results go. */
export interface Compaction {
  /** The largest number of steps that count in one row, at least 1. */
  longest: number;
  /** For each compact step and row: where its input is in `[batch * time]`. */
  inputs: Int32Array;
  /** Where sequence, output and state are in the rows of results. */
  sequence: Int32Array;
  output: Int32Array;
  state: Int32Array;
  /** How many steps count in each row. */
  counts: number[];
}

/** Reads a mask `[batch, time]` for a walk with the given options. */
export function compaction(
  mask: tf.Tensor2D,
  { reverse = false, zeroOutputForMask: zeroOutput = false }: SequenceOptions,
): Compaction {
  const [batch, time] = mask.shape;
  const isCounted = mask.dataSync();
  const found: number[][] = [];
  const sequence = new Int32Array(batch * time);
  const output = new Int32Array(batch);
  const state = new Int32Array(batch);
  for (let row = 0; row < batch; row++) {
    const steps: number[] = [];
    for (let place = 0; place < time; place++) {
      const step = row * time + (reverse ? time - 1 - place : place);
      if (isCounted[step]) steps.push(step);
      const shown = isCounted[step] || !zeroOutput ? steps.length : 0;
      output[row] = shown === 0 ? row : (shown + 1) * batch + row;
      sequence[row * time + place] = output[row];
    }
    state[row] = (steps.length + 1) * batch + row;
    found.push(steps);
  }
  const counts = found.map((steps) => steps.length);
  const longest = Math.max(1, ...counts);
  const inputs = new Int32Array(longest * batch);
  found.forEach((steps, row) => {
    for (let k = 0; k < longest; k++) inputs[k * batch + row] = steps[k] ?? row * time;
  });
  return { longest, inputs, sequence, output, state, counts };
}

/** The steps of `x` `[batch, time, features]` that count, in the order of processing: `[longest, batch, features]`. */
export function stepsThatCount({ longest, inputs }: Compaction, x: tf.Tensor3D): tf.Tensor3D {
  const [batch, time, features] = x.shape;
  const steps = take(tf.reshape(x, [batch * time, features]), inputs);
  return tf.reshape(steps, [longest, batch, features]);
}

/** The rows that a compaction's places count: zeros, the initial state, step 1, step 2, …, each of the whole batch. */
export function resultRows(initial: tf.Tensor2D, steps: tf.Tensor3D): tf.Tensor2D {
  const [batch, units] = initial.shape;
  return tf.concat2d([tf.zerosLike(initial), initial, tf.reshape(steps, [steps.shape[0] * batch, units])], 0);
}

/** Rows of a matrix. */
export const take = (rows: tf.Tensor2D, places: Int32Array): tf.Tensor2D =>
  tf.gather(rows, tf.tensor1d(places, 'int32'));

/** The outputs of a call from the rows of its results. */
export function putBack(plan: Compaction, rows: tf.Tensor2D, call: RecurrentCall): Omit<RecurrentOutputs, 'state'> {
  const output = take(rows, plan.output);
  if (!call.options.returnSequences) return { output };
  const [batch, time] = call.x.shape;
  return { output, sequence: tf.reshape(take(rows, plan.sequence), [batch, time, call.units]) };
}
