import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { tf } from '../../lib/backend';
import '../../lib/layers';

const random = (shape: number[], seed: number) => tf.randomNormal<tf.Rank.R5>(shape as never, 0, 1, 'float32', seed);
const sumOf = (x: tf.Tensor) => x.sum().dataSync()[0];

for (const [strides, pad] of [
  [1, 'valid'],
  [2, 'same'],
] as const) {
  const filter = random([2, 3, 2, 3, 4], 1);
  const x = random([2, 5, 6, 4, 3], 2);
  const convolved = tf.conv3d(x, filter, strides, pad);
  const y = random(convolved.shape, 3);
  const transposed = (y: tf.Tensor5D, filter: tf.Tensor5D) => tf.conv3dTranspose(y, filter, x.shape, strides, pad);

  test(`conv3dTranspose is the transpose of conv3d: strides ${strides}, ${pad}`, () => {
    const [there, back] = [sumOf(convolved.mul(y)), sumOf(transposed(y, filter).mul(x))];
    assert.ok(Math.abs(there - back) < 1e-3, `${there} is not ${back}`);
  });

  test(`both and their gradients agree with the definition: strides ${strides}, ${pad}`, () => {
    // Each is linear in each of its inputs: for every v, the gradient's product with v is the value at v.
    const values: [tf.Tensor5D, (v: tf.Tensor) => tf.Tensor][] = [
      [
        y,
        (v) =>
          transposed(v as tf.Tensor5D, filter)
            .mul(x)
            .sum(),
      ],
      [
        filter,
        (v) =>
          transposed(y, v as tf.Tensor5D)
            .mul(x)
            .sum(),
      ],
      [
        x,
        (v) =>
          tf
            .conv3d(v as tf.Tensor5D, filter, strides, pad)
            .mul(y)
            .sum(),
      ],
      [
        filter,
        (v) =>
          tf
            .conv3d(x, v as tf.Tensor5D, strides, pad)
            .mul(y)
            .sum(),
      ],
    ];
    for (const [like, value] of values) {
      const gradient = tf.grad(value)(tf.zerosLike(like));
      for (const seed of [4, 5]) {
        const v = random(like.shape, seed);
        const [told, is] = [sumOf(gradient.mul(v)), value(v).dataSync()[0]];
        assert.ok(Math.abs(told - is) < 2e-3, `${told} is not ${is}`);
      }
    }
  });
}

test('plain TensorFlow.js still needs the mend', () => {
  const program = `
    const tf = require('@tensorflow/tfjs');
    const filter = tf.ones([1, 1, 1, 1, 1]);
    tf.grad((y) => tf.conv3dTranspose(y, filter, [1, 2, 2, 2, 1], 1, 'same'))(tf.ones([1, 2, 2, 2, 1])).print();`;
  const { status, stderr } = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8' });
  assert.notEqual(status, 0);
  assert.match(stderr, /gradient function not found for Conv3DBackpropInputV2/);
});
