import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { tf } from '../../lib/backend';
import * as layers from '../../lib/layers';
import { type FixtureArray, assertClose, fixtures, makeLayer, tensor } from './parity';

interface StatefulCase {
  name: string;
  class: string;
  args: Record<string, unknown>;
  weights: FixtureArray[];
  inputs: FixtureArray[];
  outputs: FixtureArray[];
}

describe('stateful layers', () => {
  for (const one of fixtures<StatefulCase>('stateful.json')) {
    test(`${one.name} from batch to batch, as Keras's`, () => {
      const layer = makeLayer(one.class, one.args);
      const [first, second] = one.inputs.map(tensor);
      layer.build(first.shape);
      layer.setWeights(one.weights.map(tensor));
      assertClose(layer.apply(first) as tf.Tensor, one.outputs[0], 'first batch');
      assertClose(layer.apply(second) as tf.Tensor, one.outputs[1], 'second batch');
      layer.resetStates();
      assertClose(layer.apply(second) as tf.Tensor, one.outputs[2], 'after the reset');
    });
  }

  test('training and prediction keep the number of tensors', async () => {
    const layer = layers.lstm({ units: 3, stateful: true, batchInputShape: [2, 4, 1] });
    const model = tf.sequential({ layers: [layer, layers.dense({ units: 1 })] });
    model.compile({ loss: 'meanSquaredError', optimizer: 'sgd' });
    const [x, y] = [tf.ones([4, 4, 1]), tf.ones([4, 1])];
    const fit = () => model.fit(x, y, { batchSize: 2, shuffle: false, verbose: 0 });
    await fit();
    const before = tf.memory().numTensors;
    await fit();
    tf.dispose(model.predict(x, { batchSize: 2 }));
    model.resetStates();
    assert.equal(tf.memory().numTensors, before);
  });

  test('takes states by resetStates', () => {
    const layer = layers.gru({ units: 2, stateful: true });
    const reference = layers.gru({ units: 2 });
    const [x, h] = [tf.randomNormal([3, 4, 2]), tf.randomNormal([3, 2])];
    layer.build(x.shape);
    reference.build(x.shape);
    reference.setWeights(layer.getWeights());
    layer.resetStates(h);
    const expected = reference.apply(x, { initialState: h }) as tf.Tensor;
    assert.deepEqual((layer.apply(x) as tf.Tensor).dataSync(), expected.dataSync());
  });

  test('says what is wrong', () => {
    const layer = layers.lstm({ units: 2, stateful: true });
    assert.throws(() => layer.build([null, 4, 1]), /must know its batch size: give `batchInputShape`/);
    layer.build([2, 4, 1]);
    assert.throws(() => layer.apply(tf.ones([3, 4, 1])), /only batches of the size that it was built for/);
    assert.throws(() => layer.resetStates([tf.ones([2, 2])]), /has 2 state\(s\); resetStates was given 1/);
    assert.throws(() => layer.resetStates([tf.ones([2, 2]), tf.ones([1, 2])]), /state 1 needs the shape \[2,2\]/);
    assert.throws(() => layers.lstm({ units: 2 }).resetStates(), /keeps no state/);
  });
});

describe('unusual sizes', () => {
  test('a sequence without steps gives the initial state and no output', () => {
    for (const activation of ['tanh', 'softsign'] as const) {
      const layer = layers.lstm({ units: 2, activation, returnSequences: true, returnState: true });
      const [h, c] = [tf.ones([3, 2]), tf.fill([3, 2], 2)];
      layer.build([3, 0, 1]);
      const [sequence, lastH, lastC] = layer.apply(tf.zeros([3, 0, 1]), { initialState: [h, c] }) as tf.Tensor[];
      assert.deepEqual(sequence.shape, [3, 0, 2]);
      assert.deepEqual([...lastH.dataSync(), ...lastC.dataSync()], [...h.dataSync(), ...c.dataSync()]);
    }
  });

  test('a model can be used by two others and disposed with them', () => {
    const before = tf.memory().numTensors;
    const layer = layers.gru({ units: 2, stateful: true });
    const models = [1, 2].map(() => {
      const inputs = tf.input({ batchShape: [2, 3, 1] });
      return tf.model({ inputs, outputs: layer.apply(inputs) as tf.SymbolicTensor });
    });
    models[0].dispose();
    tf.dispose(models[1].predict(tf.tidy(() => tf.keep(tf.zeros([2, 3, 1])))) as tf.Tensor);
    models[1].dispose();
    assert.equal(tf.memory().numTensors, before + 1);
  });
});

describe('errors name what was given and what was expected', () => {
  const cases: [string, () => unknown, RegExp][] = [
    ['units', () => layers.lstm({ units: 0 }), /units is 0; give a positive integer/],
    ['dropout', () => layers.gru({ units: 1, dropout: 1.5 }), /dropout is 1.5; give a number from 0 to 1/],
    [
      'activation',
      () => layers.lstm({ units: 1, activation: 'tan' as never }),
      /Unknown activation "tan"; did you mean "tanh"\? Known: elu/,
    ],
    ['initializer', () => layers.lstm({ units: 1, kernelInitializer: 'he' }), /Unknown initializer "he"/],
    ['rank', () => layers.lstm({ units: 1 }).apply(tf.ones([2, 3])), /takes a sequence \[batch, time, features\]/],
    [
      'states',
      () => layers.lstm({ units: 1 }).apply(tf.ones([2, 3, 1]), { initialState: tf.ones([2, 1]) }),
      /has 2 state\(s\); it was given 1/,
    ],
    [
      'size of a state',
      () => layers.gru({ units: 1 }).apply(tf.ones([2, 3, 1]), { initialState: tf.ones([2, 2]) }),
      /state 0 has the shape \[2,2\], the batch needs \[2,1\]/,
    ],
    [
      'mask',
      () => layers.gru({ units: 1 }).apply(tf.ones([2, 3, 1]), { mask: tf.ones([2, 4], 'bool') }),
      /the mask has the shape \[2,4\]; the input \[2,3,1\] needs \[2,3\]/,
    ],
    ['cells', () => layers.stackedRNNCells({ cells: [] }), /give at least one cell/],
    ['rate', () => layers.dropout({ rate: -1 }), /rate is -1/],
  ];
  for (const [name, run, message] of cases) test(name, () => assert.throws(run, message));
});
