import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { tf } from '../../lib/backend';
import { embedding, gru, lstm, simpleRNN } from '../../lib/kernels';

const x = () => tf.zeros<tf.Rank.R3>([2, 3, 4]);
const weights = () => ({ kernel: tf.zeros<tf.Rank.R2>([4, 20]), recurrentKernel: tf.zeros<tf.Rank.R2>([5, 20]) });

describe('a recurrent kernel', () => {
  test('names what was given and what was expected', () => {
    assert.throws(
      () => lstm(tf.zeros([2, 3]) as never, weights()),
      /input has shape \[2, 3\], expected \[batch, time, features\]/,
    );
    assert.throws(() => lstm(tf.zeros([2, 3, 7]), weights()), /kernel has shape \[4, 20\], expected \[7, 20\]/);
    assert.throws(() => lstm(x(), { ...weights(), bias: tf.zeros([4]) }), /bias has shape \[4\], expected \[20\]/);
    const state = [tf.zeros([2, 5]), tf.zeros([3, 5])] as [tf.Tensor2D, tf.Tensor2D];
    assert.throws(() => lstm(x(), weights(), state), /state 1 has shape \[3, 5\], expected \[2, 5\]/);
    assert.throws(
      () => lstm(x(), weights(), undefined, { mask: tf.zeros([3, 2]) }),
      /mask has shape \[3, 2\], expected \[2, 3\]/,
    );
    assert.throws(
      () => gru(x(), weights(), undefined, { resetAfter: true }),
      /recurrent kernel has shape \[5, 20\], expected \[5, 15\]/,
    );
  });

  test('leaves no tensors but its results, and no gradient keeps any', () => {
    tf.tidy(() => {
      const given = [x(), weights(), tf.ones<tf.Rank.R2>([2, 3])] as const;
      const options = { mask: given[2], returnSequences: true };
      const before = tf.memory().numTensors;
      const results = lstm(given[0], given[1], undefined, options);
      assert.equal(tf.memory().numTensors, before + 4);
      tf.dispose([results.sequence!, results.output, ...results.state]);
      assert.equal(tf.memory().numTensors, before);
      const loss = (r: tf.Tensor) =>
        lstm(
          given[0],
          { ...given[1], recurrentKernel: r as tf.Tensor2D },
          undefined,
          options,
        ).sequence!.sum() as tf.Scalar;
      tf.grad(loss)(given[1].recurrentKernel).dispose();
      assert.equal(tf.memory().numTensors, before);
    });
  });

  test('gives state and output as tensors of their own', () => {
    const { output, state } = simpleRNN(x(), { kernel: tf.ones([4, 2]), recurrentKernel: tf.ones([2, 2]) }, undefined, {
      activation: 'relu',
    });
    output.dispose();
    assert.equal(state[0].dataSync().length, 4);
  });

  test('takes whole numbers as input and 0/1 of any type as mask', () => {
    const mask = tf.tensor2d([1, 0, 1, 1, 1, 0], [2, 3]);
    const run = (dtype: 'float32' | 'int32' | 'bool', input: tf.Tensor3D) =>
      lstm(input, { kernel: tf.ones([4, 8]), recurrentKernel: tf.ones([2, 8]) }, undefined, {
        mask: mask.cast(dtype) as tf.Tensor2D,
      });
    const expected = run('bool', tf.ones([2, 3, 4])).output.dataSync();
    for (const dtype of ['float32', 'int32', 'bool'] as const) {
      assert.deepEqual(run(dtype, tf.ones([2, 3, 4], 'int32')).output.dataSync(), expected);
    }
  });

  test('takes weights, states and dropout of whole numbers, in every tier', () => {
    const run = (dtype: 'float32' | 'int32') => {
      const ones = (...shape: number[]) => tf.ones(shape, dtype);
      const weights = {
        kernel: ones(4, 8) as tf.Tensor2D,
        recurrentKernel: ones(2, 8) as tf.Tensor2D,
        bias: ones(8) as tf.Tensor1D,
      };
      const state = [ones(2, 2), ones(2, 2)] as [tf.Tensor2D, tf.Tensor2D];
      return lstm(tf.ones([2, 3, 4]), weights, state, { recurrentMask: ones(2, 2) as tf.Tensor2D }).output.dataSync();
    };
    for (const tier of ['native', 'tensorflow', 'portable']) {
      process.env.LSTM_LAB_KERNELS = tier;
      try {
        assert.deepEqual(run('int32'), run('float32'), tier);
      } finally {
        delete process.env.LSTM_LAB_KERNELS;
      }
    }
  });

  test('takes an input without features: its state moves by bias and recurrence alone', () => {
    const weights = { recurrentKernel: tf.ones<tf.Rank.R2>([2, 8]), bias: tf.ones<tf.Rank.R1>([8]) };
    const none = lstm(tf.zeros([2, 3, 0]), { ...weights, kernel: tf.zeros([0, 8]) });
    const silent = lstm(tf.zeros([2, 3, 1]), { ...weights, kernel: tf.ones([1, 8]) });
    assert.deepEqual(none.output.shape, [2, 2]);
    if (tf.getBackend() === 'tensorflow') assert.deepEqual(none.output.dataSync(), silent.output.dataSync());
  });
});

test('an embedding names the row that its table does not have, and refuses indices that are no int32', () => {
  const table = tf.ones<tf.Rank.R2>([5, 2]);
  for (const id of [5, -1]) {
    const message = `embedding: the table has rows 0 to 4; it was asked for row ${id}.`;
    assert.throws(() => embedding(table, tf.tensor1d([0, id], 'int32')).dataSync(), { name: 'RangeError', message });
  }
  assert.throws(
    () => embedding(table, tf.tensor1d([1.5])),
    /embedding: rows are looked up by int32 indices; it was given float32/,
  );
});
