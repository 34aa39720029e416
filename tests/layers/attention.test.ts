import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { tf } from '../../lib/backend';
import * as layers from '../../lib/layers';
import { type FixtureArray, assertClose, fixtures, gradientsOf, makeLayer, tensor } from './parity';

interface AttentionCase {
  name: string;
  class: string;
  args: Record<string, unknown>;
  weights: FixtureArray[];
  inputs: FixtureArray[];
  masks: (number[][] | null)[];
  attentionMask: number[][][] | null;
  upstream: FixtureArray[];
  outputs: FixtureArray[];
  gradients: FixtureArray[];
}

type Symbolic = tf.SymbolicTensor;
const bool = (values: number[][] | number[][][]) => tf.tensor(values as number[][], undefined, 'bool');

describe('attention gives the numbers and gradients of Keras', () => {
  for (const one of fixtures<AttentionCase>('attention.json')) {
    test(`${one.class}: ${one.name}`, () => tf.tidy(() => assertParity(one)));
  }
});

function assertParity(one: AttentionCase): void {
  const layer = makeLayer(one.class, one.args);
  const inputs = one.inputs.map(tensor);
  layer.build(inputs.length === 1 ? inputs[0].shape : inputs.map((input) => input.shape));
  layer.setWeights(one.weights.map(tensor));
  const upstream = one.upstream.map(tensor);
  const attentionMask = one.attentionMask ? bool(one.attentionMask) : undefined;
  const mask = inputs.map((_, k) => (one.masks[k] ? bool(one.masks[k] as number[][]) : null));
  const outputs: tf.Tensor[] = [];
  const loss = (...tensors: tf.Tensor[]) => {
    const result = layer.apply(tensors.length === 1 ? tensors[0] : tensors, { mask, attentionMask });
    outputs.push(...([result].flat() as tf.Tensor[]));
    return tf.addN(outputs.map((output, k) => output.mul(upstream[k]).sum()));
  };
  const gradients = gradientsOf(
    loss,
    layer.weights.map((weight) => weight.read()),
    inputs,
    () => outputs.forEach((output, k) => assertClose(output, one.outputs[k], `output ${k}`)),
  );
  assert.equal(outputs.length, one.outputs.length);
  const largest = Math.max(...one.gradients.flatMap((gradient) => gradient.values.map(Math.abs)));
  gradients.forEach((gradient, k) => assertClose(gradient, one.gradients[k], `gradient ${k}`, largest / 10));
}

describe('attention in models', () => {
  const tokens = tf.tensor2d([
    [1, 2, 3, 0, 0],
    [4, 5, 0, 0, 0],
  ]);
  /** The same tokens behind another amount of padding. */
  const padded = tokens.pad([
    [0, 0],
    [0, 2],
  ]) as tf.Tensor2D;
  const embed = (x: Symbolic) => layers.embedding({ inputDim: 7, outputDim: 4, maskZero: true }).apply(x) as Symbolic;
  const models: Record<string, (x: Symbolic) => Symbolic> = {
    multiHeadAttention: (x) => {
      const attended = layers.multiHeadAttention({ numHeads: 2, keyDim: 3, useCausalMask: true }).apply([x, x]);
      return layers.attentionPooling().apply(attended as Symbolic) as Symbolic;
    },
    additiveAttention: (x) => {
      const query = layers.repeatVector({ n: 1 }).apply(layers.lstm({ units: 4 }).apply(x)) as Symbolic;
      return layers.flatten().apply(layers.additiveAttention().apply([query, x]) as Symbolic) as Symbolic;
    },
    attention: (x) => {
      const query = layers.repeatVector({ n: 1 }).apply(layers.gru({ units: 4 }).apply(x)) as Symbolic;
      return layers.flatten().apply(layers.attention({ useScale: true }).apply([query, x]) as Symbolic) as Symbolic;
    },
    attentionPooling: (x) =>
      layers
        .attentionPooling({ units: 3 })
        .apply(layers.bidirectional({ layer: layers.lstm({ units: 2, returnSequences: true }) }).apply(x)) as Symbolic,
  };

  for (const [name, build] of Object.entries(models)) {
    test(`${name} does not see padding, can be saved, and trains`, async () => {
      const inputs = tf.input({ shape: [null] });
      const outputs = layers.dense({ units: 1 }).apply(build(embed(inputs))) as Symbolic;
      const model = tf.model({ inputs, outputs });
      const predicted = (model.predict(tokens) as tf.Tensor).dataSync();
      const longer = (model.predict(padded) as tf.Tensor).dataSync();
      predicted.forEach((value, k) => assert.ok(Math.abs(value - longer[k]) < 1e-6, `${value}, ${longer[k]}`));

      let artifacts: tf.io.ModelArtifacts = {};
      await model.save(
        tf.io.withSaveHandler(async (all) => {
          artifacts = all;
          return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
        }),
      );
      const loaded = await tf.loadLayersModel(tf.io.fromMemory(artifacts));
      assert.deepEqual((loaded.predict(tokens) as tf.Tensor).dataSync(), predicted);

      model.compile({ loss: 'meanSquaredError', optimizer: tf.train.adam(0.05) });
      const history = await model.fit(tokens, tf.tensor2d([[1], [-1]]), { epochs: 20, verbose: 0 });
      const losses = history.history.loss as number[];
      assert.ok(losses[19] < losses[0] / 2, `${losses[0]} to ${losses[19]}`);
    });
  }
});

describe('the attentionMask of a call', () => {
  const [batch, heads, time] = [3, 2, 2]; // as many steps as heads: an axis too few would still broadcast
  const x = tf.randomNormal([batch, time, 4], 0, 1, 'float32', 1);
  const layer = layers.multiHeadAttention({ numHeads: heads, keyDim: 3, returnAttentionScores: true });
  const scoresUnder = (shape: number[], values: number[]) => {
    const attentionMask = tf.tensor(values, shape, 'bool');
    return (layer.apply([x, x], { attentionMask }) as tf.Tensor[])[1].dataSync();
  };
  const allows = Array.from({ length: batch * heads * time * time }, (_, k) => (k % 7 < 3 || k % 2 === 0 ? 1 : 0));

  const forms: [string, number[]][] = [
    ['[queries, keys]', [1, 1, time, time]],
    ['[batch, queries, keys]', [batch, 1, time, time]],
    ['[batch, heads, queries, keys]', [batch, heads, time, time]],
  ];
  for (const [name, full] of forms) {
    test(`${name} hides a key from a query`, () => {
      const values = allows.slice(0, tf.util.sizeFromShape(full));
      const shape =
        name.split(',').length === 4 ? full : full.filter((_, axis) => axis > 1 || (axis === 0 && full[0] > 1));
      const scores = scoresUnder(shape, values);
      const everywhere = tf
        .tensor(values, full)
        .mul(tf.ones([batch, heads, time, time]))
        .dataSync();
      assert.deepEqual(scores.map(Math.sign), everywhere);
    });
  }

  test('of another shape is refused with the shapes that fit', () => {
    assert.throws(
      () => scoresUnder([3, 3], Array(9).fill(1)),
      /attentionMask has the shape \[3,3\].*\[2,2\], \[3,2,2\]/,
    );
    assert.throws(() => scoresUnder([2], [1, 1]), /attentionMask has the shape \[2\]/);
  });
});

describe('attention pooling', () => {
  test('is a weighted mean of the steps that count', () => {
    const layer = layers.attentionPooling({ returnAttentionScores: true });
    const x = tf.randomNormal([3, 4, 2]);
    const mask = bool([
      [1, 1, 1, 1],
      [0, 1, 1, 0],
      [0, 0, 0, 0],
    ]);
    const [output, weights] = layer.apply(x, { mask }) as tf.Tensor[];
    const sums = weights.sum(1).dataSync();
    [1, 1, 0].forEach((sum, k) => assert.ok(Math.abs(sums[k] - sum) < 1e-6, `row ${k}: weights sum to ${sums[k]}`));
    const hidden = weights.mul(tf.logicalNot(mask).toFloat()).abs().sum().dataSync()[0];
    assert.equal(hidden, 0);
    const expected = x.mul(weights.expandDims(2)).sum(1);
    assert.ok(output.sub(expected).abs().max().dataSync()[0] < 1e-6);
  });

  test('has the gradients that differences give', () => {
    const layer = layers.attentionPooling({ units: 3 });
    const x = tf.randomNormal([2, 3, 2], 0, 1, 'float32', 1);
    layer.build(x.shape);
    assertNumericalGradient(() => layer.apply(x) as tf.Tensor, layer);
  });
});

function assertNumericalGradient(run: () => tf.Tensor, layer: tf.layers.Layer): void {
  const variables = layer.weights.map((weight) => weight.read() as tf.Variable);
  const upstream = tf.randomNormal(run().shape, 0, 1, 'float32', 2);
  const loss = () => run().mul(upstream).sum() as tf.Scalar;
  const { grads } = tf.variableGrads(loss, variables);
  const step = 1e-2;
  for (const variable of variables) {
    const values = variable.dataSync().slice();
    const gradient = grads[variable.name].dataSync();
    values.forEach((value, k) => {
      const at = (moved: number) => {
        const changed = values.slice();
        changed[k] = moved;
        variable.assign(tf.tensor(changed, variable.shape));
        return loss().dataSync()[0];
      };
      const slope = (at(value + step) - at(value - step)) / (2 * step);
      variable.assign(tf.tensor(values, variable.shape));
      assert.ok(Math.abs(slope - gradient[k]) < 2e-3, `${variable.name} ${k}: ${gradient[k]}, differences ${slope}`);
    });
  }
}

describe('weights and errors of attention', () => {
  test('multi-head weights have the shapes of Keras and are drawn as the matrices that they are', () => {
    const layer = layers.multiHeadAttention({ numHeads: 8, keyDim: 16, valueDim: 8 });
    layer.build([
      [null, 3, 32],
      [null, 5, 24],
    ]);
    assert.deepEqual(
      layer.weights.map((weight) => weight.shape),
      [[32, 8, 16], [8, 16], [24, 8, 16], [8, 16], [24, 8, 8], [8, 8], [8, 8, 32], [32]],
    );
    const limit = Math.sqrt(6 / (32 + 8 * 16));
    const largest = layer.getWeights()[0].abs().max().dataSync()[0];
    assert.ok(largest <= limit && largest > 0.97 * limit, `largest weight ${largest}, limit ${limit}`);
  });

  test('dropout changes the weights in training only', () => {
    const x = tf.randomNormal([1, 6, 4]);
    const layer = layers.multiHeadAttention({ numHeads: 1, keyDim: 2, dropout: 0.5, seed: 1 });
    const run = (training: boolean) => Array.from((layer.apply([x, x], { training }) as tf.Tensor).dataSync());
    assert.deepEqual(run(false), run(false));
    assert.notDeepEqual(run(true), run(true));
  });

  const cases: [string, () => unknown, RegExp][] = [
    ['heads', () => layers.multiHeadAttention({ numHeads: 0, keyDim: 2 }), /numHeads is 0; give a positive integer/],
    ['inputs', () => layers.additiveAttention().apply(tf.ones([2, 3, 4])), /takes \[query, value\]/],
    ['rank', () => layers.attention().apply([tf.ones([2, 3]), tf.ones([2, 3])]), /it was given \[\[2,3\],\[2,3\]\]/],
    ['score mode', () => layers.attention({ scoreMode: 'sum' as never }), /scoreMode is "sum"/],
    ['pooling', () => layers.attentionPooling().apply(tf.ones([2, 3])), /takes a sequence \[batch, time, features\]/],
  ];
  for (const [name, run, message] of cases) test(name, () => assert.throws(run, message));
});
