import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { tf } from '../../lib/backend';
import * as layers from '../../lib/layers';

type Symbolic = tf.SymbolicTensor;

function overItself(times: number): tf.LayersModel {
  const x = tf.input({ shape: [5, 4] });
  const hidden = layers.dense({ units: 4, kernelInitializer: 'identity' }).apply(x) as Symbolic;
  const doubled = layers.add().apply(Array<Symbolic>(times).fill(hidden)) as Symbolic;
  return tf.model({ inputs: x, outputs: layers.multiply().apply([hidden, doubled]) as Symbolic });
}

test('a tensor that a layer takes several times lives as long as others need it, and no longer', () => {
  const x = tf.fill([1, 5, 4], 3);
  for (const times of [2, 3]) {
    const model = overItself(times);
    const before = tf.memory().numTensors;
    const results = [model.predict(x), model.apply(x)] as tf.Tensor[];
    for (const y of results) assert.deepEqual([...new Set(y.dataSync())], [9 * times]);
    tf.dispose(results[0]);
    model.compile({ loss: 'meanSquaredError', optimizer: 'sgd' });
    const loss = model.evaluate(x, tf.zeros([1, 5, 4])) as tf.Scalar;
    assert.equal(loss.dataSync()[0], (9 * times) ** 2);
    assert.ok(before > 0);
  }
});

test('a prediction leaves nothing behind', () => {
  const model = overItself(2);
  const x = tf.ones([1, 5, 4]);
  tf.dispose(model.predict(x));
  const before = tf.memory().numTensors;
  tf.dispose(model.predict(x));
  assert.equal(tf.memory().numTensors, before);
});

test('attention over itself, joined with what it reads', () => {
  const x = tf.input({ shape: [5, 4] });
  const hidden = layers.dense({ units: 4 }).apply(x) as Symbolic;
  const attended = layers.attention().apply([hidden, hidden]) as Symbolic;
  const model = tf.model({ inputs: x, outputs: layers.add().apply([hidden, attended]) as Symbolic });
  assert.deepEqual((model.predict(tf.ones([2, 5, 4])) as tf.Tensor).shape, [2, 5, 4]);
});

test('a tensor is disposed of by hand after a call by hand', () => {
  const x = tf.ones([1, 2]);
  layers.add().apply([x, x]);
  x.dispose();
  assert.ok(x.isDisposed);
});

test('plain TensorFlow.js still needs the mend', () => {
  const program = `
    const tf = require('@tensorflow/tfjs');
    const x = tf.input({ shape: [4] });
    const hidden = tf.layers.dense({ units: 4 }).apply(x);
    const sum = tf.layers.add().apply([hidden, hidden]);
    tf.setBackend('cpu');
    tf.model({ inputs: x, outputs: tf.layers.multiply().apply([hidden, sum]) }).predict(tf.ones([1, 4])).print();`;
  const { stderr } = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8', cwd: __dirname });
  assert.match(stderr, /Tensor is disposed/);
});
