import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { tf } from '../../lib/backend';
import * as layers from '../../lib/layers';

type Symbolic = tf.SymbolicTensor;
const tokens = tf.tensor2d([
  [1, 2, 0, 0],
  [3, 4, 5, 6],
]);
const embedding = () => layers.embedding({ inputDim: 7, outputDim: 3, maskZero: true });
const maskValues = (tensor: tf.Tensor) => layers.maskOf(tensor)?.arraySync() ?? null;
const expected = [
  [1, 1, 0, 0],
  [1, 1, 1, 1],
];

describe('a mask goes with its tensor', () => {
  test('through every layer that keeps the steps, and no further', () => {
    const embedded = embedding().apply(tokens) as tf.Tensor;
    assert.deepEqual(maskValues(embedded), expected);
    const keeping = [
      layers.dropout({ rate: 0.5 }),
      layers.dense({ units: 2 }),
      layers.layerNormalization(),
      layers.lstm({ units: 2, returnSequences: true }),
      layers.bidirectional({ layer: layers.gru({ units: 2, returnSequences: true }) }),
      layers.timeDistributed({ layer: layers.dense({ units: 2 }) }),
      layers.rnn({ cell: layers.lstmCell({ units: 2 }), returnSequences: true }),
    ];
    for (const layer of keeping)
      assert.deepEqual(maskValues(layer.apply(embedded) as tf.Tensor), expected, layer.getClassName());
    const ending = [layers.lstm({ units: 2 }), layers.attentionPooling(), layers.flatten()];
    for (const layer of ending)
      assert.equal(maskValues(layer.apply(embedded) as tf.Tensor), null, layer.getClassName());
  });

  test('and only with that: states and the other outputs have none of their own', () => {
    const embedded = embedding().apply(tokens) as tf.Tensor;
    const layer = layers.lstm({ units: 2, returnSequences: true, returnState: true });
    const outputs = layer.apply(embedded) as tf.Tensor[];
    assert.deepEqual(outputs.map(maskValues), [expected, null, null]);
    const both = layers.bidirectional({ layer: layers.gru({ units: 2, returnSequences: true }), mergeMode: null });
    assert.deepEqual((both.apply(embedded) as tf.Tensor[]).map(maskValues), [expected, expected]);
  });

  test('is disposed with it', () => {
    const layer = embedding();
    const above = layers.lstm({ units: 2, returnSequences: true });
    const run = () => {
      const embedded = layer.apply(tokens) as tf.Tensor;
      const output = above.apply(embedded) as tf.Tensor;
      tf.dispose([embedded, output]);
    };
    run();
    const before = tf.memory().numTensors;
    run();
    assert.equal(tf.memory().numTensors, before);
  });

  test('a mask given by hand counts at every call with the same arguments', () => {
    const layer = layers.lstm({ units: 2 });
    const x = tf.randomNormal([2, 4, 3]);
    const kwargs = { mask: tf.tensor2d(expected, undefined, 'bool') };
    const [first, second] = [layer.apply(x, kwargs), layer.apply(x, kwargs)] as tf.Tensor[];
    assert.deepEqual(first.dataSync(), second.dataSync());
    assert.notDeepEqual(first.dataSync(), (layer.apply(x) as tf.Tensor).dataSync());
  });

  test('a nested model sees the mask of its input', () => {
    const inner = tf.sequential({ layers: [layers.lstm({ units: 2, inputShape: [4, 3] })] });
    const inputs = tf.input({ shape: [4] });
    const layer = embedding();
    const model = tf.model({ inputs, outputs: inner.apply(layer.apply(inputs) as Symbolic) as Symbolic });
    const direct = inner.layers[0].apply(layer.apply(tokens) as tf.Tensor) as tf.Tensor;
    assert.deepEqual((model.predict(tokens) as tf.Tensor).dataSync(), direct.dataSync());
  });
});

describe('the mend is needed as long as plain TensorFlow.js', () => {
  const plain = (artifacts: tf.io.ModelArtifacts) => {
    const data = tf.io.CompositeArrayBuffer.join(artifacts.weightData as ArrayBuffer);
    const weights = Buffer.from(data).toString('base64');
    const inputs = [{ values: Array.from(tokens.dataSync()), shape: tokens.shape }];
    const script = path.join(__dirname, 'plain-tfjs.cjs');
    const input = JSON.stringify([{ artifacts: { ...artifacts, weightData: undefined, weights }, inputs }]);
    const output = execFileSync(process.execPath, [script], {
      input,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    return (JSON.parse(output) as { error?: string; values?: number[] }[])[0];
  };

  test('hands a later layer the mask of an earlier one', async () => {
    const inputs = tf.input({ shape: [4] });
    const encoded = layers.lstm({ units: 2 }).apply(embedding().apply(inputs)) as Symbolic;
    const repeated = layers.repeatVector({ n: 4 }).apply(encoded) as Symbolic;
    const decoder = layers.lstm({ units: 2, returnSequences: true });
    const model = tf.model({ inputs, outputs: decoder.apply(repeated) as Symbolic });
    model.setWeights(model.getWeights().map(({ shape }, k) => tf.randomNormal(shape, 0, 1, 'float32', k + 1)));
    let artifacts: tf.io.ModelArtifacts = {};
    await model.save(
      tf.io.withSaveHandler(async (all) => {
        artifacts = all;
        return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
      }),
    );
    const { values = [] } = plain(artifacts);
    const ours = (model.predict(tokens) as tf.Tensor).dataSync();
    const difference = Math.max(...values.map((value, k) => Math.abs(value - ours[k])));
    assert.ok(difference > 1e-4, 'TensorFlow.js no longer does: lib/mends/layer-apply.ts can go');
  });
});
