import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mock, test } from 'node:test';
import { tf } from '../../lib/backend';
import * as layers from '../../lib/layers';

type Symbolic = tf.SymbolicTensor;

const input = tf.input({ shape: [3] });
const hidden = layers.dense({ units: 3, kernelInitializer: 'identity', name: 'hidden' }).apply(input) as Symbolic;
const last = layers.dense({ units: 1, kernelInitializer: 'ones', name: 'last' }).apply(hidden) as Symbolic;
const cases: [what: string, outputs: Symbolic[]][] = [
  ['twice', [hidden, hidden]],
  ['around another', [hidden, last, hidden]],
  ['three times, and the other twice', [hidden, last, hidden, last, hidden]],
  ['the input itself', [input, input]],
];

for (const [what, outputs] of cases)
  test(`a tensor that is an output several times is there every time: ${what}`, async () => {
    const warned = mock.method(console, 'warn', () => undefined);
    const model = tf.model({ inputs: input, outputs });
    const x = tf.tensor2d([[1, 2, 3]]);
    const expected = outputs.map((one) => (one === last ? [6] : [1, 2, 3]));
    const read = (tensors: unknown) => (tensors as tf.Tensor[]).map((tensor) => Array.from(tensor.dataSync()));
    assert.deepEqual(read(model.predict(x)), expected);
    assert.deepEqual(read(model.apply(x)), expected);
    const rows = model.predict(tf.tile(x, [3, 1]), { batchSize: 2 }) as tf.Tensor[];
    assert.deepEqual(
      rows.map(({ shape }) => shape[0]),
      expected.map(() => 3),
    );
    const again = tf.model({ inputs: input, outputs: model.apply(input) as Symbolic[] });
    assert.deepEqual(read(again.predict(x)), expected);
    const loaded = await tf.loadLayersModel(tf.io.fromMemory((await savedOf(model)) as never));
    assert.deepEqual(read(loaded.predict(x)), expected);
    assert.equal(warned.mock.callCount(), 0);
    warned.mock.restore();
  });

test('and each has its own loss', async () => {
  const model = tf.model({ inputs: input, outputs: [hidden, hidden] });
  model.compile({ loss: 'meanSquaredError', optimizer: 'sgd' });
  const x = tf.tensor2d([[1, 2, 3]]);
  const losses = async (...targets: tf.Tensor[]) => (await model.fit(x, targets, { epochs: 1, verbose: 0 })).history;
  assert.equal((await losses(x, x)).loss[0], 0);
  assert.ok(Math.abs(((await losses(x, tf.zeros([1, 3]))).loss[0] as number) - 14 / 3) < 1e-5);
});

async function savedOf(model: tf.LayersModel): Promise<tf.io.ModelArtifacts> {
  return new Promise((resolve, reject) => {
    const save = async (artifacts: tf.io.ModelArtifacts) => {
      resolve(artifacts);
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' as const } };
    };
    model.save({ save }).catch(reject);
  });
}

test('plain TensorFlow.js still needs the mend', () => {
  const program = `
    const tf = require('@tensorflow/tfjs');
    const x = tf.input({ shape: [3] });
    const y = tf.layers.dense({ units: 2 }).apply(x);
    tf.model({ inputs: x, outputs: [y, y] }).predict(tf.ones([1, 3]));`;
  const { status, stderr } = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8' });
  assert.notEqual(status, 0);
  assert.match(stderr, /must be a Tensor or TensorLike, but got 'null'/);
});
