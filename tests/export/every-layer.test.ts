/** Every layer of `layers` against every format: what a format does not hold it names, so that a new layer cannot be forgotten. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { tf } from '../../lib/backend';
import { fromBundle, toBundle, toKeras, toONNX } from '../../lib/export';
import * as layers from '../../lib/layers';
import { fill, inputsOf, otherModels, outputsOf } from './models';
import { temporaryFolder } from './peers';
import { assertSame, valuesOf } from './values';

type Make = () => tf.LayersModel;
type Symbolic = tf.SymbolicTensor;

const folder = temporaryFolder();
const over =
  (shape: (number | null)[], ...stack: (() => tf.layers.Layer)[]): Make =>
  () => {
    const x = tf.input({ shape });
    return tf.model({ inputs: x, outputs: stack.reduce<Symbolic>((y, make) => make().apply(y) as Symbolic, x) });
  };
const sequence = (make: () => tf.layers.Layer): Make => over([5, 4], make);
const cell = (make: () => tf.layers.RNNCell): Make => sequence(() => layers.rnn({ cell: make() }));
const words =
  (make: (embedding: tf.layers.Layer) => tf.layers.Layer): Make =>
  () => {
    const x = tf.input({ shape: [5], dtype: 'int32' });
    const embedding = layers.embedding({ inputDim: 7, outputDim: 4 });
    return tf.model({ inputs: x, outputs: make(embedding).apply(embedding.apply(x)) as Symbolic });
  };
const pair = (make: () => tf.layers.Layer): Make => {
  return () => {
    const inputs = [tf.input({ shape: [5, 4] }), tf.input({ shape: [5, 4] })];
    return tf.model({ inputs, outputs: make().apply(inputs) as Symbolic });
  };
};
const units = { units: 3 };

/** A model around each factory of `layers`, by its name. */
const models: Record<string, Make> = {
  ...otherModels,
  additiveAttention: pair(() => layers.additiveAttention()),
  adaptiveSoftmax: words(() => layers.adaptiveSoftmax({ units: 9, cutoffs: [3], divValue: 2 })),
  attention: pair(() => layers.attention()),
  attentionPooling: sequence(() => layers.attentionPooling()),
  bidirectional: sequence(() => layers.bidirectional({ layer: layers.lstm(units) })),
  categoryEncoding: over([1], () => layers.categoryEncoding({ numTokens: 7, outputMode: 'multiHot' })),
  convLstm2dCell: over([3, 5, 4, 2], () =>
    layers.rnn({ cell: layers.convLstm2dCell({ filters: 2, kernelSize: 2 }) as never }),
  ),
  dense: sequence(() => layers.dense(units)),
  dropout: sequence(() => layers.dropout({ rate: 0.1 })),
  embedding: words(() => layers.activation({ activation: 'tanh' })),
  globalAveragePooling1d: sequence(() => layers.globalAveragePooling1d()),
  globalMaxPooling1d: sequence(() => layers.globalMaxPooling1d()),
  gru: sequence(() => layers.gru(units)),
  gruCell: cell(() => layers.gruCell(units)),
  layerNormLSTM: sequence(() => layers.layerNormLSTM(units)),
  layerNormLSTMCell: cell(() => layers.layerNormLSTMCell(units)),
  lstm: sequence(() => layers.lstm(units)),
  lstmCell: cell(() => layers.lstmCell(units)),
  masking: sequence(() => layers.masking()),
  minGRU: sequence(() => layers.minGRU(units)),
  minGRUCell: cell(() => layers.minGRUCell(units)),
  minLSTM: sequence(() => layers.minLSTM(units)),
  minLSTMCell: cell(() => layers.minLSTMCell(units)),
  multiHeadAttention: sequence(() => layers.multiHeadAttention({ numHeads: 2, keyDim: 2 })),
  peepholeLSTM: sequence(() => layers.peepholeLSTM(units)),
  peepholeLSTMCell: cell(() => layers.peepholeLSTMCell(units)),
  positionEmbedding: sequence(() => layers.positionEmbedding({ sequenceLength: 8 })),
  randomWidth: over([6, 5, 2], () => layers.randomWidth({ factor: 0.1 })),
  resizing: over([6, 5, 2], () => layers.resizing({ height: 3, width: 3 })),
  rnn: cell(() => layers.simpleRNNCell(units)),
  sLSTM: sequence(() => layers.sLSTM(units)),
  sLSTMCell: cell(() => layers.sLSTMCell(units)),
  sequenceMask: () => {
    const inputs = [tf.input({ shape: [5, 4] }), tf.input({ shape: [1] })];
    const marked = layers.sequenceMask().apply(inputs) as Symbolic;
    return tf.model({ inputs, outputs: layers.lstm(units).apply(marked) as Symbolic });
  },
  simpleRNN: sequence(() => layers.simpleRNN(units)),
  simpleRNNCell: cell(() => layers.simpleRNNCell(units)),
  stackedRNNCells: cell(() => layers.stackedRNNCells({ cells: [layers.lstmCell(units), layers.gruCell(units)] })),
  thresholdedReLU: sequence(() => layers.thresholdedReLU({ theta: 0.1 })),
  tiedDense: words((embedding) => layers.tiedDense({ embedding })),
  timeDistributed: sequence(() => layers.timeDistributed({ layer: layers.dense(units) })),
};

const notInKeras =
  'adaptiveSoftmax attentionPooling layerNormLSTM layerNormLSTMCell minGRU minGRUCell minLSTM minLSTMCell peepholeLSTM peepholeLSTMCell positionEmbedding randomWidth sLSTM sLSTMCell sequenceMask thresholdedReLU tiedDense'.split(
    ' ',
  );
const notInOnnx =
  'categoryEncoding centerCrop conv2dTranspose conv3dTranspose convLstm2d cropping2D depthwiseConv2d layerNormLSTM layerNormLSTMCell minGRU minGRUCell minLSTM minLSTMCell peepholeLSTM peepholeLSTMCell randomWidth resizing sLSTM sLSTMCell separableConv2d thresholdedReLU upSampling2d zeroPadding2d'.split(
    ' ',
  );

/** The factories, without what makes no layer, and without other names of the same. */
const factories = [
  ...new Map(
    Object.entries(layers)
      .filter(([name, make]) => typeof make === 'function' && /^[a-z]/.test(name))
      .filter(([name]) => !['input', 'inputLayer', 'maskOf', 'suitsCard'].includes(name))
      .map(([name, make]) => [make, name] as const)
      .reverse(),
  ).values(),
].filter((name) => !/^avgPool|^(max|globalMax)Pool\d|^avgPooling/.test(name));

/** A cell of pictures goes into no recurrent layer of sequences, so there is no model around it. */
const without = ['convLstm2dCell', ...(tf.getBackend() === 'wasm' ? ['conv3dTranspose'] : [])];

test('there is a model around every layer', () => {
  assert.deepEqual(
    factories.filter((name) => !without.includes(name) && !Object.hasOwn(models, name)),
    [],
  );
  assert.ok(factories.length > 70, String(factories.length));
});

for (const name of factories.filter((one) => !without.includes(one) && Object.hasOwn(models, one))) {
  test(`layers.${name} goes to each format, or is named`, async () => {
    const model = models[name]();
    const names = model.layers.map((layer) => layer.name);
    const isNamed = (error: Error) => {
      const [, layer, what] = /Layer "([^"]+)" (is|walks) an? \w+/.exec(error.message) ?? [];
      return (
        what !== undefined &&
        (names.includes(layer) || name.endsWith('Cell')) &&
        /Keras 3 does not have|ONNX/.test(error.message)
      );
    };
    for (const [write, refused, file] of [
      [toKeras, notInKeras, 'model.keras'],
      [toKeras, notInKeras, 'model.h5'],
      [toONNX, notInOnnx, 'model.onnx'],
    ] as const) {
      const written = write(model, path.join(folder, file));
      if (refused.includes(name)) await assert.rejects(written, isNamed, `${name}, ${file}`);
      else await written;
    }
  });
}

test('a bundle holds every layer of sequences', async () => {
  const file = path.join(folder, 'model.lstm');
  const isSequence = (model: tf.LayersModel) =>
    model.inputs.length === 1 && model.inputs[0].shape.length === 3 && model.outputs.length === 1;
  let count = 0;
  for (const name of factories.filter((one) => !without.includes(one) && !/noise|dropout/i.test(one))) {
    const model = models[name]();
    if (!isSequence(model) || name === 'randomWidth') continue;
    await toBundle(fill(model), file, { task: 'regress' });
    const bundle = await fromBundle(file);
    const inputs = inputsOf(model);
    assertSame(outputsOf(bundle.model, inputs).map(valuesOf), outputsOf(model, inputs).map(valuesOf), name);
    bundle.dispose();
    count++;
  }
  assert.ok(count > 40, String(count));
});
