/** The kernels in WebAssembly take no memory for good, and say in a sentence when there is none. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { tf, wasmKernels } from '../../lib/backend';
import { adamState, embedding, lastTier, lstm, sparseCrossEntropy } from '../../lib/kernels';

const skip = !wasmKernels() && 'needs: LSTM_LAB_BACKEND=wasm';

const heapBytes = () => (tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } }).wasm.HEAPU8.byteLength;

const weights = (features: number, units: number) => ({
  kernel: tf.fill<tf.Rank.R2>([features, 4 * units], 0.1),
  recurrentKernel: tf.fill<tf.Rank.R2>([units, 4 * units], 0.1),
});

describe('the memory of the kernels in WebAssembly', { skip }, () => {
  test('stays as it is over 10,000 steps', () => {
    const { kernel, recurrentKernel } = weights(3, 5);
    const x = tf.ones<tf.Rank.R3>([4, 7, 3]);
    const gradients = tf.grads((k: tf.Tensor, r: tf.Tensor) => {
      return lstm(x, { kernel: k as tf.Tensor2D, recurrentKernel: r as tf.Tensor2D }).output.sum();
    });
    const step = () => tf.dispose(gradients([kernel, recurrentKernel]));
    for (let k = 0; k < 100; k++) step();
    assert.equal(lastTier(), 'wasm');
    const before = [heapBytes(), tf.memory().numTensors];
    for (let k = 0; k < 10_000; k++) step();
    assert.deepEqual([heapBytes(), tf.memory().numTensors], before);
  });

  test('stays as it is over 10,000 steps of training, with all kernels', () => {
    const matrix = (...shape: [number, number]) =>
      tf.tidy(() => tf.variable(tf.randomNormal<tf.Rank.R2>(shape, 0, 0.3, 'float32', 1)));
    const weights = [matrix(9, 3), matrix(3, 20), matrix(5, 20), matrix(5, 9)];
    const [table, kernel, recurrentKernel, out] = weights;
    const ids = tf.tensor2d([0, 8, 3, 3], [2, 2], 'int32');
    const labels = tf.tensor1d([1, 8], 'int32');
    const state = adamState();
    const numbers = { alpha: 1e-3, rootScale: 1, epsilon: 1e-7, beta1: 0.9, beta2: 0.999, decay: 0 };
    const step = () =>
      tf.tidy(() => {
        const loss = tf.customGrad((x, save) => {
          const [losses, slope] = sparseCrossEntropy(x as tf.Tensor2D, labels);
          (save as tf.GradSaveFunc)([slope]);
          return { value: losses, gradFunc: (dy, saved) => tf.mul(dy.expandDims(1), saved[0]) };
        });
        const { grads } = tf.variableGrads(() => {
          const { output } = lstm(embedding(table, ids) as tf.Tensor3D, { kernel, recurrentKernel });
          return loss(tf.matMul(output, out)).sum();
        }, weights);
        state.step(
          weights.map((weight) => ({ name: weight.name, weight, gradient: grads[weight.name] })),
          numbers,
        );
      });
    for (let k = 0; k < 100; k++) step();
    const before = [heapBytes(), tf.memory().numTensors];
    for (let k = 0; k < 10_000; k++) step();
    assert.deepEqual([heapBytes(), tf.memory().numTensors], before);
  });

  test('ends in a sentence, and what comes after is computed', () => {
    const given = weights(1, 1024);
    const small = () => [...lstm(tf.ones([1, 2, 1]), given).output.dataSync()];
    const expected = small();
    for (const time of [2 ** 20 - 1, 2 ** 20, 2 ** 21]) {
      const x = tf.zeros<tf.Rank.R3>([1, time, 1]);
      assert.throws(() => lstm(x, given, undefined, { returnSequences: true, mask: tf.zeros([1, time]) }), {
        name: 'RangeError',
        message: /^WebAssembly has no memory left for this operation/,
      });
      assert.deepEqual(small(), expected);
      x.dispose();
    }
  });
});
