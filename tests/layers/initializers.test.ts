import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { tf } from '../../lib/backend';
import * as layers from '../../lib/layers';
import { seed } from '../../lib/random';

const orthogonal = (shape: number[], args: { seed?: number; gain?: number } = {}) =>
  new layers.Orthogonal(args).apply(shape);

function assertIdentity(product: tf.Tensor, scale = 1): void {
  const size = product.shape[0] as number;
  const error = product.sub(tf.eye(size).mul(scale)).abs().max().dataSync()[0];
  assert.ok(error < 1e-5 * scale, `largest deviation from orthogonality ${error}`);
}

describe('the orthogonal initializer', () => {
  test('has orthonormal rows or columns, whichever are fewer', () => {
    for (const [rows, columns] of [
      [5, 5],
      [7, 3],
      [3, 12],
      [1, 4],
      [64, 256],
    ]) {
      const q = orthogonal([rows, columns]);
      assertIdentity(rows < columns ? tf.matMul(q, q, false, true) : tf.matMul(q, q, true, false));
    }
    const q = orthogonal([2, 3, 4]).reshape([6, 4]);
    assertIdentity(tf.matMul(q, q, true, false));
    const doubled = orthogonal([4, 4], { gain: 2 });
    assertIdentity(tf.matMul(doubled, doubled, true, false), 4);
  });

  test('is the Q whose R has a positive diagonal, for a known matrix', () => {
    const q = orthogonal([3, 2], { seed: 7 });
    const r = tf.matMul(q, tf.randomNormal([3, 2], 0, 1, 'float32', 7), true, false).arraySync() as number[][];
    assert.ok(r[0][0] > 0 && r[1][1] > 0 && Math.abs(r[1][0]) < 1e-6, JSON.stringify(r));
  });

  test('gives the same numbers for the same seed, others for another', () => {
    assert.deepEqual(orthogonal([4, 8], { seed: 3 }).dataSync(), orthogonal([4, 8], { seed: 3 }).dataSync());
    assert.notDeepEqual(orthogonal([4, 8], { seed: 3 }).dataSync(), orthogonal([4, 8], { seed: 4 }).dataSync());
  });

  test('stands in for the one of TensorFlow.js in every layer of this library, without its warning', () => {
    const warned: unknown[] = [];
    const warn = console.warn;
    console.warn = (...parts: unknown[]) => warned.push(parts);
    layers.dense({ units: 64, inputShape: [64], kernelInitializer: 'orthogonal' }).build([null, 64]);
    layers.lstm({ units: 64 }).build([null, null, 3]);
    console.warn = warn;
    assert.deepEqual(warned, []);
  });
});

describe('seeds', () => {
  const weights = (layer: tf.layers.Layer) => {
    layer.build([2, 4, 3]);
    return layer.getWeights().map((weight) => Array.from(weight.dataSync()));
  };

  test('the global seed gives a layer the same weights and the same dropout twice', () => {
    const draw = () => {
      seed(11);
      const layer = layers.lstm({ units: 3, dropout: 0.5, recurrentDropout: 0.5 });
      const output = layer.apply(tf.ones([2, 4, 3]), { training: true }) as tf.Tensor;
      const dropped = layers.dropout({ rate: 0.5 }).apply(tf.ones([10]), { training: true }) as tf.Tensor;
      return [weights(layers.gru({ units: 3 })), Array.from(output.dataSync()), Array.from(dropped.dataSync())];
    };
    assert.deepEqual(draw(), draw());
  });

  test('the forget gate starts at one, the other biases at zero', () => {
    assert.deepEqual(weights(layers.lstm({ units: 2 }))[2], [0, 0, 1, 1, 0, 0, 0, 0]);
    assert.deepEqual(weights(layers.lstm({ units: 1, unitForgetBias: false }))[2], [0, 0, 0, 0]);
  });
});

describe('dropout', () => {
  const ones = tf.ones([2000]);
  const drop = (layer: tf.layers.Layer, training: boolean) =>
    Array.from((layer.apply(ones, { training }) as tf.Tensor).dataSync());

  test('drops the given fraction, scales the rest, and only in training', () => {
    const layer = layers.dropout({ rate: 0.25, seed: 1 });
    const values = drop(layer, true);
    const dropped = values.filter((value) => value === 0).length;
    assert.ok(Math.abs(dropped / 2000 - 0.25) < 0.05, `${dropped} of 2000 dropped`);
    assert.ok(values.every((value) => value === 0 || Math.abs(value - 4 / 3) < 1e-6));
    assert.deepEqual(drop(layer, false), Array(2000).fill(1));
  });

  test('draws another mask at every call, the same sequence of them for the same seed', () => {
    const [one, two] = [layers.dropout({ rate: 0.5, seed: 1 }), layers.dropout({ rate: 0.5, seed: 1 })];
    const [first, second] = [drop(one, true), drop(one, true)];
    assert.notDeepEqual(first, second);
    assert.deepEqual([drop(two, true), drop(two, true)], [first, second]);
  });

  test('shares its mask over the axes of noiseShape that are one', () => {
    const x = tf.ones([3, 50, 2]);
    const layer = layers.dropout({ rate: 0.5, seed: 2, noiseShape: [null, 1, null] });
    const steps = tf.unstack(layer.apply(x, { training: true }) as tf.Tensor, 1).map((step) => step.dataSync());
    for (const step of steps) assert.deepEqual(step, steps[0]);
  });

  test('inside a recurrent layer keeps its mask over time', () => {
    const layer = layers.simpleRNN({
      units: 3,
      dropout: 0.5,
      returnSequences: true,
      recurrentInitializer: 'zeros',
      seed: 5,
    });
    const output = layer.apply(tf.ones([4, 6, 3]), { training: true }) as tf.Tensor;
    const steps = tf.unstack(output, 1).map((step) => step.dataSync());
    for (const step of steps) assert.deepEqual(step, steps[0]);
  });
});

describe('regularizers of the cell', () => {
  test('reach the loss, also through Bidirectional and stacked cells', () => {
    const regularizer = () => tf.regularizers.l2({ l2: 0.5 });
    const cell = () => layers.lstmCell({ units: 2, kernelRegularizer: regularizer() });
    const made = [
      layers.lstm({ units: 2, kernelRegularizer: regularizer() }),
      layers.bidirectional({ layer: layers.gru({ units: 2, recurrentRegularizer: regularizer() }) }),
      layers.rnn({ cell: [cell(), cell()] }),
    ];
    const counts = made.map((layer) => {
      const inputs = tf.input({ shape: [3, 2] });
      return tf.model({ inputs, outputs: layer.apply(inputs) as tf.SymbolicTensor }).calculateLosses().length;
    });
    assert.deepEqual(counts, [1, 2, 2]);
  });
});
