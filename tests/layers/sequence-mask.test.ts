/** Layers that Keras has for sequences and TensorFlow.js has not: masks from lengths, zeros at the ends, differences, softmax along time. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { tf } from '../../lib/backend';
import * as layers from '../../lib/layers';

const near = (a: tf.Tensor, b: tf.Tensor): void => {
  assert.deepEqual(a.shape, b.shape);
  assert.ok(a.sub(b).abs().max().dataSync()[0] < 1e-6, `${String(a)} ${String(b)}`);
};
const x = tf.randomNormal([3, 5, 2], 0, 1, 'float32', 4);

describe('sequenceMask', () => {
  const lengths = [5, 2, 0];
  const tokens = lengths.map((length) => [0, 1, 2, 3, 4].map((t) => (t < length ? 7 : 0)));
  const ways: Record<string, tf.Tensor> = {
    'the lengths of the rows': tf.tensor1d(lengths, 'int32'),
    'lengths as floats, one beside each other': tf.tensor2d(lengths.map((length) => [length])),
    tokens: tf.tensor2d(tokens, undefined, 'int32'),
    'a mask': tf.tensor2d(tokens, undefined, 'int32').toBool(),
  };
  const reader = layers.gru({ units: 3, returnSequences: true, zeroOutputForMask: true });
  reader.apply(x);
  const alone = (row: number, steps: number) => reader.apply(x.slice([row, 0, 0], [1, steps, 2])) as tf.Tensor;

  for (const [what, counts] of Object.entries(ways))
    test(`lets a layer see the steps that count, told by ${what}`, () => {
      const found = reader.apply(layers.sequenceMask().apply([x, counts]) as tf.Tensor) as tf.Tensor;
      near(found.slice([0, 0, 0], [1, 5, 3]), alone(0, 5));
      near(found.slice([1, 0, 0], [1, 2, 3]), alone(1, 2));
      assert.equal(found.slice([1, 2, 0], [1, 3, 3]).abs().sum().dataSync()[0], 0);
      assert.equal(found.slice([2, 0, 0], [1, 5, 3]).abs().sum().dataSync()[0], 0);
    });

  test('joins its mask with the one that the sequence has', () => {
    const holes = layers.masking().apply(tf.tensor3d([[[0], [1], [1]]])) as tf.Tensor;
    const both = layers.sequenceMask().apply([holes, tf.tensor1d([2], 'int32')]) as tf.Tensor;
    assert.deepEqual(layers.maskOf(both)!.arraySync(), [[0, 1, 0]]);
  });

  test('a model with lengths learns, and comes back from its file', async () => {
    const inputs = [tf.input({ shape: [null, 2] }), tf.input({ shape: [1], dtype: 'int32' })];
    const marked = layers.sequenceMask().apply(inputs) as tf.SymbolicTensor;
    const model = tf.model({ inputs, outputs: layers.lstm({ units: 2 }).apply(marked) as tf.SymbolicTensor });
    model.compile({ optimizer: tf.train.adam(0.05), loss: 'meanSquaredError' });
    const given = [x, tf.tensor2d([[5], [2], [1]], undefined, 'int32')];
    const { history } = await model.fit(given, tf.fill([3, 2], 0.4), { epochs: 20, verbose: 0 });
    assert.ok((history.loss[19] as number) < 0.6 * (history.loss[0] as number), String(history.loss));
    const json = model.toJSON(undefined, false) as { config: tf.serialization.ConfigDict };
    assert.match(JSON.stringify(json), /"SequenceMask"/);
  });

  test('refuses what tells no steps', () => {
    const bad =
      (...shapes: tf.Shape[]) =>
      () =>
        layers.sequenceMask({ name: 'm' } as never).apply(shapes.map((s) => tf.ones(s as number[])));
    assert.throws(bad([3, 5, 2], [3, 4]), /^Error: m takes \[x, counts\], .* \[3,5,2\] and \[3,4\]\.$/);
    assert.throws(bad([3, 5, 2]), /m takes \[x, counts\]/);
  });
});

describe('zeroPadding1d', () => {
  test('puts steps of zeros at both ends, any number of steps between', () => {
    const layer = layers.zeroPadding1d({ padding: [1, 2] });
    const found = layer.apply(x) as tf.Tensor;
    near(found.slice([0, 1, 0], [3, 5, 2]), x);
    assert.deepEqual([found.shape, layer.computeOutputShape([null, null, 2])], [[3, 8, 2], [null, null, 2]]); // prettier-ignore
    assert.deepEqual(layers.zeroPadding1d().computeOutputShape([2, 5, 2]), [2, 7, 2]);
  });

  test('refuses what is no number of steps', () =>
    assert.throws(() => layers.zeroPadding1d({ padding: -1 }), /padding is -1; give a number of steps, 0 or more/));
});

test('subtract takes the second of two from the first', () => {
  const inputs = [tf.input({ shape: [2] }), tf.input({ shape: [2] })];
  const model = tf.model({ inputs, outputs: layers.subtract().apply(inputs) as tf.SymbolicTensor });
  const found = model.predict([tf.tensor2d([[5, 2]]), tf.tensor2d([[3, 4]])]) as tf.Tensor;
  assert.deepEqual(found.arraySync(), [[2, -2]]);
  const three = [...inputs, tf.input({ shape: [2] })];
  const model3 = tf.model({ inputs: three, outputs: layers.subtract().apply(three) as tf.SymbolicTensor });
  assert.throws(
    () => model3.predict(three.map(() => tf.ones([1, 2]))),
    /subtracts the second of two inputs .* given 3/,
  );
});

test('softmax goes along any axis', () => {
  const found = layers.softmax({ axis: 1 }).apply(x) as tf.Tensor;
  near(found.sum(1), tf.ones([3, 2]));
  near(found, tf.exp(x).div(tf.exp(x).sum(1, true)));
});

test('batchNormalization takes pictures over time', () => {
  const frames = tf.randomNormal([2, 3, 4, 4, 2], 3, 2, 'float32', 5);
  const layer = layers.batchNormalization();
  layer.apply(frames);
  layer.setWeights([tf.tensor1d([1, 2]), tf.tensor1d([3, 4]), tf.tensor1d([5, 6]), tf.tensor1d([7, 8])]);
  const expected = frames
    .sub([5, 6])
    .div(tf.tensor1d([7.001, 8.001]).sqrt())
    .mul([1, 2])
    .add([3, 4]);
  near(layer.apply(frames) as tf.Tensor, expected);
  const trained = layer.apply(frames, { training: true }) as tf.Tensor;
  assert.deepEqual(trained.shape, frames.shape);
});

describe('normalization', () => {
  const data = tf.tensor3d([1, 10, 3, 30, 5, 50, 7, 70], [2, 2, 2]);

  test('takes mean and variance from data, for each feature', () => {
    const layer = layers.normalization();
    layer.adapt(data);
    const found = layer.apply(data) as tf.Tensor;
    near(tf.moments(found, [0, 1]).mean, tf.zeros([2]));
    near(tf.moments(found, [0, 1]).variance, tf.ones([2]));
    assert.deepEqual(layer.getWeights().map(({ shape }) => shape), [[2], [2], []]); // prettier-ignore
  });

  test('or is given them, and undoes itself', () => {
    const args = { mean: [4, 40], variance: [5, 500] };
    const there = layers.normalization(args).apply(data) as tf.Tensor;
    near(layers.normalization({ ...args, invert: true }).apply(there) as tf.Tensor, data);
    near(there, data.sub([4, 40]).div(tf.tensor1d([5, 500]).sqrt()));
  });

  test('refuses one without the other', () =>
    assert.throws(() => layers.normalization({ mean: 1 }), /has a mean without a variance/));
});
