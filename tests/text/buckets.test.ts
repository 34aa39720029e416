import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { batchCount, batchSequences, bucketByLength } from '../../lib/text';

describe('bucketByLength', () => {
  test('uses every sequence once, in batches of the right size', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 99 }), { maxLength: 200 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 5 }),
        (lengths, batchSize, pool) => {
          const batches = bucketByLength(lengths, { batchSize, pool, seed: 3 });
          assert.deepEqual(
            batches.flat().sort((a, b) => a - b),
            lengths.map((_, k) => k),
          );
          assert.ok(batches.every((batch) => batch.length >= 1 && batch.length <= batchSize));
          assert.equal(batches.length, batchCount(lengths.length, { batchSize, pool }));
        },
      ),
    );
  });

  test('a batch holds sequences of nearly one length', () => {
    const lengths = Array.from({ length: 1000 }, (_, k) => (k * 37) % 100);
    const padding = (batches: number[][]) =>
      batches.reduce((sum, batch) => {
        const longest = Math.max(...batch.map((k) => lengths[k]));
        return sum + batch.reduce((waste, k) => waste + longest - lengths[k], 0);
      }, 0);
    const plain = bucketByLength(lengths, { batchSize: 10, pool: 1, seed: 1 });
    const sorted = bucketByLength(lengths, { batchSize: 10, pool: 50, seed: 1 });
    assert.ok(padding(sorted) < padding(plain) / 10);
  });

  test('batches come in no order of length, though they are cut from sequences in that order', () => {
    const lengths = Array.from({ length: 200 }, (_, k) => k);
    const first = bucketByLength(lengths, { batchSize: 10, seed: 1 }).map((batch) => lengths[batch[0]]);
    assert.notDeepEqual(
      first,
      [...first].sort((a, b) => a - b),
    );
  });

  test('the same seed gives the same order; without shuffling the order is that of the data', () => {
    const lengths = Array.from({ length: 50 }, () => 1);
    const order = (seed: number) => bucketByLength(lengths, { batchSize: 7, seed });
    assert.deepEqual(order(1), order(1));
    assert.notDeepEqual(order(1), order(2));
    assert.deepEqual(bucketByLength([1, 1, 1], { batchSize: 2, shuffle: false }), [[0, 1], [2]]);
  });
});

describe('batchSequences', () => {
  test('pads each batch to its own longest sequence and keeps labels beside their sequences', async () => {
    const sequences = Array.from({ length: 9 }, (_, k) => Array.from({ length: k + 1 }, () => k + 1));
    const labels = sequences.map((sequence) => sequence.length % 2);
    const batches = await batchSequences(sequences, labels, { batchSize: 2, seed: 1 }).toArray();
    assert.equal(batches.length, 5);
    for (const { xs, ys } of batches) {
      const rows = xs.arraySync() as number[][];
      const longest = Math.max(...rows.map((row) => row.at(-1)!));
      assert.deepEqual(xs.shape, [rows.length, longest]);
      assert.deepEqual(
        (ys.arraySync() as number[][]).flat(),
        rows.map((row) => row.at(-1)! % 2),
      );
    }
  });

  test('cuts sequences to maxLen, by the options of padSequences', async () => {
    const options = { batchSize: 1, maxLen: 3, truncating: 'post', shuffle: false, pool: 1 } as const;
    const batches = await batchSequences([[1, 2, 3, 4, 5], [6]], [0, 1], options).toArray();
    assert.deepEqual(
      batches.map(({ xs }) => xs.arraySync()),
      [[[1, 2, 3]], [[6]]],
    );
  });

  test('comes in another order each epoch', async () => {
    const data = batchSequences(
      Array.from({ length: 40 }, (_, k) => [k]),
      new Array(40).fill(0),
      { batchSize: 4, seed: 1 },
    );
    const epoch = async () => (await data.toArray()).map(({ xs }) => Array.from(xs.dataSync()));
    assert.notDeepEqual(await epoch(), await epoch());
  });

  test('refuses labels that do not fit', () => {
    assert.throws(() => batchSequences([[1], [2]], [0]), /2 sequences but 1 labels/);
    assert.throws(() => batchSequences([[1]], [0], { batch_size: 2 } as never), /did you mean "batchSize"\?/);
    assert.throws(() => bucketByLength([1], { size: 2 } as never), /bucketByLength has no option "size"/);
    assert.throws(() => batchCount(4, { batchsize: 2 } as never), /did you mean "batchSize"\?/);
  });
});
