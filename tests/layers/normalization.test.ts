/** Layer normalization against the layer of TensorFlow.js; against PyTorch it stands in tests/models/transformer.test.ts. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { tf } from '../../lib/backend';
import * as layers from '../../lib/layers';
import { gradientsOf } from './parity';

const options: [name: string, args: Parameters<typeof tf.layers.layerNormalization>[0]][] = [
  ['the last axis', {}],
  ['axis 1', { axis: 1, epsilon: 1e-5 }],
  ['axes 1 and 2', { axis: [1, 2] }],
  ['the last axis but one and the last, counted from the end', { axis: [-2, -1] }],
];

describe('layer normalization gives the numbers and the gradients of TensorFlow.js', () => {
  for (const [name, args] of options)
    test(name, () => {
      const x = tf.randomNormal([2, 3, 4], 1, 2, 'float32', 3);
      const upstream = tf.randomNormal([2, 3, 4], 0, 1, 'float32', 4);
      const found = [layers.layerNormalization(args), tf.layers.layerNormalization(args)].map((layer) => {
        layer.build(x.shape);
        layer.setWeights(layer.getWeights().map(({ shape }, k) => tf.randomNormal(shape, 1, 1, 'float32', 5 + k)));
        const variables = layer.weights.map((weight) => weight.read());
        const values: tf.Tensor[] = [];
        const gradients = gradientsOf(
          (input) => {
            const y = layer.apply(input) as tf.Tensor;
            values.push(tf.keep(y));
            return y.mul(upstream).sum();
          },
          variables,
          [x],
        );
        return [...values, ...gradients];
      });
      found[0].forEach((ours, k) => {
        assert.deepEqual(ours.shape, found[1][k].shape);
        const error = ours.sub(found[1][k]).abs().max().dataSync()[0];
        assert.ok(error < 2e-5, `${k === 0 ? 'values' : `gradient ${k - 1}`}: ${error}`);
      });
    });

  test('and trains without gamma, and without beta, which the layer of TensorFlow.js refuses', () => {
    const x = tf.randomNormal([2, 3, 4], 1, 2, 'float32', 3);
    const found = [{}, { scale: false }, { center: false }].map((args) => {
      const layer = layers.layerNormalization(args);
      layer.build(x.shape); // gamma is 1 and beta 0
      const variables = layer.weights.map((weight) => weight.read());
      return gradientsOf((input) => (layer.apply(input) as tf.Tensor).pow(3).sum(), variables, [x]);
    });
    const [gamma, beta, whole] = found[0].map((gradient) => gradient.arraySync());
    assert.deepEqual(
      found[1].map((gradient) => gradient.arraySync()),
      [beta, whole],
    );
    assert.deepEqual(
      found[2].map((gradient) => gradient.arraySync()),
      [gamma, whole],
    );
  });

  test('in few operations, whatever the length of the sequence', async () => {
    const count = async (time: number): Promise<number> => {
      const layer = layers.layerNormalization();
      const x = tf.variable(tf.randomNormal([2, time, 4]));
      layer.apply(x);
      const variables = layer.weights.map((weight) => weight.read() as tf.Variable);
      const run = () => tf.variableGrads(() => (layer.apply(x) as tf.Tensor).square().sum(), [x, ...variables]).value;
      return (await tf.profile(() => run())).kernels.length;
    };
    const [short, long] = [await count(3), await count(50)];
    assert.equal(short, long);
    assert.ok(short < 60, `${short} operations`);
  });
});

describe('vectors of places', () => {
  test('are the first rows of the table, and learn from every row of the batch', () => {
    const layer = layers.positionEmbedding({ sequenceLength: 4 });
    const x = tf.zeros([2, 3, 2]);
    assert.deepEqual(layer.computeOutputShape([null, 3, 2]), [null, 3, 2]);
    layer.apply(x);
    layer.setWeights([tf.range(0, 8).reshape([4, 2])]);
    const rows = [
      [0, 1],
      [2, 3],
      [4, 5],
    ];
    assert.deepEqual((layer.apply(x) as tf.Tensor).arraySync(), [rows, rows]);
    const [gradient] = gradientsOf(
      () => (layer.apply(x) as tf.Tensor).sum(),
      layer.weights.map((weight) => weight.read()),
      [],
    );
    assert.deepEqual(gradient.arraySync(), [
      [2, 2],
      [2, 2],
      [2, 2],
      [0, 0],
    ]);
  });

  test('refuse what is longer than the table, and what is no sequence', () => {
    const layer = layers.positionEmbedding({ sequenceLength: 4 });
    assert.throws(() => layer.apply(tf.zeros([1, 5, 2])), /has 4 places; a sequence of 5 steps/);
    assert.throws(() => layer.apply(tf.zeros([5, 2])), /takes a sequence \[batch, time, features\]/);
    assert.throws(
      () => layers.positionEmbedding({ sequenceLength: 0 }),
      /sequenceLength is 0; give a positive integer/,
    );
    assert.throws(
      () => layers.positionEmbedding({ sequenceLength: 4, initializer: 'glorot' as never }),
      /Unknown initializer "glorot"/,
    );
  });
});
