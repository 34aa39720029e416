import fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { tf } from '../../lib/backend';
import '../../lib/kernels'; // which replaces the kernels of TensorFlow.js

const softmax = (row: number[]) => {
  const most = Math.max(...row);
  const powers = row.map((x) => Math.exp(x - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
};

function near(actual: ArrayLike<number>, expected: number[], tolerance: number): void {
  assert.equal(actual.length, expected.length);
  expected.forEach((value, k) =>
    assert.ok(Math.abs(actual[k] - value) <= tolerance, `${k}: ${actual[k]}, expected ${value}`),
  );
}

describe('softmax', () => {
  test('equals plain loops, and so does its gradient', () => {
    const sizes = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.constantFrom(1, 2, 7, 8, 15, 16, 17, 33, 65, 200));
    fc.assert(
      fc.property(sizes, fc.double({ min: 0.1, max: 30, noNaN: true }), ([rows, columns], spread) => {
        tf.tidy(() => {
          const x = tf.randomNormal<tf.Rank.R2>([rows, columns], 0, spread, 'float32', 5);
          const dy = tf.randomNormal<tf.Rank.R2>([rows, columns], 0, 1, 'float32', 6);
          const expected = x.arraySync().map(softmax);
          near(tf.softmax(x).dataSync(), expected.flat(), 1e-6);
          const flowing = dy.arraySync();
          const gradient = expected.flatMap((y, row) => {
            const sum = y.reduce((total, value, k) => total + value * flowing[row][k], 0);
            return y.map((value, k) => value * (flowing[row][k] - sum));
          });
          near(
            tf
              .grad((logits) => tf.softmax(logits))(x, dy)
              .dataSync(),
            gradient,
            2e-6,
          );
        });
      }),
      { numRuns: 40, seed: 11 },
    );
  });

  test('is exactly zero for a score that was masked, and even where all are', () => {
    const y = tf.softmax(
      tf.tensor2d([
        [1, -1e9, -1e9],
        [-1e9, -1e9, -1e9],
        [0, -Infinity, 0],
      ]),
    );
    const third = Math.fround(1 / 3);
    near(y.dataSync(), [1, 0, 0, third, third, third, 0.5, 0, 0.5], 1e-7);
    assert.deepEqual([y.dataSync()[1], y.dataSync()[2], y.dataSync()[7]], [0, 0, 0]);
  });

  test('keeps a NaN, in its row', () => {
    const y = tf.softmax(tf.tensor2d([1, 2, NaN, 1, 1, 1], [2, 3])).dataSync();
    assert.ok([0, 1, 2].every((k) => Number.isNaN(y[k])));
    near(y.slice(3), [1 / 3, 1 / 3, 1 / 3], 1e-6);
  });

  test('takes no rows at all', { skip: tf.getBackend() === 'wasm' && 'wasm refuses empty tensors' }, () => {
    assert.deepEqual(tf.softmax(tf.zeros([0, 3])).shape, [0, 3]);
    assert.deepEqual(tf.softmax(tf.zeros([3, 0])).shape, [3, 0]);
  });

  test('passes on the gradient of its gradient by what flows into it', () => {
    const weights = tf.tensor1d([1, -2, 3]);
    const x = tf.tensor1d([0.3, -0.2, 0.1]);
    const slope = (v: tf.Tensor) => tf.grad((z) => tf.softmax(z).mul(v).sum())(x);
    const actual = tf
      .grad((v) => slope(v).mul(weights).sum())(tf.tensor1d([1, 1, 1]))
      .dataSync();
    const y = softmax([0.3, -0.2, 0.1]);
    const mean = y[0] - 2 * y[1] + 3 * y[2];
    near(
      actual,
      [1, -2, 3].map((weight, k) => y[k] * (weight - mean)),
      1e-6,
    );
  });
});
