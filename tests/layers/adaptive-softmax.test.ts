/** An adaptive softmax beside PyTorch's, and in a training. */
import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { tf } from '../../lib/backend';
import * as layers from '../../lib/layers';
import * as train from '../../lib/train';
import { assertClose, fixtures, gradientsOf, tensor, type FixtureArray } from './parity';
import { reloaded } from './reloaded';

interface Case {
  name: string;
  args: Parameters<typeof layers.adaptiveSoftmax>[0];
  weights: FixtureArray[];
  input: FixtureArray;
  targets: number[][];
  logProbabilities: FixtureArray;
  loss: number;
  gradients: FixtureArray[];
}

/** The layer of a case alone in a model, with PyTorch's weights. */
function modelOf({ args, weights, input }: Case) {
  const inputs = tf.input({ shape: [null, input.shape[2]] });
  const layer = layers.adaptiveSoftmax(args);
  const model = tf.model({ inputs, outputs: layer.apply(inputs) as tf.SymbolicTensor });
  layer.setWeights(weights.map(tensor));
  model.compile({ loss: 'sparseCategoricalCrossentropy', optimizer: tf.train.sgd(1) });
  return { layer, model };
}

describe('gives the numbers of PyTorch’s AdaptiveLogSoftmaxWithLoss', () => {
  for (const one of fixtures<Case>('adaptive-softmax.json')) {
    test(`${one.name}: probabilities`, () => {
      const { model } = modelOf(one);
      assertClose(tf.log(model.predict(tensor(one.input)) as tf.Tensor), one.logProbabilities, 'log-probabilities');
    });

    test(`${one.name}: loss of evaluate`, async () => {
      const { model } = modelOf(one);
      const { loss } = await train.evaluate(model, tensor(one.input), tf.tensor(one.targets, undefined, 'int32'));
      assert.ok(Math.abs(loss - one.loss) < 1e-5 * one.loss, `${loss}, not ${one.loss}`);
    });

    test(`${one.name}: a step of fit goes down PyTorch’s gradient`, async () => {
      const { layer, model } = modelOf(one);
      await train.fit(model, tensor(one.input), tf.tensor(one.targets, undefined, 'int32'), { verbose: 0 });
      const after = layer.getWeights();
      one.weights.forEach((before, k) =>
        assertClose(tf.sub(tensor(before), after[k]), one.gradients[k], `gradient ${k}`),
      );
    });

    test(`${one.name}: the gradients of the probabilities themselves`, () => {
      const { layer, model } = modelOf(one);
      const mean = (x: tf.Tensor) =>
        train.losses
          .sparseCategoricalCrossentropy()(tf.tensor(one.targets, undefined, 'int32'), model.apply(x) as tf.Tensor)
          .mean();
      const variables = layer.weights.map((weight) => weight.read());
      const found = gradientsOf(mean, variables, [tensor(one.input)]);
      found.forEach((gradient, k) => assertClose(gradient, one.gradients[k], `gradient ${k}`));
    });
  }
});

const words = () =>
  tf.sequential({
    layers: [
      layers.embedding({ inputDim: 30, outputDim: 8, maskZero: true }),
      layers.lstm({ units: 16, returnSequences: true }),
      layers.adaptiveSoftmax({ units: 30, cutoffs: [5, 12], divValue: 1.5 }),
    ],
  });
const compile = (model: tf.LayersModel) =>
  model.compile({ loss: 'sparseCategoricalCrossentropy', optimizer: train.adam(0.02), metrics: ['accuracy'] });
/** Each token is followed by the next number; the last steps are padding. */
const rows = tf.tensor2d(
  Array.from({ length: 24 }, (_, k) => Array.from({ length: 8 }, (__, t) => (t < 6 ? 1 + ((k + t) % 29) : 0))),
  undefined,
  'int32',
);
const next = tf.tensor2d(
  Array.from({ length: 24 }, (_, k) => Array.from({ length: 8 }, (__, t) => (t < 6 ? 1 + ((k + t + 1) % 29) : 0))),
  undefined,
  'int32',
);

test('a network learns with it, with masked steps and a metric, and leaves no tensors', async () => {
  train.seed(1);
  const model = words();
  compile(model);
  const history = await train.fit(model, rows, next, { epochs: 30, batchSize: 8, verbose: 0 });
  assert.ok(history.last('loss') < 2, `loss ${history.last('loss')}`);
  assert.ok(history.last('accuracy') > 0.5, `accuracy ${history.last('accuracy')}`);
  const before = tf.memory().numTensors;
  await train.fit(model, rows, next, { batchSize: 8, verbose: 0 });
  await train.evaluate(model, rows, next);
  assert.equal(tf.memory().numTensors, before);
});

test('masked steps do not count: the loss is that of the probabilities at the others', async () => {
  const model = words();
  compile(model);
  const { loss } = await train.evaluate(model, rows, next);
  const p = model.predict(rows) as tf.Tensor3D;
  const [probabilities, targets] = [p.arraySync(), next.arraySync()];
  const values = targets.flatMap((row, k) => row.slice(0, 6).map((one, t) => -Math.log(probabilities[k][t][one])));
  const mean = values.reduce((sum, value) => sum + value) / values.length;
  assert.ok(Math.abs(loss - mean) < 1e-4, `${loss}, not ${mean}`);
  const sums = p.sum(-1).dataSync();
  assert.ok(sums.every((sum) => Math.abs(sum - 1) < 1e-5));
});

test('a saved model gives the same probabilities', async () => {
  const model = words();
  const loaded = await reloaded(model);
  assert.deepEqual((loaded.predict(rows) as tf.Tensor).dataSync(), (model.predict(rows) as tf.Tensor).dataSync());
});

test('a target outside of the classes is refused', async () => {
  const model = words();
  compile(model);
  await assert.rejects(train.evaluate(model, rows, tf.add(next, 40)), /class numbers are integers from 0 to 29/);
});

test('more clusters than the features can be divided for are refused', () => {
  const layer = layers.adaptiveSoftmax({ units: 9, cutoffs: [2, 4, 6] });
  assert.throws(() => layer.build([null, 8]), /8 features leave none for cluster 2, with divValue 4/);
});
