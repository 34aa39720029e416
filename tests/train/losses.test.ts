import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { tf } from '../../lib/backend';
import * as train from '../../lib/train';
import { fixture, tensorOf, type Stored } from './fixture';

interface LossCase {
  name: 'binaryCrossentropy' | 'categoricalCrossentropy' | 'sparseCategoricalCrossentropy';
  fromLogits: boolean;
  target: Stored;
  prediction: Stored;
  values: Stored;
  dy: Stored;
  gradient: Stored;
}
type Sure = { y: Stored; before: Stored[]; loss: number[]; after: Stored[] };
const keras = fixture<{
  cases: LossCase[];
  saturated: { x: Stored } & Record<'binaryCrossentropy' | 'sparseCategoricalCrossentropy', Sure>;
}>('losses');

const close = (given: ArrayLike<number>, expected: number[], what: string) => {
  assert.equal(given.length, expected.length);
  expected.forEach((value, i) =>
    assert.ok(
      Math.abs(given[i] - value) <= 2e-6 + 3e-5 * Math.abs(value),
      `${what}[${i}]: ${given[i]} instead of ${value}`,
    ),
  );
};

describe('cross-entropies and their gradients are Keras’s', () => {
  for (const { name, fromLogits, target, prediction, values, dy, gradient } of keras.cases) {
    test(`${name}${fromLogits ? ' from logits' : ''}`, () => {
      const loss = train.losses[name]({ fromLogits });
      const before = tf.memory().numTensors;
      tf.tidy(() => {
        const [t, p, d] = [tensorOf(target), tensorOf(prediction), tensorOf(dy)];
        close(loss(t, p).dataSync(), values.values, 'value');
        close(
          tf
            .grad((x) => loss(t, x))(p, d)
            .dataSync(),
          gradient.values,
          'gradient',
        );
        if (name === 'sparseCategoricalCrossentropy') {
          close(loss(t.expandDims(-1), p).dataSync(), values.values, 'value of targets with a class axis');
        }
      });
      assert.equal(tf.memory().numTensors, before);
    });
  }
});

describe('fit computes the loss of a sigmoid or softmax from its logits, as Keras does', () => {
  for (const [name, units, activation] of [
    ['binaryCrossentropy', 1, 'sigmoid'],
    ['sparseCategoricalCrossentropy', 3, 'softmax'],
  ] as const) {
    const { y, before, loss, after } = keras.saturated[name];
    const build: Record<string, () => tf.LayersModel> = {
      dense: () => tf.sequential({ layers: [tf.layers.dense({ units, activation, inputShape: [1] })] }),
      activation: () =>
        tf.sequential({ layers: [tf.layers.dense({ units, inputShape: [1] }), tf.layers.activation({ activation })] }),
      functional: () => {
        const input = tf.input({ shape: [1] });
        const output = tf.layers.dense({ units, activation }).apply(input) as tf.SymbolicTensor;
        return tf.model({ inputs: input, outputs: output });
      },
    };
    for (const [kind, make] of Object.entries(build)) {
      test(`${name}, ${kind}`, async () => {
        const model = make();
        model.setWeights(before.map((weight) => tensorOf(weight)));
        model.compile({ optimizer: tf.train.sgd(1), loss: name, metrics: ['accuracy'] });
        const x = tensorOf(keras.saturated.x);
        const history = await train.fit(model, x, tensorOf(y), { epochs: 2, shuffle: false, verbose: 0 });
        close(history.metrics.loss, loss, 'loss');
        model.getWeights().forEach((weight, i) => close(weight.dataSync(), after[i].values, `weight ${i}`));
        const answer = model.predict(x) as tf.Tensor;
        assert.ok(
          answer.dataSync().every((p) => p >= 0 && p <= 1),
          'the activation is back',
        );
      });
    }
  }

  test('but not where the activated output is used elsewhere in the model', async () => {
    const input = tf.input({ shape: [1] });
    const gate = tf.layers.dense({ units: 1, activation: 'sigmoid', kernelInitializer: 'ones' });
    const gated = gate.apply(input) as tf.SymbolicTensor;
    const next = tf.layers.dense({ units: 1, kernelInitializer: 'ones' }).apply(gated) as tf.SymbolicTensor;
    const model = tf.model({ inputs: input, outputs: [gated, next] });
    model.compile({ optimizer: tf.train.sgd(0), loss: ['binaryCrossentropy', 'meanSquaredError'] });
    const history = await train.fit(model, [[2]], [[[1]], [[0]]], { verbose: 0 });
    const p = 1 / (1 + Math.exp(-2));
    assert.ok(Math.abs(history.last('loss') - (-Math.log(p) + p * p)) < 1e-5, String(history));
  });
});
