/** The losses of several outputs, by the names that TensorFlow.js gives them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { tf } from '../../lib/backend';
import * as layers from '../../lib/layers';

const x = tf.ones([5, 1]);
/** Targets from which the outputs, 1 and 1, lie 1 and 2 away. */
const targets = [tf.fill([5, 1], 2), tf.fill([5, 1], 3)];

function model(metrics?: string[]): tf.LayersModel {
  const input = tf.input({ shape: [1] });
  const dense = (name: string) => layers.dense({ units: 1, kernelInitializer: 'ones', name });
  const outputs = ['a', 'b'].map((name) => dense(name).apply(input) as tf.SymbolicTensor);
  const made = tf.model({ inputs: input, outputs });
  made.compile({ optimizer: tf.train.sgd(0), loss: 'meanSquaredError', metrics });
  return made;
}
const numbers = (values: tf.Scalar | tf.Scalar[]) => [values].flat().map((value) => value.dataSync()[0]);

test('evaluate gives the whole loss, then that of each output', () => {
  const made = model();
  assert.deepEqual(made.metricsNames, ['loss', 'a_loss', 'b_loss']);
  assert.deepEqual(numbers(made.evaluate(x, targets, { batchSize: 2 })), [5, 1, 4]);
});

test('and metrics behind them', () => {
  const made = model(['mae']);
  assert.equal(made.metricsNames.length, 5);
  assert.deepEqual(numbers(made.evaluate(x, targets)), [5, 1, 4, 1, 2]);
});

test('evaluateDataset, and the validation of fit, give each under its name', async () => {
  const made = model();
  const both = tf.data.generator(function* () {
    yield { xs: x.clone(), ys: { a: targets[0].clone(), b: targets[1].clone() } };
  });
  assert.deepEqual(numbers(await made.evaluateDataset(both as never, {})), [5, 1, 4]);
  const { history } = await made.fit(x, targets, { epochs: 1, verbose: 0, validationData: [x, targets] });
  assert.deepEqual([history.val_loss[0], history.val_a_loss[0], history.val_b_loss[0]], [5, 1, 4]);
});

test('one output is as it was, and nothing stays behind', () => {
  const made = tf.sequential({ layers: [layers.dense({ units: 1, kernelInitializer: 'ones', inputShape: [1] })] });
  made.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  tf.dispose(made.evaluate(x, targets[0]));
  const before = tf.memory().numTensors;
  const values = made.evaluate(x, targets[0]);
  assert.deepEqual(numbers(values), [1]);
  tf.dispose(values);
  assert.equal(tf.memory().numTensors, before);
});

test('plain TensorFlow.js still needs the mend', () => {
  const program = `
    const tf = require('@tensorflow/tfjs');
    const input = tf.input({ shape: [1] });
    const dense = () => tf.layers.dense({ units: 1, kernelInitializer: 'ones' }).apply(input);
    const model = tf.model({ inputs: input, outputs: [dense(), dense()] });
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    const values = model.evaluate(tf.ones([5, 1]), [tf.fill([5, 1], 2), tf.fill([5, 1], 3)]);
    console.log(values.map((value) => value.dataSync()[0]).join());`;
  const { stdout } = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8' });
  assert.match(stdout, /^1,5,1,4$/m);
});
