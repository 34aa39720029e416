import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { tf } from '../../lib/backend';
import { fromKeras, toKeras } from '../../lib/export';
import * as layers from '../../lib/layers';
import { fill, inputsOf, otherModels, recurrentModels } from './models';
import { askPeer, needs, temporaryFolder } from './peers';

interface Values {
  shape: number[];
  values: number[];
}

const folder = temporaryFolder();
const all = { ...recurrentModels, ...otherModels };
const outputsOf = (model: tf.LayersModel, inputs: tf.Tensor[]): tf.Tensor[] => [model.predict(inputs)].flat();
const valuesOf = (tensor: tf.Tensor) => ({ shape: tensor.shape, values: Array.from(tensor.dataSync()) });

function assertSame(actual: Values[], expected: Values[], what: string): void {
  assert.deepEqual(
    actual.map(({ shape }) => shape),
    expected.map(({ shape }) => shape),
    what,
  );
  expected.forEach(({ values }, k) =>
    values.forEach((value, i) => assert.ok(Math.abs(actual[k].values[i] - value) <= 1e-5, `${what}: ${k}, ${i}`)),
  );
}

for (const extension of ['.keras']) {
  describe(`models as ${extension}`, () => {
    const cases: { name: string; file: string; inputs: unknown[]; outputs: Values[] }[] = [];
    before(async () => {
      for (const [name, make] of Object.entries(all)) {
        const file = path.join(folder, `${cases.length}${extension}`);
        const model = fill(make());
        const inputs = inputsOf(model);
        await toKeras(model, file);
        const outputs = outputsOf(model, inputs).map(valuesOf);
        cases.push({ name, file, inputs: inputs.map((x) => ({ ...valuesOf(x), dtype: x.dtype })), outputs });
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
    /Layer "pool" is a AttentionPooling, which Keras 3 does not have/,
  );
});
