import fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { nativeOp, tf } from '../../lib/backend';
import '../../lib/kernels'; // which replaces the kernels of TensorFlow.js

const size = fc.constantFrom(0, 1, 2, 5, 6, 7, 16, 17, 33, 70);

function product(a: tf.Tensor2D, b: tf.Tensor2D, transposeA: boolean, transposeB: boolean): number[] {
  const [x, y] = [a.arraySync(), b.arraySync()];
  const at = (m: number[][], transpose: boolean, row: number, column: number) =>
    transpose ? m[column][row] : m[row][column];
  const [m, k] = transposeA ? [a.shape[1], a.shape[0]] : a.shape;
  const n = b.shape[transposeB ? 0 : 1];
  return Array.from({ length: m * n }, (_, at2) => {
    const [row, column] = [Math.floor(at2 / n), at2 % n];
    return Array.from({ length: k }, (_, i) => at(x, transposeA, row, i) * at(y, transposeB, i, column)).reduce(
      (s, v) => s + v,
      0,
    );
  });
}

function near(actual: tf.Tensor, expected: number[]): void {
  const values = actual.dataSync();
  assert.equal(values.length, expected.length);
  expected.forEach((value, k) =>
    assert.ok(Math.abs(values[k] - value) < 1e-4, `${k}: ${values[k]}, expected ${value}`),
  );
}

describe('small matrix products', () => {
  test('equal plain loops, whatever is transposed', () => {
    fc.assert(
      fc.property(size, size, size, fc.boolean(), fc.boolean(), (m, k, n, ta, tb) => {
        tf.tidy(() => {
          const a = tf.randomNormal<tf.Rank.R2>(ta ? [k, m] : [m, k]);
          const b = tf.randomNormal<tf.Rank.R2>(tb ? [n, k] : [k, n]);
          const actual = tf.matMul(a, b, ta, tb);
          assert.deepEqual(actual.shape, [m, n]);
          near(actual, product(a, b, ta, tb));
        });
      }),
      { numRuns: 60, seed: 7 },
    );
  });

  for (const activation of ['linear', 'relu', 'sigmoid', 'elu'] as const) {
    test(`with bias and ${activation}, inside a gradient and outside`, () => {
      tf.tidy(() => {
        const a = tf.randomNormal<tf.Rank.R2>([5, 19]);
        const b = tf.randomNormal<tf.Rank.R2>([19, 18]);
        const bias = tf.randomNormal<tf.Rank.R1>([18]);
        const fused = () => tf.fused.matMul({ a, b, bias, activation, transposeA: false, transposeB: false });
        const apart = (x: tf.Tensor2D) => {
          const sum = tf.add(tf.mul(x.expandDims(2), b.expandDims(0)).sum(1), bias);
          return activation === 'linear' ? sum : tf[activation](sum);
        };
        near(fused(), [...apart(a).dataSync()]);
        const gradient = tf.grad((x) =>
          tf.fused
            .matMul({ a: x as tf.Tensor2D, b, bias, activation, transposeA: false, transposeB: false })
            .square()
            .sum(),
        )(a);
        near(gradient.div(100), [
          ...tf
            .grad((x) =>
              apart(x as tf.Tensor2D)
                .square()
                .sum(),
            )(a)
            .div(100)
            .dataSync(),
        ]);
      });
    });
  }

  test('are what tf.matMul runs', { skip: !nativeOp('LabMatMul') && 'lib/native is not built' }, async () => {
    const profile = await tf.profile(() => tf.matMul(tf.ones([2, 2]), tf.ones([2, 2])));
    assert.ok(profile.kernelNames.includes('BatchMatMul'));
    assert.throws(() => tf.matMul(tf.ones([2, 2]), tf.ones([3, 2])));
  });
});
