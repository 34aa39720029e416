/** What is built of TensorFlow.js' own layers gives the same numbers whether this library is loaded or not. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';

const root = path.join(__dirname, '..', '..');

const models = `
  const numbers = async () => {
    const x = tf.randomNormal([2, 4, 3], 0, 1, 'float32', 1);
    const tokens = tf.tensor2d([[1, 2, 0, 0], [3, 0, 1, 0]]);
    const filled = (layer) => layer.setWeights(layer.getWeights().map((w, k) => tf.randomNormal(w.shape, 0, 1, 'float32', k + 2)));
    const run = (layer, input, kwargs) => { layer.apply(input); filled(layer); return [layer.apply(input, kwargs)].flat(); };
    const state = tf.ones([2, 2]);
    const padded = tf.sequential({ layers: [
      tf.layers.embedding({ inputDim: 5, outputDim: 3, maskZero: true, inputShape: [4] }),
      tf.layers.lstm({ units: 2, returnSequences: true }), tf.layers.dense({ units: 2 }), tf.layers.simpleRNN({ units: 2 }) ] });
    filled(padded);
    const outputs = [
      ...run(tf.layers.bidirectional({ layer: tf.layers.gru({ units: 2, recurrentInitializer: 'zeros' }) }), x, { initialState: [state, state] }),
      ...run(tf.layers.lstm({ units: 2, recurrentInitializer: 'zeros' }), x), ...run(tf.layers.batchNormalization(), x, { training: true }),
      ...run(tf.layers.multiply(), [x, x]), ...run(tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 2 }) }), x),
      tf.layers.masking().apply(x), padded.predict(tokens) ];
    return outputs.map((output) => Array.from(output.dataSync()));
  };`;

function numbers(load: string): number[][] {
  const script = `${load}${models}
    numbers().then((found) => console.log(JSON.stringify(found)));`;
  const args = ['--import', 'tsx', '--eval', script];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  const last = stdout.trim().split('\n').at(-1)!;
  assert.ok(last.startsWith('[['), stderr);
  return JSON.parse(last) as number[][];
}

test('stock layers give what they give without this library', () => {
  const bare = numbers(`const tf = require('@tensorflow/tfjs'); console.warn = () => {}; tf.setBackend('cpu');`);
  const beside = numbers(`require('./lib/layers'); const { tf } = require('./lib/backend'); tf.setBackend('cpu');`);
  bare.forEach((values, k) =>
    values.forEach((value, i) =>
      assert.ok(Math.abs(value - beside[k][i]) < 1e-6, `output ${k}: ${values} became ${beside[k]}`),
    ),
  );
});
