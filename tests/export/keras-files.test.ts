/** Models that Keras 3, Keras 2 and TensorFlow.js's converter have written; files of theirs that are damaged, or ask for what is not here. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { tf } from '../../lib/backend';
import { fromKeras } from '../../lib/export';
import { outputsOf } from './models';
import { mutations } from './mutations';
import { fixtureFile, temporaryFolder } from './peers';
import { assertSame, type Values, valuesOf } from './values';

interface Case {
  file: string;
  inputs: Values[];
  outputs: Values[];
}
const cases = JSON.parse(fs.readFileSync(fixtureFile('keras.json'), 'utf8')) as Case[];
const fixture = (name: string) => fixtureFile(path.join('keras', name));
const folder = temporaryFolder();
const put = (name: string, content: Uint8Array | string): string => {
  const file = path.join(folder, name);
  fs.writeFileSync(file, content);
  return file;
};

describe('files of Keras give the outputs of Keras', () => {
  for (const { file, inputs, outputs } of cases) {
    test(file, async () => {
      const model = await fromKeras(fixture(file));
      const given = inputs.map(({ shape, dtype, values }) => tf.tensor(values, shape, dtype as 'float32'));
      assertSame(outputsOf(model, given).map(valuesOf), outputs, file);
      model.dispose();
    });
  }
});

/** A copy of a fixture with another configuration. */
function changed(name: string, change: (config: string) => string): string {
  const members = unzipSync(fs.readFileSync(fixture(name)));
  const config = change(Buffer.from(members['config.json']).toString());
  return put(`changed-${name}`, zipSync({ ...members, 'config.json': strToU8(config) }));
}

describe('a model is refused in one sentence', () => {
  const refusals: Record<string, [file: () => string, sentence: RegExp]> = {
    'whose layer is given a mask by hand': [
      () =>
        changed('translator-3.keras', (config) =>
          config.replaceAll('"class_name": "NotEqual"', '"class_name": "Greater"'),
        ),
      /Layer "\w+" \(\w+\) is given a mask by hand that no single tensor tells; a model here keeps those that/,
    ],
    'with a layer of the user': [
      () => changed('forecaster-3.keras', (config) => config.replaceAll('"BatchNormalization"', '"MyNorm"')),
      /Layer "batch_normalization" is a MyNorm, which layers does not have/,
    ],
    'with an operation that is no layer': [
      () =>
        changed('nested-3.keras', (config) =>
          config.replace(
            '"module": "keras.layers", "class_name": "Multiply"',
            '"module": "keras.src.ops.numpy", "class_name": "Power"',
          ),
        ),
      /Layer "multiply" is the operation Power, which layers does not have/,
    ],
    'whose weights are missing': [
      () => put('empty.keras', zipSync({ 'config.json': strToU8('{}') })),
      /empty\.keras is no file of Keras 3: it holds config\.json/,
    ],
    'whose weights have other shapes': [
      () => changed('forecaster-3.keras', (config) => config.replaceAll('"units": 3', '"units": 2')),
      /has the shape \[.*\]; the layer's .* has \[/,
    ],
    'that is a zip of something else': [
      () => put('other.keras', zipSync({ 'readme.txt': strToU8('no model') })),
      /is no file of Keras 3: it holds readme\.txt/,
    ],
    'that is a text': [() => put('text.keras', 'no model'), /text\.keras is no whole zip archive/],
    'that is no HDF5': [() => put('text.h5', 'no model'), /text\.h5 is no HDF5 file/],
    'that is missing': [() => path.join(folder, 'none.h5'), /none\.h5 does not exist/],
    'whose JSON is no model': [() => put('model.json', '[1, 2]'), /model\.json holds no model of layers/],
  };
  for (const [what, [file, sentence]] of Object.entries(refusals)) {
    test(what, () => assert.rejects(fromKeras(file()), sentence));
  }

  test('whose bytes changed after they were written', async () => {
    const content = fs.readFileSync(fixture('forecaster-3.keras'));
    content[content.lastIndexOf('HDF') + 3000] ^= 1;
    await assert.rejects(fromKeras(put('bit.keras', content)), /the bytes of model\.weights\.h5 are not those that/);
  });
});

for (const name of ['classifier-3.keras', 'translator-3.h5', 'cells-2.h5']) {
  test(`${name}: changed, cut and lengthened files are read or refused in a sentence, and harm no later one`, async () => {
    const content = fs.readFileSync(fixture(name));
    const before = tf.memory().numTensors;
    for (const damaged of mutations(content, 100)) {
      const file = put(`mutated-${name}`, damaged);
      try {
        (await fromKeras(file)).dispose();
      } catch (error) {
        assert.ok(error instanceof Error && error.message.startsWith(file), String((error as Error).stack));
        assert.ok(error.message.length < 500 && !error.message.includes('\n'), error.message);
      }
    }
    (await fromKeras(fixture(name))).dispose();
    assert.equal(tf.memory().numTensors, before);
  });
}
