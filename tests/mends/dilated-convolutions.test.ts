import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { tf } from '../../lib/backend';
import * as layers from '../../lib/layers';
import { fit } from '../../lib/train';

const random = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, 'float32', seed);

/** Stride and dilation: one of them must be 1. */
for (const [dilation, pad] of [
  [[2, 1], 'valid'],
  [[1, 3], 'same'],
  [[2, 3], 'same'],
] as [[number, number], 'valid' | 'same'][])
  test(`the gradients of a convolution with the gaps ${dilation.join(' and ')}, ${pad}, are those of its definition`, () => {
    // A convolution is linear in its input and in its filter: for every v, the gradient's product with v is the value at v.
    const given = { x: random([2, 9, 8, 3], 1), filter: random([3, 2, 3, 4], 2) };
    const convolve = (x: tf.Tensor, filter: tf.Tensor) =>
      tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, pad, 'NHWC', dilation);
    const weights = random(convolve(given.x, given.filter).shape, 3);
    const values = {
      x: (v: tf.Tensor) => convolve(v, given.filter).mul(weights).sum(),
      filter: (v: tf.Tensor) => convolve(given.x, v).mul(weights).sum(),
    };
    for (const by of ['x', 'filter'] as const) {
      const gradient = tf.grad(values[by])(tf.zerosLike(given[by]));
      for (const seed of [4, 5, 6]) {
        const v = random(given[by].shape, seed);
        const [told, is] = [gradient.mul(v).sum(), values[by](v)].map((one) => one.dataSync()[0]);
        assert.ok(Math.abs(told - is) < 1e-3, `${by}: ${told} is not ${is}`);
      }
    }
  });

test('a temporal convolutional network learns to repeat what was seven steps ago', async () => {
  const model = tf.sequential();
  for (const dilationRate of [1, 2, 4])
    model.add(
      layers.conv1d({
        inputShape: [null, 1],
        filters: 1,
        kernelSize: 2,
        padding: 'causal',
        dilationRate,
        useBias: false,
      }),
    );
  const kernel = tf.tensor3d([0.6, 0.4], [2, 1, 1]);
  model.setWeights([kernel, kernel, kernel]);
  model.compile({ loss: 'meanSquaredError', optimizer: tf.train.adam(0.03) });
  const x = random([64, 20, 1], 3);
  const y = tf.pad(x.slice([0, 0, 0], [64, 13, 1]), [
    [0, 0],
    [7, 0],
    [0, 0],
  ]);
  const { history } = await fit(model, x, y, { epochs: 40, verbose: 0, batchSize: 16 });
  assert.ok((history.loss.at(-1) as number) < 0.01, String(history.loss.at(-1)));
});

test('plain TensorFlow.js still needs the mend', () => {
  const program = `
    const tf = require('@tensorflow/tfjs');
    tf.grad((x) => tf.conv1d(x, tf.ones([2, 1, 1]), 1, 'valid', 'NWC', 2))(tf.ones([1, 5, 1])).print();`;
  const { status, stderr } = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8' });
  assert.notEqual(status, 0);
  assert.match(stderr, /dilation rates greater than 1 are not yet supported in gradients/);
});
