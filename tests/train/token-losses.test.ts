/** The loss of each token of a text. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tf } from '../../lib/backend';
import * as layers from '../../lib/layers';
import * as train from '../../lib/train';

const size = 12;
const text = Array.from({ length: 47 }, (_, k) => (k * k + 3) % size);

function languageModel(rows: number, last: tf.layers.Layer): tf.LayersModel {
  const model = tf.sequential({
    layers: [
      layers.embedding({ inputDim: size, outputDim: 5, batchInputShape: [rows, null] }),
      layers.lstm({ units: 6, stateful: true, returnSequences: true }),
      last,
    ],
  });
  model.setWeights(model.getWeights().map(({ shape }, k) => tf.randomNormal(shape, 0, 1, 'float32', k + 1)));
  model.compile({ loss: 'sparseCategoricalCrossentropy', optimizer: 'sgd' });
  return model;
}

const dense = () => layers.dense({ units: size, activation: 'softmax' });

for (const [name, last] of Object.entries({
  dense,
  adaptive: () => layers.adaptiveSoftmax({ units: size, cutoffs: [4] }),
})) {
  test(`their mean is what evaluate says, each at its own place (${name})`, async () => {
    const model = languageModel(2, last());
    const { places, losses } = await train.tokenLosses(model, text, { steps: 23 });
    const { loss } = await train.evaluate(model, train.textStream(model, text, { steps: 23 }));
    assert.ok(Math.abs(loss - losses.reduce((sum, one) => sum + one) / losses.length) < 1e-5);
    const part = (from: number) => Array.from({ length: 23 }, (_, t) => from + t + 1);
    assert.deepEqual([...places], [...part(0), ...part(23)]);
  });
}

test('each is that of the probabilities after all that was read before, however the steps are cut', async () => {
  const model = languageModel(1, dense());
  model.resetStates();
  const p = (model.predict(tf.tensor2d([text.slice(0, -1)], undefined, 'int32')) as tf.Tensor3D).arraySync()[0];
  const before = tf.memory().numTensors;
  const { places, losses } = await train.tokenLosses(model, text, { steps: 5 });
  assert.equal(tf.memory().numTensors, before);
  assert.deepEqual([...places], text.slice(1).map((_, t) => t + 1)); // prettier-ignore
  losses.forEach((loss, t) => assert.ok(Math.abs(loss + Math.log(p[t][text[t + 1]])) < 1e-5, `token ${t + 1}`));
});

test('a model that ends in logits is refused', async () => {
  const model = languageModel(1, layers.dense({ units: size }));
  await assert.rejects(train.tokenLosses(model, text, { steps: 5 }), /the model ends in linear.*activation: 'softmax'/);
});
