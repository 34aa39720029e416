/** What is written by the kernels, on each tier, is what the model says step by step. */
import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { layers, models, text, tf, train } from '../../lib/index';
import { generationTier, type TierName } from '../../lib/kernels';
import { generationTiers } from '../../lib/kernels/generation';
import { recognise } from '../../lib/models/token-network';

type Layer = tf.layers.Layer;
const tokens = 11;
const recurrent: Record<string, (args: { units: number; stateful?: boolean; returnSequences?: boolean }) => Layer> = {
  lstm: (args) => layers.lstm({ ...args, biasInitializer: 'randomNormal' }),
  gru: (args) => layers.gru({ ...args, biasInitializer: 'randomNormal' }),
  'gru with the reset gate before the product': (args) => layers.gru({ ...args, resetAfter: false }),
  simpleRNN: (args) => layers.simpleRNN({ ...args, useBias: false }),
  'simpleRNN with ReLU': (args) =>
    layers.simpleRNN({
      ...args,
      activation: 'relu',
      recurrentInitializer: 'glorotUniform',
      kernelInitializer: 'glorotUniform',
    }),
};

/** Two layers of different sizes, one of them no multiple of any vector; logits far enough apart to matter. */
function network(
  cell: string,
  { oneHot = false, activation = 'softmax' as 'softmax' | 'linear', below = [] as Layer[] } = {},
) {
  train.seed(7);
  const batchInputShape = [1, null, ...(oneHot ? [tokens] : [])] as number[];
  const input = oneHot
    ? layers.inputLayer({ batchInputShape })
    : layers.embedding({ inputDim: tokens, outputDim: 5, batchInputShape, embeddingsInitializer: 'randomNormal' });
  return tf.sequential({
    layers: [
      input,
      layers.dropout({ rate: 0.5 }),
      recurrent[cell]({ units: 13, stateful: true, returnSequences: true }),
      ...below,
      recurrent[cell]({ units: 20, stateful: true, returnSequences: true }),
      layers.timeDistributed({
        layer: layers.dense({
          units: tokens,
          activation,
          kernelInitializer: tf.initializers.randomNormal({ stddev: 1 }),
        }),
      }),
    ],
  });
}

/** What the model itself says and draws. */
function byPredict(model: tf.Sequential, prompt: number[], length: number, sampling: text.SamplingOptions): number[] {
  const oneHot = model.inputs[0].rank === 3;
  const probabilities = JSON.stringify(model.getConfig()).includes('"softmax"');
  model.resetStates();
  const read = (token: number) =>
    tf.tidy(() => {
      const x = tf.tensor2d([[token]], [1, 1], 'int32');
      const y = model.predict(oneHot ? tf.oneHot(x, tokens).toFloat() : x) as tf.Tensor;
      return Array.from((probabilities ? y.log() : y).dataSync());
    });
  let logits: number[] = [];
  for (const token of prompt) logits = read(token);
  return Array.from({ length }, () => {
    const token = text.sampleToken(logits, sampling);
    logits = read(token);
    return token;
  });
}

const seeded = (seed: number) => {
  train.seed(seed);
  return Math.random;
};
const hold = (tier: TierName | undefined) => {
  if (tier) process.env.LSTM_LAB_KERNELS = tier;
  else delete process.env.LSTM_LAB_KERNELS;
};
afterEach(() => hold(undefined));

const ways: text.SamplingOptions[] = [{}, { temperature: 0.5 }, { topK: 3 }, { topP: 0.8 }, { temperature: 0 }];
const here = generationTiers.filter(({ isHere }) => isHere()).map(({ name }) => name);

for (const tier of here) {
  describe(`generation, ${tier}`, () => {
    for (const cell of Object.keys(recurrent)) {
      for (const oneHot of [false, true]) {
        test(`${cell}${oneHot ? ', one-hot' : ''}: the tokens that the model draws step by step`, () => {
          const model = network(cell, { oneHot, activation: oneHot ? 'linear' : 'softmax' });
          for (const sampling of ways) {
            hold(undefined);
            const expected = byPredict(model, [3, 1, 4], 40, { ...sampling, random: seeded(5) });
            assert.ok(sampling.temperature === 0 || new Set(expected).size > 2, `${expected} is no test`);
            hold(tier);
            const generator = models.tokenGenerator(model);
            assert.equal(generator.tier, cell.includes('before') ? 'portable' : tier);
            const written = generator.read([3, 1, 4]).generate(40, { ...sampling, random: seeded(5) });
            assert.deepEqual([...written], expected);
            generator.dispose();
          }
        });
      }
    }

    test('gives the logits that the model gives', () => {
      hold(tier);
      const model = network('lstm', { activation: 'linear' });
      const found = recognise(model);
      assert.ok('network' in found);
      const state = found.states.map((units) => tf.zeros([1, units]) as tf.Tensor2D);
      const settings = { temperature: 1, topK: Infinity, topP: 1 };
      const stretch = { tokens: [3, 1, 4, 1, 5], uniforms: new Float32Array(), settings, state };
      const { logits, tokens: none } = generationTier(found.network()).run(found.network(), stretch);
      const whole = model.predict(tf.tensor2d([[3, 1, 4, 1, 5]], [1, 5], 'int32')) as tf.Tensor;
      const expected = whole.dataSync().slice(-tokens);
      assert.equal(none.length, 0);
      logits.forEach((logit, k) =>
        assert.ok(Math.abs(logit - expected[k]) < 2e-5, `${k}: ${logit} is not ${expected[k]}`),
      );
    });

    test('goes on where it stopped, in pieces of any size, and forgets on demand', () => {
      hold(tier);
      const generator = models.tokenGenerator(network('gru'));
      const whole = [...generator.read([1, 2]).generate(60, { random: seeded(3) })];
      for (const chunk of [1, 7, 64]) {
        generator.reset().read([1]).read([2]);
        const pieces = [...generator.stream(60, { chunk, random: seeded(3) })];
        assert.equal(pieces.length, Math.ceil(60 / chunk));
        assert.deepEqual(
          pieces.flatMap((piece) => [...piece]),
          whole,
        );
      }
      generator.reset().read([1, 2]);
      const random = seeded(3);
      const halves = [generator.generate(25, { random }), generator.generate(35, { random })];
      assert.deepEqual(
        halves.flatMap((piece) => [...piece]),
        whole,
      );
      // A reader may correct what was written: the last token is read, then what is given.
      assert.equal(generator.read([5]).generate(1).length, 1);
    });

    test('computes with the weights of the moment', () => {
      hold(tier);
      const model = network('lstm');
      const generator = models.tokenGenerator(model);
      const before = [...generator.read([1]).generate(30, { temperature: 0 })];
      model.setWeights(model.getWeights().map((weight) => tf.mul(weight, -1)));
      const after = [...generator.reset().read([1]).generate(30, { temperature: 0 })];
      assert.notDeepEqual(after, before);
      assert.deepEqual(after, byPredict(model, [1], 30, { temperature: 0 }));
    });

    test('leaves no tensors behind, and says where a network has diverged', () => {
      hold(tier);
      const model = network('lstm');
      const generator = models.tokenGenerator(model).read([1]);
      generator.generate(3);
      const { numTensors } = tf.memory();
      generator.generate(20, { topK: 2 });
      assert.equal(tf.memory().numTensors, numTensors);
      generator.dispose();
      assert.equal(tf.memory().numTensors, numTensors - 4);
      model.setWeights(model.getWeights().map((weight) => tf.fill(weight.shape, NaN)));
      assert.throws(() => models.tokenGenerator(model).read([1]).generate(5), /Logit 0 is NaN; the model has diverged/);
    });
  });
}

describe('models.tokenGenerator', () => {
  test('takes a functional model, whatever batch and state it was made for', () => {
    const inputs = tf.input({ batchShape: [32, 10], dtype: 'int32' });
    const [table, dense] = [layers.embedding({ inputDim: tokens, outputDim: 4 }), layers.dense({ units: tokens })];
    const hidden = layers.lstm({ units: 8, returnSequences: true }).apply(table.apply(inputs)) as tf.SymbolicTensor;
    const model = tf.model({ inputs, outputs: layers.softmax().apply(dense.apply(hidden)) as tf.SymbolicTensor });
    const generator = models.tokenGenerator(model);
    assert.deepEqual([generator.tier, generator.reason], [here[0], undefined]);
    const written = generator.read([1]).generate(10, { temperature: 0 });
    const x = tf.tensor2d([1, ...written.subarray(0, 9)], [1, 10], 'int32').tile([32, 1]);
    const said = (model.predict(x) as tf.Tensor3D).argMax(2).arraySync() as number[][];
    assert.deepEqual(said[0], [...written]);
  });

  test('computes other networks by predict, with the same result, and says why', () => {
    const model = network('lstm', { below: [layers.timeDistributed({ layer: layers.layerNormalization() })] });
    const generator = models.tokenGenerator(model);
    assert.equal(generator.tier, 'predict');
    assert.match(generator.reason!, /\(TimeDistributed\) is not the dense layer above the recurrent ones/);
    const written = generator.read([2, 3]).generate(30, { topK: 4, random: seeded(1) });
    assert.deepEqual([...written], byPredict(model, [2, 3], 30, { topK: 4, random: seeded(1) }));
    const again = [
      ...generator
        .reset()
        .read([2, 3])
        .stream(30, { topK: 4, chunk: 4, random: seeded(1) }),
    ];
    assert.deepEqual(
      again.flatMap((piece) => [...piece]),
      [...written],
    );
  });

  test('takes a layer that shares the table of the embedding as its head', () => {
    train.seed(3);
    const inputs = tf.input({ batchShape: [1, null], dtype: 'int32' });
    const table = layers.embedding({ inputDim: tokens, outputDim: 8, embeddingsInitializer: 'randomNormal' });
    const lstm = layers.lstm({ units: 8, stateful: true, returnSequences: true, kernelInitializer: 'randomNormal' });
    const head = layers.tiedDense({ embedding: table, activation: 'softmax', biasInitializer: 'randomNormal' });
    const outputs = head.apply(lstm.apply(table.apply(inputs))) as tf.SymbolicTensor;
    const model = tf.model({ inputs, outputs });
    const generator = models.tokenGenerator(model);
    assert.deepEqual([generator.tier, generator.reason], [here[0], undefined]);
    const { numTensors } = tf.memory();
    const written = generator.read([1, 4]).generate(40, { temperature: 0 });
    assert.equal(tf.memory().numTensors, numTensors);
    assert.deepEqual([...written], byPredict(model as tf.Sequential, [1, 4], 40, { temperature: 0 }));
  });

  test('never writes what it is told not to, on each tier', () => {
    const model = network('lstm');
    const other = network('lstm', { below: [layers.timeDistributed({ layer: layers.layerNormalization() })] });
    for (const one of [model, other]) {
      const free = models
        .tokenGenerator(one)
        .read([1])
        .generate(300, { temperature: 5, random: seeded(2) });
      const never = [0, 3, 7];
      assert.ok(never.every((token) => free.includes(token)));
      const held = models
        .tokenGenerator(one, { never })
        .read([1])
        .generate(300, { temperature: 5, random: seeded(2) });
      assert.ok(!never.some((token) => held.includes(token)));
    }
    assert.throws(() => models.tokenGenerator(model, { without: [1] } as never), /has no option "without"/);
  });

  test('refuses what it cannot do with a sentence', () => {
    const stock = tf.sequential({
      layers: [
        layers.embedding({ inputDim: tokens, outputDim: 4, inputShape: [6] }),
        tf.layers.lstm({ units: 4, returnSequences: true }),
        layers.dense({ units: tokens }),
      ],
    });
    assert.throws(
      () => models.tokenGenerator(stock),
      /\(LSTM\) is TensorFlow\.js's own; make it by layers\.lstm, so model\.predict/,
    );
    const generator = models.tokenGenerator(network('lstm'));
    assert.throws(() => generator.generate(5), /no token to go on from/);
    assert.throws(() => generator.read([1]).generate(0), /length is 0/);
    assert.throws(() => generator.generate(5, { temperature: -1 }), /temperature is -1/);
    assert.throws(() => generator.generate(5, { topk: 3 } as never), /has no option "topk"; did you mean "topK"/);
    assert.throws(() => models.tokenGenerator(network('lstm')).read([tokens]).generate(1), /11/);
    const both = tf.sequential({
      layers: [
        layers.embedding({ inputDim: tokens, outputDim: 4, inputShape: [6] }),
        layers.bidirectional({ layer: layers.lstm({ units: 4, returnSequences: true }) }),
        layers.dense({ units: tokens }),
      ],
    });
    assert.throws(
      () => models.tokenGenerator(both),
      /\(Bidirectional\) stands where a recurrent layer is expected.*stateful/,
    );
  });
});
