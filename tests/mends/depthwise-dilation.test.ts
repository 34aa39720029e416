import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { tf } from '../../lib/backend';
import * as layers from '../../lib/layers';

const x = tf.randomNormal([2, 7, 8, 3], 0, 1, 'float32', 1) as tf.Tensor4D;

for (const [dilation, padding] of [
  [[2, 3], 'valid'],
  [[3, 1], 'same'],
] as const)
  test(`depthwiseConv2d with the gaps ${dilation.join(' and ')}, ${padding}, computes and trains as tf.depthwiseConv2d does`, async () => {
    const args = { kernelSize: 2, depthMultiplier: 2, padding, dilationRate: dilation as never, useBias: false };
    const layer = layers.depthwiseConv2d({ ...args, inputShape: [7, 8, 3] });
    const model = tf.sequential({ layers: [layer] });
    const kernel = layer.getWeights()[0] as tf.Tensor4D;
    const expected = tf.depthwiseConv2d(x, kernel, 1, padding, 'NHWC', [...dilation]);
    const found = model.predict(x) as tf.Tensor;
    assert.deepEqual(found.shape, expected.shape);
    assert.deepEqual(model.outputShape, [null, ...expected.shape.slice(1)]);
    assert.ok(found.sub(expected).abs().max().dataSync()[0] < 1e-5);
    model.compile({ optimizer: tf.train.sgd(0.5), loss: 'meanSquaredError' });
    const { history } = await model.fit(x, expected.mul(2), { epochs: 20, verbose: 0 });
    assert.ok((history.loss.at(-1) as number) < 0.5 * (history.loss[0] as number), String(history.loss));
  });

test('plain TensorFlow.js still needs the mend', () => {
  const program = `
    const tf = require('@tensorflow/tfjs');
    console.log(String(tf.layers.depthwiseConv2d({ kernelSize: 2, dilationRate: 2 }).apply(tf.ones([1, 6, 6, 1])).shape));`;
  assert.equal(spawnSync(process.execPath, ['-e', program], { encoding: 'utf8' }).stdout, '1,5,5,1\n');
});
