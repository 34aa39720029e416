import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { tf } from '../../lib/backend';
import { encoderDecoder, type EncoderDecoder } from '../../lib/models';
import * as train from '../../lib/train';
import { assertClose, gradientsOf, tensor, type FixtureArray } from '../layers/parity';

interface Case {
  attention: boolean;
  weights: FixtureArray[];
  outputs: FixtureArray[];
  loss: number;
  gradients: FixtureArray[];
  greedy: number[][];
}
const fixture = JSON.parse(readFileSync(path.join(__dirname, 'fixtures', 'encoder_decoder.json'), 'utf8')) as {
  sizes: { sourceTokens: number; targetTokens: number; embeddingSize: number; units: number };
  search: { start: number; end: number; maxLength: number };
  source: number[][];
  previous: number[][];
  target: number[][];
  cases: Case[];
};
const integers = (rows: number[][]): tf.Tensor2D => tf.tensor2d(rows, undefined, 'int32');
const sources = fixture.source.map((row) => row.filter((token) => token > 0));

/** The variables in the order of the fixture: both tables and LSTMs, keys, combination, output. */
function variables({ model }: EncoderDecoder): tf.Variable[] {
  const of = (className: string): tf.layers.Layer[] =>
    model.layers.filter((layer) => layer.getClassName() === className);
  const [tables, dense] = [of('Embedding'), of('Dense')];
  const bySize = (inputs: number): tf.layers.Layer =>
    tables.find((layer) => layer.weights[0].shape[0] === inputs) as tf.layers.Layer;
  const inOrder = [bySize(fixture.sizes.sourceTokens), ...of('Bidirectional')];
  inOrder.push(bySize(fixture.sizes.targetTokens), ...of('LSTM'), ...dense);
  return inOrder.flatMap((layer) => layer.trainableWeights.map((weight) => weight.read() as tf.Variable));
}

function make({ attention, weights }: Case): EncoderDecoder {
  const network = encoderDecoder({ ...fixture.sizes, attention });
  variables(network).forEach((variable, k) => variable.assign(tensor(weights[k])));
  return network;
}

for (const one of fixture.cases) {
  describe(`encoder-decoder ${one.attention ? 'with' : 'without'} attention`, () => {
    test('gives the probabilities, the alignment and the gradients of Keras', () => {
      const network = make(one);
      const [source, previous] = [integers(fixture.source), integers(fixture.previous)];
      const gradients = gradientsOf(
        () => {
          const probabilities = network.model.apply([source, previous], { training: true }) as tf.Tensor;
          assertClose(probabilities, one.outputs[0], 'probabilities');
          const counts = tf.tensor2d(fixture.target).greater(0).toFloat();
          const chosen = probabilities.mul(tf.oneHot(integers(fixture.target), fixture.sizes.targetTokens)).sum(-1);
          return chosen.log().neg().mul(counts).sum().div(counts.sum());
        },
        variables(network),
        [],
      );
      gradients.forEach((gradient, k) => assertClose(gradient, one.gradients[k], `gradient ${k}`));
      if (one.attention) assertClose(network.align(source, previous), one.outputs[1], 'alignment');
      else assert.throws(() => network.align(source, previous), /has no attention/);
    });

    test('writes what Keras writes when each token goes back in, also when lines wait for each other', () => {
      const network = make(one);
      const expected = one.greedy.map((row) => {
        const end = row.indexOf(fixture.search.end);
        return end < 0 ? row : row.slice(0, end);
      });
      const before = tf.memory().numTensors;
      for (const batchSize of [1, 2, 3]) {
        const found = network.translate(sources, { ...fixture.search, batchSize });
        assert.deepEqual(
          found.map(([best]) => best.tokens),
          expected,
          `batches of ${batchSize}`,
        );
      }
      assert.equal(tf.memory().numTensors, before, 'tensors left over');
    });

    test('a beam knows the probability of what it has written', () => {
      const network = make(one);
      const hypotheses = network.translate(sources, { ...fixture.search, width: 4 });
      hypotheses.forEach((beam, line) => {
        for (const { tokens, logProbability, ended } of beam) {
          const target = ended ? [...tokens, fixture.search.end] : tokens;
          const previous = [fixture.search.start, ...target.slice(0, -1)];
          if (previous.includes(0)) continue; // padding in the middle is skipped by the one and not by the other
          const probabilities = network.model.predict([integers([sources[line]]), integers([previous])]) as tf.Tensor3D;
          const rows = probabilities.arraySync()[0];
          const sum = target.reduce((all, token, t) => all + Math.log(rows[t][token]), 0);
          assert.ok(Math.abs(sum - logProbability) < 1e-4, `${sum} is not ${logProbability}`);
        }
      });
    });
  });
}

test('an encoder-decoder learns to turn a sequence around, and can be saved and loaded as a model', async () => {
  train.seed(3);
  const network = encoderDecoder({ sourceTokens: 5, targetTokens: 7, embeddingSize: 8, units: 24 });
  const lines = Array.from({ length: 256 }, (_, k) => [0, 2, 4, 6].map((shift) => 1 + ((k >> shift) & 3)));
  const targets = lines.map((line) => [...line].reverse().concat(6));
  const previous = targets.map((row) => [5, ...row.slice(0, -1)]);
  network.model.compile({ optimizer: train.adam({ learningRate: 0.02 }), loss: 'sparseCategoricalCrossentropy' });
  await train.fit(network.model, [integers(lines), integers(previous)], integers(targets), { epochs: 25, verbose: 0 });
  const found = network.translate(lines, { start: 5, end: 6, maxLength: 6 });
  const right = found.filter(([{ tokens }], k) => tokens.join() === [...lines[k]].reverse().join()).length;
  assert.ok(right > 240, `${right} of 256 lines`);

  let saved: tf.io.ModelArtifacts | undefined;
  await network.model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      saved = artifacts;
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' as const } };
    }),
  );
  const loaded = await tf.loadLayersModel(tf.io.fromMemory(saved!));
  const inputs = [integers(lines.slice(0, 4)), integers(previous.slice(0, 4))];
  const [a, b] = [network.model, loaded].map((model) => model.predict(inputs) as tf.Tensor);
  assert.equal(a.sub(b).abs().max().dataSync()[0], 0);
});

test('an encoder-decoder refuses what it cannot be made of', () => {
  assert.throws(() => encoderDecoder({ sourceTokens: 5, targetTokens: 5, units: 5 }), /even number/);
  assert.throws(() => encoderDecoder({ sourceTokens: 0, targetTokens: 5 }), /sourceTokens/);
  assert.throws(
    () => encoderDecoder({ sourceTokens: 5, targetTokens: 5, attentions: true } as never),
    /did you mean "attention"\?/,
  );
});
