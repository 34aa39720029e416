import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { tf } from '../../lib/backend';
import * as layers from '../../lib/layers';
import { fit } from '../../lib/train';

const kernel = tf.tensor3d([1, 10, 100], [3, 1, 1]);
const build = (options: object, shape: number[] = [5, 1]) => {
  const layer = layers.conv1d({ filters: 1, kernelSize: 3, padding: 'causal', useBias: false, ...options });
  const model = tf.sequential({ layers: [layers.inputLayer({ inputShape: shape }), layer] });
  layer.setWeights([kernel]);
  return model;
};
const ramp = tf.tensor3d([1, 2, 3, 4, 5], [1, 5, 1]);

/** What the definition says: x of the step times 100, of the one before times 10, of the one before that times 1. */
const cases: [what: string, options: object, expected: number[]][] = [
  ['plain', {}, [100, 210, 321, 432, 543]],
  ['dilated', { dilationRate: 2 }, [100, 200, 310, 420, 531]],
  ['with a stride', { strides: 2 }, [100, 321, 543]],
  ['with an activation', { activation: 'relu' }, [100, 210, 321, 432, 543]],
];
for (const [what, options, expected] of cases)
  test(`conv1d with causal padding, ${what}: each step sees itself and what was before`, () => {
    const model = build(options);
    const found = model.predict(ramp) as tf.Tensor;
    assert.deepEqual([...found.dataSync()], expected);
    assert.deepEqual(model.outputShape, [null, expected.length, 1]);
  });

test('where the channels stand first, time is the last axis', () => {
  const model = build({ dataFormat: 'channelsFirst' }, [1, 5]);
  const found = model.predict(ramp.transpose([0, 2, 1])) as tf.Tensor;
  assert.deepEqual([...found.dataSync()], cases[0][2]);
});

test('such a layer learns to repeat what was two steps ago', async () => {
  const model = build({}, [null as never, 1]);
  model.setWeights([tf.zeros([3, 1, 1])]);
  model.compile({ loss: 'meanSquaredError', optimizer: tf.train.sgd(0.1) });
  const x = tf.randomNormal([64, 12, 1], 0, 1, 'float32', 3);
  const y = tf.pad(x.slice([0, 0, 0], [64, 10, 1]), [
    [0, 0],
    [2, 0],
    [0, 0],
  ]);
  const { history } = await fit(model, x, y, { epochs: 60, verbose: 0, batchSize: 16 });
  assert.ok((history.loss.at(-1) as number) < 0.01, String(history.loss.at(-1)));
});

test('plain TensorFlow.js still needs the mend', () => {
  const program = `
    const tf = require('@tensorflow/tfjs');
    tf.layers.conv1d({ filters: 1, kernelSize: 3, padding: 'causal' }).apply(tf.ones([1, 5, 1]));`;
  const { status, stderr } = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8' });
  assert.notEqual(status, 0);
  assert.match(stderr, /CAUSAL padding mode in conv1dWithBias is not implemented/);
});
