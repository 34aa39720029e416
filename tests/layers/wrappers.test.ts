import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { tf } from '../../lib/backend';
import * as layers from '../../lib/layers';

describe('stacked cells', () => {
  const stack = () => layers.stackedRNNCells({ cells: [layers.lstmCell({ units: 2 }), layers.gruCell({ units: 3 })] });

  test('take their weights cell by cell', () => {
    const [one, two] = [stack(), stack()];
    for (const cells of [one, two]) cells.build([null, 4]);
    two.setWeights(one.getWeights());
    one.getWeights().forEach((weight, k) => assert.deepEqual(two.getWeights()[k].dataSync(), weight.dataSync()));
    assert.throws(() => two.setWeights(one.getWeights().slice(1)));
  });

  test('have their states in the order of the cells', () => {
    assert.deepEqual([stack().stateSize, stack().outputSize], [[2, 2, 3], 3]);
  });

  test('keep the masks of their dropouts over time', () => {
    const cell = (units: number) =>
      layers.simpleRNNCell({ units, dropout: 0.5, recurrentInitializer: 'zeros', kernelInitializer: 'ones' });
    const layer = layers.rnn({ cell: [cell(4), cell(5)], returnSequences: true });
    const output = layer.apply(tf.ones([6, 4, 3]), { training: true }) as tf.Tensor;
    const steps = tf.unstack(output, 1).map((step) => step.dataSync());
    assert.ok(new Set(steps[0]).size > 1, 'nothing was dropped');
    for (const step of steps) assert.deepEqual(step, steps[0]);
  });
});

describe('TimeDistributed', () => {
  test('normalizes every step by itself', () => {
    const layer = layers.timeDistributed({ layer: layers.batchNormalization() });
    const x = tf.randomNormal([64, 3, 2]).add(tf.tensor3d([0, 0, 10, 10, -10, -10], [1, 3, 2]));
    const means = (layer.apply(x, { training: true }) as tf.Tensor).mean(0).dataSync();
    for (const mean of means) assert.ok(Math.abs(mean) < 1e-4, `a step has the mean ${mean}`);
  });

  test('passes training on', () => {
    const layer = layers.timeDistributed({ layer: layers.dropout({ rate: 0.5, seed: 1 }) });
    const x = tf.ones([2, 3, 50]);
    assert.deepEqual((layer.apply(x) as tf.Tensor).dataSync(), x.dataSync());
    assert.notDeepEqual((layer.apply(x, { training: true }) as tf.Tensor).dataSync(), x.dataSync());
  });
});

describe('training switches', () => {
  test('a frozen recurrent layer has no trainable weights, and gets them back', () => {
    const made = [layers.lstm({ units: 2 }), layers.bidirectional({ layer: layers.gru({ units: 2 }) })];
    for (const layer of made) {
      layer.build([null, 3, 1]);
      const count = layer.weights.length;
      layer.trainable = false;
      assert.deepEqual([layer.trainableWeights.length, layer.nonTrainableWeights.length], [0, count]);
      layer.trainable = true;
      assert.deepEqual([layer.trainableWeights.length, layer.nonTrainableWeights.length], [count, 0]);
    }
  });
});

describe('initial states that do not fit are refused by count and shape', () => {
  const x = () => tf.input({ shape: [5, 3] });
  const state = (size: number) => tf.input({ shape: [size] });
  const both = () => layers.bidirectional({ layer: layers.lstm({ units: 4 }) });
  const cases: [string, () => unknown, RegExp][] = [
    [
      'two of four, eagerly',
      () => both().apply(tf.ones([2, 5, 3]), { initialState: [tf.ones([2, 4]), tf.ones([2, 4])] } as never),
      /needs 4 states.*it got 2/,
    ],
    [
      'two of four, in a graph',
      () => both().apply(x(), { initialState: [state(4), state(4)] } as never),
      /needs 4 states.*it got 2/,
    ],
    [
      'one of two, in a graph',
      () => layers.lstm({ units: 4 }).apply(x(), { initialState: [state(4)] } as never),
      /has 2 state\(s\); it was given 1/,
    ],
    [
      'of another size, in a graph',
      () => layers.gru({ units: 4 }).apply(x(), { initialState: [state(3)] } as never),
      /state 0 has the shape \[null,3\], the batch needs \[null,4\]/,
    ],
  ];
  for (const [name, run, message] of cases) test(name, () => assert.throws(run, message));
});
