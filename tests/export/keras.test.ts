import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { tf } from '../../lib/backend';
import { fromKeras, toKeras } from '../../lib/export';
import * as layers from '../../lib/layers';
import { assertSame, type Values, valuesOf } from './values';
import { fill, inputsOf, otherModels, outputsOf, recurrentModels } from './models';
import { askPeer, needs, temporaryFolder } from './peers';

const folder = temporaryFolder();
const all = { ...recurrentModels, ...otherModels };

for (const extension of ['.keras', '.h5']) {
  describe(`models as ${extension}`, () => {
    const cases: { name: string; file: string; inputs: Values[]; outputs: Values[] }[] = [];
    before(async () => {
      for (const [name, make] of Object.entries(all)) {
        const file = path.join(folder, `${cases.length}${extension}`);
        const model = fill(make());
        const inputs = inputsOf(model);
        await toKeras(model, file);
        cases.push({ name, file, inputs: inputs.map(valuesOf), outputs: outputsOf(model, inputs).map(valuesOf) });
      }
    });

    test('come back and predict the same', async () => {
      for (const { name, file, outputs } of cases) {
        const model = await fromKeras(file);
        assertSame(outputsOf(model, inputsOf(model)).map(valuesOf), outputs, name);
        model.dispose();
      }
    });

    test('Keras 3 loads them and predicts the same', needs('keras', 'tensorflow'), () => {
      const list = path.join(folder, 'cases.json');
      fs.writeFileSync(list, JSON.stringify(cases));
      const answers = askPeer<{ error?: string; outputs?: Values[] }[]>('keras', ['keras', 'tensorflow'], list);
      answers.forEach(({ error, outputs }, k) => {
        assert.equal(error, undefined, cases[k].name);
        assertSame(outputs!, cases[k].outputs, cases[k].name);
      });
    });
  });
}

test('a layer that Keras does not have is named', async () => {
  const model = tf.sequential({ layers: [layers.attentionPooling({ inputShape: [5, 4], name: 'pool' } as never)] });
  await assert.rejects(
    toKeras(model, path.join(folder, 'pool.keras')),
    /Layer "pool" is an AttentionPooling, which Keras 3 does not have/,
  );
  const embedding = layers.embedding({ inputDim: 5, outputDim: 3 });
  const tied = tf.sequential({ layers: [embedding, layers.tiedDense({ embedding, name: 'shared' })] });
  await assert.rejects(
    toKeras(tied, path.join(folder, 'tied.keras')),
    /Layer "shared" is a TiedDense, which Keras 3 does not have/,
  );
});
