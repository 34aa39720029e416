/** The adding problem: a task whose answer lies in two places of a long sequence. */
import { tf } from '../backend';
import { RandomState } from './random-state';

/**
 * Sequences of random numbers from 0 to 1 of which two are marked, one in each half; the answer is the sum of those two.
 *
 * `x` is `[count, steps, 2]`: the number, and 1 where it is marked, else 0. `y` is `[count, 1]`. Always answering 1, the mean, has a mean
 * squared error of 1/6. Hochreiter and Schmidhuber (1997), in the form of Le, Jaitly and Hinton (2015).
 *
 * @throws RangeError when a count is no positive integer, there are fewer than two steps, or the seed is not in [0, 2^32).
 *
 * @example
 * const { x, y } = series.addingProblem(4, 10, 1);
 * console.log(x.shape, y.shape, x.slice([0, 0, 1], [1, -1, 1]).sum().dataSync()[0]); // [ 4, 10, 2 ] [ 4, 1 ] 2
 */
export function addingProblem(count: number, steps: number, seed: number): { x: tf.Tensor3D; y: tf.Tensor2D } {
  if (!Number.isSafeInteger(count) || count < 1)
    throw new RangeError(`count is an integer of 1 or more; got ${count}.`);
  if (!Number.isSafeInteger(steps) || steps < 2)
    throw new RangeError(`steps is an integer of 2 or more; got ${steps}.`);
  const random = new RandomState(seed);
  const half = steps >> 1;
  const inputs = new Float32Array(count * steps * 2);
  const answers = new Float32Array(count);
  for (let row = 0; row < count; row++) {
    const start = row * steps;
    for (let t = 0; t < steps; t++) inputs[2 * (start + t)] = random.random();
    for (const t of [random.randint(0, half), random.randint(half, steps)]) {
      inputs[2 * (start + t) + 1] = 1;
      answers[row] += inputs[2 * (start + t)];
    }
  }
  return { x: tf.tensor3d(inputs, [count, steps, 2]), y: tf.tensor2d(answers, [count, 1]) };
}
