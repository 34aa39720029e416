import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { tf } from '../../lib/backend';
import { gru, lstm, simpleRNN } from '../../lib/kernels';

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
});
