/** The walk of a cell over time: order, masks and what is kept of every step. */
import { tf } from '../../backend';

/** What a walk goes through. */
export interface WalkArgs {
  /** How many sequences. */
  batch: number;
  /** How many steps. */
  time: number;
  /** Width of the output. */
  units: number;
  /** Each `[batch, size]`. */
  state: tf.Tensor[];
  /** `[batch, time]`, boolean: a step that does not count leaves the state as it is. */
  mask?: tf.Tensor2D;
  /** From the last step to the first. */
  reverse: boolean;
  /** Whether the outputs of all steps are kept. */
  returnSequences: boolean;
  /** A step that does not count gives zeros instead of the output before it. */
  zeroOutputForMask: boolean;
  /** From step `t` of the input and the state before it to `[output, ...state]`. */
  step(t: number, state: tf.Tensor[]): tf.Tensor[];
}

/** What a walk gives. */
export interface Walk {
  /** `[batch, time, units]` in the order of processing; only when sequences are returned. */
  sequence?: tf.Tensor;
  /** `[batch, units]`: of the last step; zeros when no step counted. */
  output: tf.Tensor;
  /** After the last step, each `[batch, size]`. */
  state: tf.Tensor[];
}

/**
 * Walks a cell over a batch, step by step.
 *
 * @example
 * // A sum over three steps, of which the last does not count.
 * const steps = kernels.eachStep(tf.tensor3d([[[1], [2], [3]]]));
 * const step = (t: number, [sum]: tf.Tensor[]) => Array<tf.Tensor>(2).fill(sum.add(steps[t]));
 * const order = { reverse: false, returnSequences: false, zeroOutputForMask: false, mask: tf.tensor2d([[1, 1, 0]]) };
 * const { output } = kernels.walk({ batch: 1, time: 3, units: 1, ...order, state: [tf.zeros([1, 1])], step });
 * console.log(output.arraySync()); // [ [ 3 ] ]
 */
export function walk(args: WalkArgs): Walk {
  const { batch, time, units, mask, step } = args;
  const counts = mask && eachStep(mask.toBool().expandDims(2));
  const zeros = tf.zeros([batch, units]);
  const outputs: tf.Tensor[] = [];
  let { state } = args;
  let output: tf.Tensor = zeros;
  for (let k = 0; k < time; k++) {
    const t = args.reverse ? time - 1 - k : k;
    const [given, ...next] = step(t, state);
    const count = counts?.[t];
    const before = state;
    output = count ? tf.where(count, given, args.zeroOutputForMask ? zeros : output) : given;
    state = count ? next.map((tensor, i) => tf.where(count, tensor, before[i])) : next;
    if (args.returnSequences) outputs.push(output);
  }
  if (!args.returnSequences) return { output, state };
  return { sequence: time > 0 ? tf.stack(outputs, 1) : tf.zeros([batch, 0, units]), output, state };
}

/**
 * `[batch, time, …]` as `time` tensors `[batch, …]`. (The gradient of `tf.unstack` throws on a single part.)
 *
 * @example
 * console.log(kernels.eachStep(tf.ones([2, 5, 3])).map(({ shape }) => shape.join()).length); // 5
 */
export function eachStep(sequence: tf.Tensor): tf.Tensor[] {
  const [batch, time, ...rest] = sequence.shape;
  if (time === 0) return [];
  if (time === 1) return [tf.reshape(sequence, [batch, ...rest])];
  return tf.unstack(sequence, 1);
}
