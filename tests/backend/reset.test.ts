/** `tf.engine().reset()` makes backends anew, as TensorFlow.js's own tests do between suites. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tf } from '../../lib/backend';
import * as layers from '../../lib/layers';
import { seed } from '../../lib/random';
import * as train from '../../lib/train';

const outputs = async (): Promise<number[]> => {
  seed(1);
  const model = tf.sequential({
    layers: [
      layers.embedding({ inputDim: 5, outputDim: 4, inputLength: 6 }),
      layers.lstm({ units: 3, returnSequences: true }),
      layers.gru({ units: 3 }),
      layers.dense({ units: 2, activation: 'softmax' }),
    ],
  });
  model.compile({ optimizer: train.adam(), loss: 'sparseCategoricalCrossentropy' });
  const x = tf.tensor2d(
    Array.from({ length: 24 }, (_, k) => (7 * k) % 5),
    [4, 6],
    'int32',
  );
  await train.fit(model, x, tf.tensor1d([0, 1, 1, 0], 'int32'), { epochs: 2, verbose: 0 });
  const product = tf.matMul(tf.ones([2, 3]), tf.ones([3, 2]));
  return [...(await train.predict(model, x)).dataSync(), ...product.dataSync()];
};

test('after a reset of the engine the same program gives the same numbers', async () => {
  const name = tf.getBackend();
  const before = await outputs();
  tf.engine().reset();
  await tf.setBackend(name);
  const after = await outputs();
  after.forEach((number, k) => assert.ok(Math.abs(number - before[k]) < 1e-5, `${k}: ${number}, before ${before[k]}`));
});
