/** Every layer of `layers` against every format: what a format does not hold it names, so that a new layer cannot be forgotten. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import type { tf } from '../../lib/backend';
import { fromBundle, toBundle, toKeras, toONNX } from '../../lib/export';
import { factories, models, without } from './layer-models';
import { fill, inputsOf, outputsOf } from './models';
import { temporaryFolder } from './peers';
import { assertSame, valuesOf } from './values';

const folder = temporaryFolder();

const notInKeras =
  'adaptiveSoftmax attentionPooling layerNormLSTM layerNormLSTMCell minGRU minGRUCell minLSTM minLSTMCell peepholeLSTM peepholeLSTMCell positionEmbedding randomWidth sLSTM sLSTMCell sequenceMask thresholdedReLU tiedDense'.split(
    ' ',
  );
const notInOnnx =
  'categoryEncoding centerCrop conv2dTranspose conv3dTranspose convLstm2d cropping2D depthwiseConv2d layerNormLSTM layerNormLSTMCell minGRU minGRUCell minLSTM minLSTMCell peepholeLSTM peepholeLSTMCell randomWidth resizing sLSTM sLSTMCell separableConv2d thresholdedReLU upSampling2d zeroPadding2d'.split(
    ' ',
  );

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
