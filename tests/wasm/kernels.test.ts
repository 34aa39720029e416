/** The kernels in WebAssembly beside plain loops: the same numbers, a sentence where they refuse, and no harm after it. */
import fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { tf, wasmKernels } from '../../lib/backend';
import { adamState, embedding, lstm, simpleRNN, skipGramPass, sparseCrossEntropy, tierTable } from '../../lib/kernels';

const kernels = wasmKernels();
const skip = !kernels && 'needs: LSTM_LAB_BACKEND=wasm';
const numbers = { alpha: 0.1, rootScale: 1, epsilon: 1e-7, beta1: 0.9, beta2: 0.999, decay: 0 };

function near(actual: ArrayLike<number>, expected: number[], tolerance: number): void {
  assert.equal(actual.length, expected.length);
  expected.forEach((value, k) =>
    assert.ok(Math.abs(actual[k] - value) <= tolerance, `${k}: ${actual[k]}, expected ${value}`),
  );
}

describe('the kernels in WebAssembly', { skip }, () => {
  test('compute every operation that lib/native does', () => {
    const of = (tier: string) => tierTable().filter((row) => row.tier === tier);
    const here = of('wasm').filter((row) => row.here);
    const missing = of('native').filter(({ operation }) => !here.some((row) => row.operation === operation));
    assert.deepEqual(missing, []);
  });

  test('gather rows of any type along any axis', () => {
    const shapes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 });
    const types = fc.constantFrom('float32' as const, 'int32' as const, 'bool' as const);
    fc.assert(
      fc.property(shapes, fc.nat(3), fc.nat(7), types, (shape, place, count, type) => {
        tf.tidy(() => {
          const axis = place % shape.length;
          const x = tf.range(0, tf.util.sizeFromShape(shape), 1, 'int32').mod(tf.scalar(7, 'int32')).cast(type);
          const ids = Array.from({ length: count }, (_, k) => (k * 3) % shape[axis]);
          const actual = tf.gather(x.reshape(shape), tf.tensor1d(ids, 'int32'), axis);
          assert.deepEqual(actual.shape, [...shape.slice(0, axis), count, ...shape.slice(axis + 1)]);
          const values = x.dataSync();
          const inner = tf.util.sizeFromShape(shape.slice(axis + 1));
          const outer = tf.util.sizeFromShape(shape.slice(0, axis));
          const rowOf = (o: number, id: number) => [...values].splice((o * shape[axis] + id) * inner, inner);
          const expected = Array.from({ length: outer }, (_, o) => ids.map((id) => rowOf(o, id))).flat(2);
          assert.deepEqual([...actual.dataSync()], expected);
        });
      }),
      { numRuns: 60, seed: 3 },
    );
    assert.throws(() => tf.gather(tf.ones([2, 2]), tf.tensor1d([2], 'int32')), /index value 2 is not in \[0, 1\]/);
  });

  test('give the cross-entropy of class numbers and its gradient', () => {
    const sizes = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.constantFrom(1, 2, 3, 4, 5, 8, 33));
    fc.assert(
      fc.property(sizes, fc.double({ min: 0.1, max: 40, noNaN: true }), ([rows, classes], spread) => {
        tf.tidy(() => {
          const x = tf.randomNormal<tf.Rank.R2>([rows, classes], 0, spread, 'float32', 5);
          const labels = Array.from({ length: rows }, (_, k) => (k * 5) % classes);
          const [losses, gradient] = sparseCrossEntropy(x, tf.tensor1d(labels, 'int32'));
          const expected = x.arraySync().map((row, k) => {
            const most = Math.max(...row);
            const sum = row.reduce((total, value) => total + Math.exp(value - most), 0);
            const slope = row.map((value, j) => Math.exp(value - most) / sum - (j === labels[k] ? 1 : 0));
            return { loss: Math.log(sum) + most - row[labels[k]], slope };
          });
          near(
            losses.dataSync(),
            expected.map(({ loss }) => loss),
            1e-4,
          );
          near(
            gradient.dataSync(),
            expected.flatMap(({ slope }) => slope),
            2e-6,
          );
        });
      }),
      { numRuns: 40, seed: 2 },
    );
    const of = (label: number) => () => sparseCrossEntropy(tf.zeros([1, 3]), tf.tensor1d([label], 'int32'));
    for (const label of [-1, 3])
      assert.throws(of(label), {
        message: `cross-entropy: the label ${label} is none of the 3 classes, which begin at 0.`,
      });
  });

  test('change a weight in place only where nothing else holds it, and stock operations see the change', () => {
    tf.tidy(() => {
      const image = tf.randomNormal<tf.Rank.R4>([1, 6, 6, 2], 0, 1, 'float32', 1);
      const first = tf.randomNormal([3, 3, 2, 4], 0, 1, 'float32', 2);
      const weight = tf.variable(first);
      first.dispose();
      const state = adamState();
      const step = () => state.step([{ name: 'w', weight, gradient: tf.ones(weight.shape) }], numbers);
      const convolved = (filter: tf.Tensor) => [...tf.conv2d(image, filter as tf.Tensor4D, 1, 'same').dataSync()];
      convolved(weight);
      const { dataId } = weight;
      step();
      assert.equal(weight.dataId, dataId);
      assert.deepEqual(convolved(weight), convolved(tf.tensor(weight.dataSync(), weight.shape)));
      const copy = weight.clone();
      const held = [...copy.dataSync()];
      const means = state.moments()[0].first.clone();
      const mean = [...means.dataSync()];
      step();
      assert.deepEqual([...copy.dataSync()], held);
      assert.deepEqual([...means.dataSync()], mean);
      assert.notDeepEqual([...weight.dataSync()], held);
      state.dispose();
      weight.dispose();
    });
  });

  test('say in a sentence what is outside, and leave everything as it was', () => {
    const table = tf.variable(tf.ones<tf.Rank.R2>([3, 2]));
    const state = adamState();
    const ids = tf.tensor1d([0, 3], 'int32');
    const look = () => embedding(table as unknown as tf.Tensor2D, ids, 'words');
    const words = { name: 'RangeError', message: 'words: the table has rows 0 to 2; it was asked for row 3.' };
    assert.throws(() => look().dataSync(), words);
    assert.throws(() => tf.grad(() => look().sum())(table as unknown as tf.Tensor), words);
    state.dispose();
    assert.deepEqual([...table.dataSync()], Array(6).fill(1));
    const settings = { dim: 2, window: 2, negative: 1, table: Int32Array.of(0), keep: Float32Array.of(1, 1) };
    const pass = skipGramPass(settings);
    const start = { input: new Float32Array(4), output: new Float32Array(4) };
    assert.throws(() => pass.run(Int32Array.of(0, 2), start, 0.1, 0.1, 1), /the word 2 is none of 2/);
    assert.throws(() => skipGramPass({ ...settings, table: Int32Array.of(5) }), /the word 5 is none of 2/);
    pass.dispose();
    tf.dispose([table, ids]);
  });

  test('are whole again after a trap', () => {
    const run = () => tf.matMul(tf.ones([3, 4]), tf.ones([4, 5])).dataSync();
    assert.throws(() => kernels!.run('matmul', 2 ** 32 - 64, 2 ** 32 - 64, 0, 2 ** 32 - 64, 8, 8, 8, 0, 0, 0), {
      name: 'RuntimeError',
    });
    assert.deepEqual([...run()], Array(15).fill(4));
  });

  test('keep a NaN, which relaxed instructions would lose', () => {
    tf.tidy(() => {
      const x = tf.fill<tf.Rank.R3>([1, 2, 1], NaN);
      const weights = { kernel: tf.ones<tf.Rank.R2>([1, 5]), recurrentKernel: tf.ones<tf.Rank.R2>([5, 5]) };
      const outputs = [
        ...(['tanh', 'relu'] as const).map((activation) => simpleRNN(x, weights, undefined, { activation }).output),
        lstm(x, { kernel: tf.ones([1, 20]), recurrentKernel: tf.ones([5, 20]) }).output,
        tf.fused.matMul({ a: tf.fill([1, 2], NaN), b: tf.ones([2, 3]), activation: 'relu' }),
        tf.softmax(tf.tensor1d([1, 2, NaN])),
      ];
      for (const output of outputs) assert.ok(output.dataSync().every(Number.isNaN), output.toString());
    });
  });

  test('multiply empty matrices too', () => {
    assert.deepEqual(tf.matMul(tf.zeros([0, 3]), tf.zeros([3, 2])).shape, [0, 2]);
    assert.deepEqual([...tf.matMul(tf.zeros([2, 0]), tf.zeros([0, 3])).dataSync()], Array(6).fill(0));
  });

  test('write rows and gradients late without moving what is being read', () => {
    tf.tidy(() => {
      const table = tf.range(0, 12).reshape<tf.Tensor2D>([4, 3]);
      const rows = () => embedding(table, tf.tensor1d([3, 0], 'int32'));
      assert.deepEqual(
        [...tf.concat([rows(), rows().mul(2), rows()], 1).dataSync()].slice(0, 9),
        [9, 10, 11, 18, 20, 22, 9, 10, 11],
      );
      const unread = rows();
      assert.deepEqual([...tf.slice(rows(), [1, 0], [1, 3]).dataSync()], [0, 1, 2]);
      unread.dispose();
      const kernel = tf.ones<tf.Rank.R2>([3, 8]);
      const x = rows().expandDims<tf.Tensor3D>(0);
      const { output } = lstm(x, { kernel, recurrentKernel: tf.ones([2, 8]) });
      assert.ok(output.dataSync().every((value) => value > 0));
    });
  });
});
