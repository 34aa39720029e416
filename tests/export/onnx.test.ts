/** Models as graphs of ONNX: what the checker and onnxruntime say of them, and what cannot go. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { tf } from '../../lib/backend';
import { fromKeras, toONNX } from '../../lib/export';
import * as layers from '../../lib/layers';
import { transformer } from '../../lib/models';
import { fill, inputsOf, maskedReaders, maskedWords, otherModels, outputsOf, recurrentModels } from './models';
import { askPeer, fixtureFile, needs, temporaryFolder } from './peers';
import { assertSame, type Values, valuesOf } from './values';

const folder = temporaryFolder();
const peers = ['onnx', 'onnxruntime'];

interface Case {
  name: string;
  file: string;
  inputs: Values[];
  outputs: Values[];
}

async function caseOf(name: string, model: tf.LayersModel, inputs: tf.Tensor[]): Promise<Case> {
  const file = path.join(folder, `${fs.readdirSync(folder).length}.onnx`);
  await toONNX(model, file);
  const given = inputs.map((x, k) => ({ ...valuesOf(x), dtype: model.inputs[k].dtype }));
  return { name, file, inputs: given, outputs: outputsOf(model, inputs).map(valuesOf) };
}

function assertPeerAgrees(cases: Case[]): void {
  const list = path.join(folder, 'cases.json');
  fs.writeFileSync(list, JSON.stringify(cases));
  const answers = askPeer<{ error?: string; outputs?: Values[] }[]>('onnx', peers, list);
  answers.forEach(({ error, outputs }, k) => {
    assert.equal(error, undefined, cases[k].name);
    assertSame(outputs!, cases[k].outputs, cases[k].name);
  });
}

/** Layers of pictures and volumes that ONNX does not get. */
const without =
  /^(centerCrop|cropping2D|conv[23]dTranspose|depthwiseConv2d|separableConv2d|convLstm2d|upSampling2d|zeroPadding2d)$/;

describe('onnxruntime gives the outputs of the model', needs(...peers), () => {
  test('for every layer', async () => {
    const cases: Case[] = [];
    for (const [name, make] of Object.entries({ ...recurrentModels, ...otherModels })) {
      if (without.test(name)) continue;
      const model = fill(make());
      cases.push(await caseOf(name, model, inputsOf(model)));
    }
    assert.ok(cases.length > 55);
    assertPeerAgrees(cases);
  });

  test('for every size of batch and time in one file', async () => {
    const cases: Case[] = [];
    for (const name of ['any length', 'masked GRU sequence', 'Bidirectional LSTM', 'TimeDistributed Dense']) {
      const model = fill(recurrentModels[name]());
      for (const [batch, time] of [
        [1, 1],
        [64, 2],
        [2, 400],
      ])
        cases.push(await caseOf(`${name}, ${batch} × ${time}`, model, inputsOf(model, batch, time)));
    }
    assertPeerAgrees(cases);
  });

  test('with masks that begin, end and stand between, and hide whole rows', async () => {
    const tokens = maskedWords();
    const x = tf.input({ shape: [null], dtype: 'int32' });
    const vectors = layers.embedding({ inputDim: 7, outputDim: 4, maskZero: true }).apply(x) as tf.SymbolicTensor;
    const readers = [...maskedReaders(), layers.attentionPooling()];
    const outputs = readers.flatMap((layer) => layer.apply(vectors) as tf.SymbolicTensor[]);
    assertPeerAgrees([await caseOf('masks', fill(tf.model({ inputs: x, outputs })), [tokens])]);
  });

  test('for the last layers of language models, a shared table written once', async () => {
    const ends: Record<string, (embedding: tf.layers.Layer) => tf.layers.Layer> = {
      tied: (embedding) => layers.tiedDense({ embedding, activation: 'softmax' }),
      adaptive: () => layers.adaptiveSoftmax({ units: 40, cutoffs: [5, 12], divValue: 2, headBias: true }),
    };
    const cases: Case[] = [];
    for (const [name, end] of Object.entries(ends)) {
      const x = tf.input({ shape: [null], dtype: 'int32' });
      const embedding = layers.embedding({ inputDim: 40, outputDim: 30 });
      const states = layers.lstm({ units: 30, returnSequences: true }).apply(embedding.apply(x));
      const model = fill(tf.model({ inputs: x, outputs: end(embedding).apply(states) as tf.SymbolicTensor }));
      cases.push(await caseOf(name, model, [tf.tensor2d([[1, 39, 0, 7]], undefined, 'int32')]));
    }
    const [kernels, table] = [4 * 30 * (30 + 30 + 1), 40 * 30];
    assert.ok(fs.statSync(cases[0].file).size < 4 * (kernels + 2 * table));
    assertPeerAgrees(cases);
  });

  test('for a Transformer, at several lengths', async () => {
    const model = fill(transformer({ tokens: 7, context: 9, size: 4, heads: 2 }));
    const cases: Case[] = [];
    for (const time of [1, 5, 9]) cases.push(await caseOf(`Transformer, ${time}`, model, inputsOf(model, 2, time)));
    assertPeerAgrees(cases);
  });

  test('with states that another network hands over', async () => {
    const [x, h, c] = [[null, 4], [3], [3]].map((shape) => tf.input({ shape }));
    const decoder = layers.lstm({ units: 3, returnSequences: true, returnState: true });
    const outputs = decoder.apply(x, { initialState: [h, c] }) as tf.SymbolicTensor[];
    const model = fill(tf.model({ inputs: [x, h, c], outputs }));
    assertPeerAgrees([await caseOf('states', model, inputsOf(model))]);
  });

  test('for models that Keras has written', async () => {
    const listed = JSON.parse(fs.readFileSync(fixtureFile('keras.json'), 'utf8')) as Case[];
    const cases: Case[] = [];
    for (const { file, inputs, outputs } of listed.filter((one) =>
      /^(?!generator).*(3\.keras|2\.h5)$/.test(one.file),
    )) {
      const model = await fromKeras(fixtureFile(path.join('keras', file)));
      const tensors = inputs.map(({ values, shape, dtype }) => tf.tensor(values, shape, dtype as 'float32'));
      cases.push({ ...(await caseOf(file, model, tensors)), outputs });
    }
    assert.ok(cases.length > 10);
    assertPeerAgrees(cases);
  });

  test('for products over an axis', async () => {
    const [x, y] = [tf.input({ shape: [5, 4] }), tf.input({ shape: [3, 4] })];
    const scores = layers.dot({ axes: [2, 2] }).apply([x, y]) as tf.SymbolicTensor;
    const weights = layers.activation({ activation: 'softmax' }).apply(scores) as tf.SymbolicTensor;
    const rows = [x, y].map((one) => layers.globalMaxPooling1d().apply(one) as tf.SymbolicTensor);
    const outputs = [
      layers.dot({ axes: [2, 1] }).apply([weights, y]),
      layers.dot({ axes: 1, normalize: true }).apply(rows),
    ];
    const model = tf.model({ inputs: [x, y], outputs: outputs as tf.SymbolicTensor[] });
    assertPeerAgrees([await caseOf('products', model, inputsOf(model))]);
  });

  test('for every activation', async () => {
    const names =
      'elu gelu hardSigmoid linear logSoftmax mish relu relu6 selu sigmoid softmax softplus softsign swish tanh';
    const x = tf.input({ shape: [5, 4] });
    const outputs = names
      .split(' ')
      .map((activation) => layers.dense({ units: 3, activation: activation as 'relu' }).apply(x) as tf.SymbolicTensor);
    const inner = ['elu', 'hardSigmoid', 'linear', 'relu', 'sigmoid', 'softplus', 'softsign'] as const;
    outputs.push(...inner.map((activation) => layers.gru({ units: 3, activation }).apply(x) as tf.SymbolicTensor));
    const model = fill(tf.model({ inputs: x, outputs }));
    assertPeerAgrees([await caseOf('activations', model, inputsOf(model))]);
  });
});

describe('what ONNX cannot hold is named', () => {
  const file = path.join(folder, 'refused.onnx');
  const sequential = (...stack: tf.layers.Layer[]) => tf.sequential({ layers: stack });
  const input = { inputShape: [5, 4] };
  const refusals: Record<string, [make: () => tf.LayersModel, sentence: RegExp]> = {
    'a layer': [
      () => sequential(layers.zeroPadding2d({ padding: 1, inputShape: [4, 4, 1], name: 'border' } as never)),
      /Layer "border" is a ZeroPadding2D, which cannot go to ONNX/,
    ],
    'an activation inside a cell': [
      () => sequential(layers.lstm({ units: 2, activation: 'swish', name: 'reader', ...input })),
      /Layer "reader" has the activation swish, which ONNX's recurrent operators do not have/,
    ],
    'a state that stays': [
      () => sequential(layers.lstm({ units: 2, stateful: true, batchInputShape: [2, 5, 4], name: 'reader' })),
      /Layer "reader" is stateful/,
    ],
  };
  for (const [what, [make, sentence]] of Object.entries(refusals)) {
    test(what, async () => {
      await assert.rejects(toONNX(make(), file), sentence);
      assert.ok(!fs.existsSync(file));
    });
  }
});

test('the same model gives the same bytes', async () => {
  const model = fill(recurrentModels['Bidirectional LSTM']());
  const files = ['one.onnx', 'two.onnx'].map((name) => path.join(folder, name));
  for (const file of files) await toONNX(model, file);
  assert.deepEqual(fs.readFileSync(files[0]), fs.readFileSync(files[1]));
});
