import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { tf } from '../../lib/backend';
import { transformer, type TransformerOptions } from '../../lib/models';
import * as train from '../../lib/train';
import { assertClose, gradientsOf, tensor, type FixtureArray } from '../layers/parity';

interface Case {
  sizes: TransformerOptions;
  weights: FixtureArray[];
  probabilities: FixtureArray;
  loss: number;
  gradients: FixtureArray[];
}
const fixture = JSON.parse(readFileSync(path.join(__dirname, 'fixtures', 'transformer.json'), 'utf8')) as {
  tokens: number[][];
  target: number[][];
  cases: Case[];
};
const integers = (rows: number[][]): tf.Tensor2D => tf.tensor2d(rows, undefined, 'int32');

describe('a Transformer', () => {
  fixture.cases.forEach((one, k) => {
    test(`gives the probabilities and the gradients of PyTorch, case ${k}`, () => {
      const model = transformer(one.sizes);
      const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
      assert.equal(variables.length, one.weights.length);
      variables.forEach((variable, place) => variable.assign(tensor(one.weights[place])));
      const choice = tf.oneHot(integers(fixture.target), one.sizes.tokens);
      let loss = NaN;
      const gradients = gradientsOf(
        () => {
          const probabilities = model.apply(integers(fixture.tokens), { training: true }) as tf.Tensor;
          assertClose(probabilities, one.probabilities, 'probabilities');
          const mean = probabilities.mul(choice).sum(-1).log().neg().mean();
          loss = mean.dataSync()[0];
          return mean;
        },
        variables,
        [],
      );
      assert.ok(Math.abs(loss - one.loss) < 1e-5, `${loss} is not ${one.loss}`);
      gradients.forEach((gradient, place) => assertClose(gradient, one.gradients[place], `gradient ${place}`));
    });
  });

  test('does not look ahead, and knows the order of what it has read', () => {
    train.seed(2);
    const model = transformer({ tokens: 9, context: 8, size: 8, heads: 2 });
    const last = (rows: number[][]) => (model.predict(integers(rows)) as tf.Tensor3D).arraySync();
    const [line, later, turned] = last([
      [1, 2, 3, 4, 5],
      [1, 2, 3, 8, 7],
      [3, 2, 1, 4, 5],
    ]);
    assert.deepEqual(line.slice(0, 3), later.slice(0, 3));
    assert.notDeepEqual(line[3], later[3]);
    assert.notDeepEqual(line[4], turned[4]);
  });

  test('learns to repeat the token before the last, is saved and loaded, and leaves no tensors', async () => {
    train.seed(5);
    const model = transformer({ tokens: 6, context: 12, size: 16, heads: 2, hidden: 32 });
    const lines = Array.from({ length: 128 }, (_, k) => Array.from({ length: 12 }, (_, t) => (k * 7 + t * t * 5) % 6));
    const before = lines.map((row) => row.map((_, t) => row[Math.max(0, t - 1)]));
    model.compile({ optimizer: train.adam({ learningRate: 0.02 }), loss: 'sparseCategoricalCrossentropy' });
    const [x, y] = [integers(lines), integers(before)];
    await train.fit(model, x, y, { epochs: 1, verbose: 0 });
    const tensors = tf.memory().numTensors;
    const history = await train.fit(model, x, y, { epochs: 14, verbose: 0 });
    assert.equal(tf.memory().numTensors, tensors, 'tensors left over');
    assert.ok(history.last('loss') < 0.3, `loss ${history.last('loss')}`);

    let saved: tf.io.ModelArtifacts | undefined;
    await model.save(
      tf.io.withSaveHandler(async (artifacts) => {
        saved = artifacts;
        return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' as const } };
      }),
    );
    const loaded = await tf.loadLayersModel(tf.io.fromMemory(saved!));
    const [a, b] = [model, loaded].map((one) => one.predict(x.slice([0, 0], [4, 7])) as tf.Tensor);
    assert.equal(a.sub(b).abs().max().dataSync()[0], 0);
  });

  test('refuses what it cannot be made of, and what is longer than its context', () => {
    assert.throws(() => transformer({ tokens: 5, context: 8, size: 10, heads: 4 }), /must divide/);
    assert.throws(() => transformer({ tokens: 5, context: 0 }), /context is 0/);
    assert.throws(() => transformer({ tokens: 5, context: 8, head: 2 } as never), /did you mean "heads"\?/);
    const model = transformer({ tokens: 5, context: 3, size: 4, heads: 1, blocks: 1 });
    assert.throws(() => model.predict(tf.zeros([1, 4], 'int32')), /has 3 places; a sequence of 4 steps/);
  });
});
