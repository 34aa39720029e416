/** What layers of TensorFlow.js say about the shape of their output, and what they give. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { tf } from '../../lib/backend';
import { fromKeras, toKeras, toONNX } from '../../lib/export';
import * as layers from '../../lib/layers';

/** What a program prints that has plain TensorFlow.js only. */
const plain = (program: string): string =>
  spawnSync(process.execPath, ['-e', `const tf = require('@tensorflow/tfjs'); ${program}`], { encoding: 'utf8' })
    .stdout;

describe('conv1d with the channels first', () => {
  const x = tf.randomNormal([2, 3, 7], 0, 1, 'float32', 5);

  for (const options of [{}, { padding: 'same' as const, strides: 2 }, { activation: 'softmax' as const }]) {
    test(`gives the axes that it says: ${JSON.stringify(options)}`, () => {
      const args = { filters: 4, kernelSize: 3, ...options, activation: undefined };
      const first = layers.conv1d({ ...args, dataFormat: 'channelsFirst', ...options });
      const last = layers.conv1d(args);
      const found = first.apply(x) as tf.Tensor3D;
      const turned = last.apply(x.transpose([0, 2, 1])) as tf.Tensor3D;
      last.setWeights(first.getWeights());
      const expected = (last.apply(x.transpose([0, 2, 1])) as tf.Tensor3D).transpose([0, 2, 1]);
      assert.deepEqual(found.shape, first.computeOutputShape(x.shape));
      assert.equal(found.shape[2], turned.shape[1]);
      const wanted = 'activation' in options ? tf.softmax(expected) : expected;
      assert.ok(found.sub(wanted).abs().max().dataSync()[0] < 1e-6);
    });
  }

  test('is saved with them, for Keras as well, and named where a format has none', async () => {
    const layer = layers.conv1d({
      filters: 4,
      kernelSize: 3,
      dataFormat: 'channelsFirst',
      inputShape: [3, 7],
      name: 'turned',
    } as never);
    const model = tf.sequential({ layers: [layer] });
    const file = path.join(os.tmpdir(), `channels-first-${process.pid}.keras`);
    try {
      await toKeras(model, file);
      const back = await fromKeras(file);
      assert.deepEqual(back.outputShape, [null, 4, 5]);
      assert.ok(
        (back.predict(x) as tf.Tensor)
          .sub(model.predict(x) as tf.Tensor)
          .abs()
          .max()
          .dataSync()[0] < 1e-6,
      );
    } finally {
      fs.rmSync(file, { force: true });
    }
    await assert.rejects(toONNX(model, file), /Layer "turned" has its channels first/);
  });

  test('plain TensorFlow.js still needs the mend', () =>
    assert.match(
      plain(`const layer = tf.layers.conv1d({ filters: 4, kernelSize: 3, dataFormat: 'channelsFirst' });
        console.log(layer.apply(tf.ones([2, 3, 7])).shape.join());`),
      /2,5,4/,
    ));
});

describe('resizing', () => {
  test('keeps the batch and the channels, so that a convolution fits behind it', () => {
    const model = tf.sequential({
      layers: [
        layers.resizing({ height: 6, width: 5, inputShape: [4, 4, 3] } as never),
        layers.conv2d({ filters: 2, kernelSize: 3 }),
      ],
    });
    assert.deepEqual(model.layers[0].outputShape, [null, 6, 5, 3]);
    assert.deepEqual((model.predict(tf.ones([2, 4, 4, 3])) as tf.Tensor).shape, [2, 4, 3, 2]);
  });

  test('plain TensorFlow.js still needs the mend', () =>
    assert.match(
      plain(`console.log(tf.layers.resizing({ height: 6, width: 5 }).computeOutputShape([2, 4, 4, 3]).join());`),
      /^6,5,4$/m,
    ));
});

describe('centerCrop', () => {
  test('leaves the shape of its input', () => {
    const model = tf.sequential({
      layers: [layers.inputLayer({ inputShape: [6, 6, 3] }), layers.centerCrop({ height: 2, width: 4 })],
    });
    assert.deepEqual([model.inputs[0].shape, model.outputs[0].shape], [
      [null, 6, 6, 3],
      [null, 2, 4, 3],
    ]); // prettier-ignore
    assert.deepEqual((model.predict(tf.ones([1, 6, 6, 3])) as tf.Tensor).shape, [1, 2, 4, 3]);
  });

  test('plain TensorFlow.js still needs the mend', () =>
    assert.match(
      plain(`const x = tf.input({ shape: [6, 6, 3] });
        tf.layers.centerCrop({ height: 2, width: 4 }).apply(x);
        console.log(x.shape.join());`),
      /^,2,4,3$/m,
    ));
});
