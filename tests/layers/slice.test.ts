import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tf } from '../../lib/backend';
import * as layers from '../../lib/layers';
import { reloaded } from './reloaded';

const x = tf.tensor3d([1, 2, 3, 4, 5, 6, 7, 8], [1, 4, 2]);
const cut = (args: layers.SliceArgs) => (layers.slice(args).apply(x) as tf.Tensor).arraySync();

test('layers.slice takes one place, whose axis vanishes, or a part', () => {
  assert.deepEqual(cut({ index: -1 }), [[7, 8]]);
  assert.deepEqual(cut({ index: 1 }), [[3, 4]]);
  assert.deepEqual(cut({ axis: 2, index: 0 }), [[1, 3, 5, 7]]);
  assert.deepEqual(cut({ start: 1, end: 3 }), [[[3, 4], [5, 6]]]); // prettier-ignore
  assert.deepEqual(cut({ start: -1 }), [[[7, 8]]]);
  assert.deepEqual(cut({ axis: 2, end: -1 }), [[[1], [3], [5], [7]]]);
  assert.deepEqual((layers.slice({ start: 3, end: 1 }).apply(x) as tf.Tensor).shape, [1, 0, 2]);
});

test('its shapes are known before there are numbers, where the axis has a length', () => {
  const shapes = (shape: (number | null)[], args: layers.SliceArgs) =>
    (layers.slice(args).apply(tf.input({ shape })) as tf.SymbolicTensor).shape;
  assert.deepEqual(shapes([4, 2], { index: -1 }), [null, 2]);
  assert.deepEqual(shapes([4, 2], { start: 1 }), [null, 3, 2]);
  assert.deepEqual(shapes([null, 2], { start: 1 }), [null, null, 2]);
  assert.throws(() => shapes([4, 2], { axis: 3 }), /cuts along axis 3; its input has the shape \[null,4,2\]/);
  assert.throws(() => shapes([4, 2], { index: 4 }), /takes place 4 of an axis that has 4/);
});

test('a part of the time has that part of the mask, one step has none', () => {
  const tokens = tf.tensor2d([[3, 1, 0, 0]], undefined, 'int32');
  const vectors = layers.embedding({ inputDim: 5, outputDim: 2, maskZero: true }).apply(tokens) as tf.Tensor;
  const part = layers.slice({ start: 1 }).apply(vectors) as tf.Tensor;
  assert.deepEqual(layers.maskOf(part)!.arraySync(), [[1, 0, 0]]);
  assert.equal(layers.maskOf(layers.slice({ index: 0 }).apply(vectors) as tf.Tensor), null);
  const features = layers.slice({ axis: 2, index: 0 }).apply(vectors) as tf.Tensor;
  assert.deepEqual(layers.maskOf(features)!.arraySync(), [[1, 1, 0, 0]]);
});

test('gradients reach only what it takes', () => {
  const [dx] = tf.grads((y: tf.Tensor) => (layers.slice({ index: 2 }).apply(y) as tf.Tensor).sum())([x]);
  assert.deepEqual(dx.arraySync(), [[[0, 0], [0, 0], [1, 1], [0, 0]]]); // prettier-ignore
});

test('it is saved and loaded', async () => {
  const input = tf.input({ shape: [null, 2] });
  const outputs = [{ index: -1 }, { start: 1, end: 3 }].map(
    (args) => layers.slice(args).apply(input) as tf.SymbolicTensor,
  );
  const model = tf.model({ inputs: input, outputs });
  const again = await reloaded(model);
  const [one, two] = [model, again].map((m) => (m.predict(x) as tf.Tensor[]).map((y) => y.arraySync()));
  assert.deepEqual(two, one);
});

test('what contradicts itself is refused', () => {
  assert.throws(() => layers.slice({ index: 1, end: 2 }), /has an index and a start or end/);
  assert.throws(() => layers.slice({ axis: 0, index: 1 }), /cuts along axis 0; give one of 1 or more/);
});
