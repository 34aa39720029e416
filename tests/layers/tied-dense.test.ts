/** A last layer that shares the table of the first: numbers, gradients, counting, saving, refusals. */
import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { tf } from '../../lib/backend';
import * as layers from '../../lib/layers';
import * as train from '../../lib/train';
import { reloaded } from './reloaded';

const [size, width] = [7, 4];
const ids = tf.tensor2d([[1, 2, 2, 6, 0], [5, 5, 1, 0, 3]], undefined, 'int32'); // prettier-ignore
const targets = tf.tensor2d([[2, 2, 6, 0, 1], [5, 1, 0, 3, 3]], undefined, 'int32'); // prettier-ignore

const random = (...shape: number[]) => tf.randomNormal(shape, 0, 1, 'float32', shape.length);

/** A language model with tied weights, all of them random. */
function tied(options: Partial<Parameters<typeof layers.tiedDense>[0]> = {}) {
  const embedding = layers.embedding({ inputDim: size, outputDim: width });
  const model = tf.sequential({
    layers: [
      embedding,
      layers.lstm({ units: width, returnSequences: true }),
      layers.tiedDense({ embedding, activation: 'softmax', ...options }),
    ],
  });
  model.setWeights(model.getWeights().map((weight) => random(...weight.shape)));
  return model;
}

/** The same network with a Dense layer that has the transposed table as its kernel. */
function untied(model: tf.LayersModel) {
  const [table, kernel, recurrent, bias, output] = model.getWeights();
  const copy = tf.sequential({
    layers: [
      layers.embedding({ inputDim: size, outputDim: width }),
      layers.lstm({ units: width, returnSequences: true }),
      layers.dense({ units: size, activation: 'softmax' }),
    ],
  });
  copy.setWeights([table, kernel, recurrent, bias, tf.transpose(table), output]);
  return copy;
}

const compile = (model: tf.LayersModel) =>
  model.compile({ loss: 'sparseCategoricalCrossentropy', optimizer: tf.train.sgd(1) });

function assertSame(actual: tf.Tensor, expected: tf.Tensor, tolerance = 1e-5): void {
  assert.deepEqual(actual.shape, expected.shape);
  const gap = tf.max(tf.abs(tf.sub(actual, expected))).dataSync()[0];
  assert.ok(gap <= tolerance, `${gap} apart`);
}

describe('beside a Dense layer with the transposed table', () => {
  test('the probabilities are the same', () => {
    const model = tied();
    assertSame(model.predict(ids) as tf.Tensor, untied(model).predict(ids) as tf.Tensor);
  });

  test('the table is counted once', () => {
    const model = tied();
    assert.equal(untied(model).countParams() - model.countParams(), size * width);
    assert.equal(model.trainableWeights.filter(({ shape }) => shape[0] === size && shape[1] === width).length, 1);
  });

  test('the gradient of the table is the sum of both', async () => {
    const model = tied();
    const both = untied(model);
    const before = model.getWeights()[0].clone();
    for (const one of [model, both]) {
      compile(one);
      await train.fit(one, ids, targets, { verbose: 0 });
    }
    const [first, , , , last] = both.getWeights();
    const expected = tf.add(tf.sub(first, before), tf.sub(tf.transpose(last), before));
    assertSame(tf.sub(model.getWeights()[0], before), expected);
  });
});

test('gradients are those of finite differences', () => {
  const model = tied({ activation: undefined });
  const weights = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const upstream = random(2, 5, size);
  const loss = () => tf.tidy(() => (model.apply(ids) as tf.Tensor).mul(upstream).sum() as tf.Scalar);
  const { grads } = tf.variableGrads(loss, weights);
  const table = weights[0];
  const gradient = grads[table.name].arraySync() as number[][];
  const values = table.arraySync() as number[][];
  for (const [row, column] of [
    [2, 0],
    [4, 3],
    [5, 1],
  ]) {
    // prettier-ignore
    const at = (step: number) => {
      const moved = values.map((one, r) => one.map((value, c) => (r === row && c === column ? value + step : value)));
      table.assign(tf.tensor2d(moved));
      return loss().dataSync()[0];
    };
    const difference = (at(0.01) - at(-0.01)) / 0.02;
    assert.ok(Math.abs(difference - gradient[row][column]) < 0.02, `${difference}, not ${gradient[row][column]}`);
  }
});

describe('saved and loaded', () => {
  test('a Sequential keeps one table, and goes on learning with it', async () => {
    const model = tied();
    const loaded = await reloaded(model);
    assertSame(loaded.predict(ids) as tf.Tensor, model.predict(ids) as tf.Tensor, 0);
    assert.equal(loaded.countParams(), model.countParams());
    for (const one of [model, loaded]) {
      compile(one);
      await train.fit(one, ids, targets, { epochs: 2, verbose: 0 });
    }
    assertSame(loaded.predict(ids) as tf.Tensor, model.predict(ids) as tf.Tensor);
  });

  test('a graph with the embedding inside of a model', async () => {
    const embedding = layers.embedding({ inputDim: size, outputDim: width });
    const inner = tf.sequential({ layers: [embedding, layers.dense({ units: width, activation: 'tanh' })] });
    const inputs = tf.input({ shape: [null], dtype: 'int32' });
    const states = layers.gru({ units: width, returnSequences: true }).apply(inner.apply(inputs) as tf.SymbolicTensor);
    const outputs = layers.tiedDense({ embedding, useBias: false }).apply(states as tf.SymbolicTensor);
    const model = tf.model({ inputs, outputs: outputs as tf.SymbolicTensor });
    const loaded = await reloaded(model);
    assertSame(loaded.predict(ids) as tf.Tensor, model.predict(ids) as tf.Tensor, 0);
  });
});

describe('refuses', () => {
  const embedding = layers.embedding({ inputDim: size, outputDim: width, name: 'words' });
  const above =
    (...stack: tf.layers.Layer[]) =>
    () =>
      tf.sequential({ layers: stack });

  test('vectors of another size than the table’s', () => {
    const lstm = layers.lstm({ units: 9, returnSequences: true });
    assert.throws(
      above(embedding, lstm, layers.tiedDense({ embedding })),
      /shares the table of "words", whose vectors have 4 numbers; its input has 9\. Put layers\.dense\(\{ units: 4 \}\) before it/,
    );
  });

  test('an input that does not come from the embedding', () => {
    const other = layers.embedding({ inputDim: size, outputDim: width, name: 'others' });
    const lstm = layers.lstm({ units: width, returnSequences: true, name: 'reader' });
    assert.throws(
      above(other, lstm, layers.tiedDense({ embedding })),
      /its input does not come from there, but from: reader, others, /,
    );
  });

  test('a wrapper around it, which hides where its input comes from', async () => {
    const wrapped = () =>
      above(
        layers.embedding({ inputDim: size, outputDim: width }),
        layers.timeDistributed({
          layer: layers.tiedDense({ embedding: layers.embedding({ inputDim: 3, outputDim: 4 }) }),
        }),
      )();
    assert.throws(wrapped, /does not know the table of .* yet: apply that embedding first/);
  });

  test('what is no embedding', () => {
    const dense = layers.dense({ units: 3 });
    assert.throws(() => layers.tiedDense({ embedding: dense }), /embedding must be the layers\.embedding whose table/);
  });
});
