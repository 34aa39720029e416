import { tf } from '../backend';
import { checkOptions } from '../options';
import { nextSeed, shuffled } from '../random';
import { paddingOptions, padSequences, type PaddingOptions } from './padding';

/** How sequences of unequal length are put into batches. */
export interface BucketOptions {
  /** Sequences in a batch. Default: 32. */
  batchSize?: number;
  /**
   * So many batches are sorted by length together before they are cut, so that a batch holds sequences of nearly one length and little
   * padding; 1 sorts nothing beyond a batch. Default: 50.
   */
  pool?: number;
  /** Draw a new order of sequences and of batches each time. Default: true. */
  shuffle?: boolean;
  /** The seed of the first order; later epochs follow from it. Default: from the global seed. */
  seed?: number;
}

const bucketOptions = ['batchSize', 'pool', 'shuffle', 'seed'];

/**
 * Which sequences make up each batch, as lists of places in `lengths`; every sequence once.
 *
 * @example
 * console.log(text.bucketByLength([9, 2, 8, 1], { batchSize: 2, shuffle: false })); // [ [ 3, 1 ], [ 2, 0 ] ]
 */
export function bucketByLength(lengths: ArrayLike<number>, options: BucketOptions = {}): number[][] {
  checkOptions('bucketByLength', options, bucketOptions);
  const { batchSize = 32, pool = 50, shuffle = true, seed = nextSeed() } = options;
  if (!Number.isInteger(batchSize) || batchSize < 1)
    throw new RangeError(`batchSize is ${batchSize}; give at least 1.`);
  if (!Number.isInteger(pool) || pool < 1) throw new RangeError(`pool is ${pool}; give at least 1 batch.`);
  const places = Array.from(lengths, (_, place) => place);
  const order = shuffle ? shuffled(places, seed) : places;
  const batches: number[][] = [];
  for (let start = 0; start < order.length; start += batchSize * pool) {
    const group = order.slice(start, start + batchSize * pool).sort((a, b) => lengths[a] - lengths[b]);
    for (let k = 0; k < group.length; k += batchSize) batches.push(group.slice(k, k + batchSize));
  }
  return shuffle ? shuffled(batches, seed + 1) : batches;
}

/**
 * How many batches `batchSequences` gives in an epoch, with the same options.
 *
 * @example
 * console.log(text.batchCount(1000, { batchSize: 32 })); // 32
 */
export function batchCount(sequences: number, options: BucketOptions & PaddingOptions = {}): number {
  checkOptions('batchCount', options, [...bucketOptions, ...paddingOptions]);
  const { batchSize = 32, pool = 50 } = options;
  const group = batchSize * pool;
  return Math.floor(sequences / group) * pool + Math.ceil((sequences % group) / batchSize);
}

/**
 * A data set for training that pads each batch only to its own longest sequence: xs `[batch, time]` int32, ys `[batch, 1]` float32.
 * It can be iterated once for every epoch, in a new order each time.
 *
 * @example
 * const batches = text.batchSequences([[1], [2, 3], [4, 5], [6]], [0, 1, 1, 0], { batchSize: 2, shuffle: false });
 * const shapes = (await batches.toArray()).map(({ xs }) => xs.shape);
 * console.log(shapes); // [ [ 2, 1 ], [ 2, 2 ] ]
 */
export function batchSequences(
  sequences: ArrayLike<number>[],
  labels: ArrayLike<number>,
  options: BucketOptions & PaddingOptions = {},
): tf.data.Dataset<{ xs: tf.Tensor; ys: tf.Tensor }> {
  if (sequences.length !== labels.length)
    throw new Error(`There are ${sequences.length} sequences but ${labels.length} labels; give one label for each.`);
  checkOptions('batchSequences', options, [...bucketOptions, ...paddingOptions]);
  const { batchSize, pool, shuffle, seed = nextSeed(), maxLen = Infinity, ...padding } = options;
  const lengths = sequences.map((sequence) => Math.min(sequence.length, maxLen));
  let epoch = 0;
  return tf.data.generator(function* () {
    for (const batch of bucketByLength(lengths, { batchSize, pool, shuffle, seed: seed + 2 * epoch++ })) {
      const longest = batch.reduce((longest, place) => Math.max(longest, lengths[place]), 1);
      yield {
        xs: padSequences(
          batch.map((place) => sequences[place]),
          { ...padding, maxLen: longest },
        ),
        ys: tf.tensor2d(
          Float32Array.from(batch, (place) => labels[place]),
          [batch.length, 1],
        ),
      };
    }
  } as unknown as () => Iterator<{ xs: tf.Tensor; ys: tf.Tensor }>);
}
