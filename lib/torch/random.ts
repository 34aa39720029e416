/** The one generator from which modules, dropout and loaders draw, and PyTorch's functions that draw from it. */
import { tf } from '../backend';
import { Generator } from './generator';

/**
 * The generator of every draw that is given no other. Its first seed is arbitrary: call {@link manualSeed}.
 *
 * @example
 * torch.manualSeed(42);
 * console.log(torch.defaultGenerator.randint(0, 10, 4)); // [ 2, 7, 6, 4 ]
 */
export const defaultGenerator = new Generator(Math.floor(Math.random() * 2 ** 32));

/**
 * Seeds every random number of this room. After it, modules get the weights that PyTorch gives them after
 * `torch.manual_seed(seed)`, when they are made in the same order.
 *
 * @example
 * torch.manualSeed(0);
 * console.log(torch.rand<tf.Rank.R1>([2]).arraySync().map((value) => value.toFixed(4))); // [ '0.4963', '0.7682' ]
 */
export function manualSeed(seed: number): Generator {
  return defaultGenerator.manualSeed(seed);
}

/**
 * `torch.rand(*shape)`: uniform numbers in [0, 1).
 *
 * @example
 * torch.manualSeed(0);
 * console.log(torch.rand<tf.Rank.R1>([3]).mul(100).round().arraySync()); // [ 50, 77, 9 ]
 */
export function rand<R extends tf.Rank = tf.Rank>(shape: tf.ShapeMap[R]): tf.Tensor<R> {
  return tf.tensor(defaultGenerator.uniform(tf.util.sizeFromShape(shape)), shape);
}

/**
 * `torch.randn(*shape)`: normal numbers of mean 0 and variance 1.
 *
 * @example
 * torch.manualSeed(0);
 * console.log(torch.randn<tf.Rank.R1>([3]).mul(100).round().arraySync()); // [ 154, -29, -218 ]
 */
export function randn<R extends tf.Rank = tf.Rank>(shape: tf.ShapeMap[R]): tf.Tensor<R> {
  return tf.tensor(defaultGenerator.normal(tf.util.sizeFromShape(shape)), shape);
}

/**
 * `torch.randint(low, high, shape)`: int32 numbers in [low, high).
 *
 * @example
 * torch.manualSeed(0);
 * console.log(torch.randint<tf.Rank.R1>(0, 10, [5]).arraySync()); // [ 4, 9, 3, 0, 3 ]
 */
export function randint<R extends tf.Rank = tf.Rank>(low: number, high: number, shape: tf.ShapeMap[R]): tf.Tensor<R> {
  return tf.tensor(defaultGenerator.randint(low, high, tf.util.sizeFromShape(shape)), shape, 'int32');
}

/**
 * `torch.randperm(n)`: the integers 0 to n - 1 in random order.
 *
 * @example
 * torch.manualSeed(0);
 * console.log(torch.randperm(5)); // [ 4, 0, 1, 3, 2 ]
 */
export function randperm(n: number): number[] {
  return defaultGenerator.randperm(n);
}
