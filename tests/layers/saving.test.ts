import { before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { tf } from '../../lib/backend';
import * as layers from '../../lib/layers';

type Symbolic = tf.SymbolicTensor;
interface Plain {
  classes?: string[];
  values?: number[];
  error?: string;
}

const sequence = () => tf.input({ shape: [5, 3] });
const above = (...stack: tf.layers.Layer[]) => {
  const inputs = sequence();
  return tf.model({ inputs, outputs: stack.reduce((y, layer) => layer.apply(y) as Symbolic, inputs) });
};
const cells = () => [layers.lstmCell({ units: 3 }), layers.gruCell({ units: 2, resetAfter: false })];

/** Models that plain TensorFlow.js can run too. */
const shared: Record<string, () => tf.LayersModel> = {
  LSTM: () => above(layers.lstm({ units: 4, dropout: 0.2, recurrentDropout: 0.1 })),
  'LSTM with other activations': () =>
    above(layers.lstm({ units: 4, activation: 'relu', recurrentActivation: 'hardSigmoid' })),
  'LSTM backwards, without bias': () =>
    above(layers.lstm({ units: 4, goBackwards: true, useBias: false, returnSequences: true })),
  'GRU with resetAfter: false': () => above(layers.gru({ units: 4, resetAfter: false })),
  SimpleRNN: () => above(layers.simpleRNN({ units: 4, activation: 'relu' })),
  Bidirectional: () =>
    above(layers.bidirectional({ layer: layers.lstm({ units: 2, returnSequences: true }), mergeMode: 'sum' })),
  'TimeDistributed, Dropout': () =>
    above(layers.dropout({ rate: 0.5, seed: 1 }), layers.timeDistributed({ layer: layers.dense({ units: 2 }) })),
  'RNN over stacked cells': () => above(layers.rnn({ cell: cells(), returnSequences: true })),
  'regularizers, constraints and initializers': () =>
    above(
      layers.lstm({
        units: 4,
        kernelRegularizer: 'l1l2',
        recurrentConstraint: tf.constraints.maxNorm({ maxValue: 2 }),
        kernelInitializer: tf.initializers.heNormal({ seed: 1 }),
      }),
    ),
  'Embedding with mask': () => {
    const inputs = tf.input({ shape: [5] });
    const x = layers.embedding({ inputDim: 7, outputDim: 3, maskZero: true }).apply(inputs) as Symbolic;
    return tf.model({ inputs, outputs: layers.lstm({ units: 4 }).apply(x) as Symbolic });
  },
  'initial state': () => {
    const inputs = sequence();
    const [, ...initialState] = layers.lstm({ units: 2, returnState: true }).apply(inputs) as Symbolic[];
    return tf.model({ inputs, outputs: layers.lstm({ units: 2 }).apply(inputs, { initialState }) as Symbolic });
  },
};

/** Models that only this library can run. */
const own: Record<string, () => tf.LayersModel> = {
  GRU: () => above(layers.gru({ units: 4 })),
  'Bidirectional with a backward layer of its own': () =>
    above(
      layers.bidirectional({
        layer: layers.lstm({ units: 2, returnSequences: true }),
        backwardLayer: layers.lstm({ units: 2, activation: 'relu', returnSequences: true, goBackwards: true }),
      }),
    ),
};

async function saved(model: tf.LayersModel): Promise<tf.io.ModelArtifacts> {
  let artifacts: tf.io.ModelArtifacts | undefined;
  await model.save(
    tf.io.withSaveHandler(async (all) => {
      artifacts = all;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
  return JSON.parse(JSON.stringify({ ...artifacts, weightData: undefined, weights: base64(artifacts?.weightData) }));
}

function base64(data: tf.io.WeightData | undefined): string {
  return Buffer.from(tf.io.CompositeArrayBuffer.join(data as ArrayBuffer)).toString('base64');
}

function inputOf(model: tf.LayersModel): tf.Tensor {
  const shape = model.inputs[0].shape.map((size) => size ?? 2);
  if (shape.length === 2) return tf.tensor2d([1, 2, 3, 0, 0, 4, 5, 6, 1, 0], [2, 5]);
  return tf.randomNormal(shape, 0, 1, 'float32', 3);
}

async function rebuilt(artifacts: tf.io.ModelArtifacts & { weights?: string }): Promise<tf.LayersModel> {
  const weightData = Uint8Array.from(Buffer.from(artifacts.weights ?? '', 'base64')).buffer;
  return tf.loadLayersModel(tf.io.fromMemory({ ...artifacts, weightData }));
}

describe('saved models', () => {
  const all = { ...shared, ...own };
  const expected: Record<string, number[]> = {};
  const artifacts: Record<string, tf.io.ModelArtifacts> = {};
  let plain: Record<string, Plain> = {};

  before(async () => {
    const cases = [];
    for (const [name, make] of Object.entries(all)) {
      const model = make();
      const x = inputOf(model);
      expected[name] = Array.from((model.predict(x) as tf.Tensor).dataSync());
      artifacts[name] = await saved(model);
      cases.push({ artifacts: artifacts[name], inputs: [{ values: Array.from(x.dataSync()), shape: x.shape }] });
    }
    const script = path.join(__dirname, 'plain-tfjs.cjs');
    const options = {
      input: JSON.stringify(cases),
      encoding: 'utf8' as const,
      stdio: ['pipe', 'pipe', 'ignore'] as never,
    };
    const results = JSON.parse(execFileSync(process.execPath, [script], options)) as Plain[];
    plain = Object.fromEntries(Object.keys(all).map((name, k) => [name, results[k]]));
  });

  for (const name of Object.keys(shared)) {
    test(`${name}: plain TensorFlow.js predicts the same`, () => {
      assert.equal(plain[name].error, undefined);
      assertSame(plain[name].values ?? [], expected[name]);
    });
  }

  for (const name of Object.keys(all)) {
    test(`${name}: this library predicts the same after loading, with its own classes`, async () => {
      const model = await rebuilt(artifacts[name]);
      assertSame(Array.from((model.predict(inputOf(model)) as tf.Tensor).dataSync()), expected[name]);
      const classes = layers as unknown as Record<string, unknown>;
      for (const layer of model.layers) {
        const ours = classes[layer.getClassName()];
        if (typeof ours === 'function') assert.ok(layer instanceof ours, layer.getClassName());
      }
    });
  }

  const renamings: Record<string, (layer: string, rest: string[]) => string[]> = {
    'a second instance of their layer (tensorflow/tfjs #755)': (layer, rest) => [`${layer}_1`, ...rest],
    'the cell of their layer (tensorflow/tfjs #3460)': (layer, rest) => [
      layer,
      ...rest.slice(0, -1),
      'cell_4',
      ...rest.slice(-1),
    ],
    both: (layer, rest) => [`${layer}_1`, ...rest.slice(0, -1), 'cell_4', ...rest.slice(-1)],
  };
  for (const [what, rename] of Object.entries(renamings)) {
    test(`weights named after ${what} load`, async () => {
      for (const name of Object.keys(all)) {
        const weightSpecs = artifacts[name].weightSpecs!.map((spec) => {
          const [layer, ...rest] = spec.name.split('/');
          return { ...spec, name: rename(layer, rest).join('/') };
        });
        const model = await rebuilt({ ...artifacts[name], weightSpecs });
        assertSame(Array.from((model.predict(inputOf(model)) as tf.Tensor).dataSync()), expected[name]);
      }
    });
  }

  test('weights that two layers could be meant by are refused, not guessed', () => {
    const model = above(
      layers.lstm({ units: 3, name: 'l', returnSequences: true }),
      layers.lstm({ units: 3, name: 'l_1' }),
    );
    const [first, second] = ['l_1', 'l_2'].map((layer, k) =>
      Object.fromEntries(
        model.layers[k + 1].weights.map((weight) => [
          `${layer}/${weight.originalName.split('/').at(-1)}`,
          weight.read(),
        ]),
      ),
    );
    assert.throws(() => model.loadWeights({ ...first, ...second }), /no target variable: l_2\/kernel/);
  });

  test('a layer that was applied before it was added to a model can be saved and loaded', async () => {
    const layer = layers.lstm({ units: 3, inputShape: [5, 3] });
    layer.apply(sequence());
    const model = tf.sequential({ layers: [layer, layers.dense({ units: 1 })] });
    const x = inputOf(model);
    const loaded = await rebuilt(await saved(model));
    const [after, before] = [loaded, model].map((m) => Array.from((m.predict(x) as tf.Tensor).dataSync()));
    assertSame(after, before);
  });

  test('a GRU with resetAfter is refused by plain TensorFlow.js in a clear sentence', () => {
    assert.match(plain.GRU.error ?? '', /GRUCell does not support reset_after parameter set to true/);
  });
});

function assertSame(actual: number[], expected: number[]): void {
  assert.equal(actual.length, expected.length);
  expected.forEach((value, k) => assert.ok(Math.abs(actual[k] - value) < 2e-6, `${actual[k]}, expected ${value}`));
}
