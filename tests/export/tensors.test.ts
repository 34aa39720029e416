import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { tf } from '../../lib/backend';
import { fromSafetensors, fromTorch, toSafetensors, toTorch } from '../../lib/export';
import * as torch from '../../lib/torch';
import { askPeer, fixtureFile, needs, temporaryFolder } from './peers';

interface Values {
  shape: number[];
  values: number[];
}
interface Network {
  name: string;
  class: 'LSTM' | 'GRU' | 'RNN';
  args: torch.RecurrentArgs;
  file: string;
  x: Values;
  output: Values;
}
const fixture: { files: Record<string, Record<string, Values>>; networks: Network[] } = JSON.parse(
  fs.readFileSync(fixtureFile('torch.json'), 'utf8'),
);
const folder = temporaryFolder();
const read = (file: string) => (file.endsWith('.pt') ? fromTorch(file) : fromSafetensors(file));

describe('tensors that PyTorch and safetensors have written', () => {
  for (const [file, expected] of Object.entries(fixture.files)) {
    test(file, async () => {
      const tensors = await read(fixtureFile(file));
      assert.deepEqual(Object.keys(tensors).sort(), Object.keys(expected).sort());
      for (const [name, { shape, values }] of Object.entries(expected)) {
        assert.deepEqual(tensors[name].shape, shape, name);
        assert.deepEqual(Array.from(tensors[name].dataSync()), values.map(Math.fround), name);
      }
      tf.dispose(tensors);
    });
  }

  for (const one of fixture.networks) {
    test(`a state dict of ${one.name} gives PyTorch's outputs`, async () => {
      const network = new torch[one.class](one.args) as torch.LSTM;
      network.loadStateDict(await fromTorch(fixtureFile(one.file)));
      const [output] = network.forward(tf.tensor3d(one.x.values, one.x.shape as never)) as [tf.Tensor, unknown];
      assert.deepEqual(output.shape, one.output.shape);
      const values = output.dataSync();
      one.output.values.forEach((value, i) => assert.ok(Math.abs(values[i] - value) < 1e-6, `${i}`));
    });
  }
});

const written = (): Record<string, tf.Tensor> => ({
  'lstm.weight': tf.randomNormal([4, 3], 0, 1, 'float32', 1),
  flags: tf.tensor([1, 0, 1], [3], 'bool'),
  ids: tf.tensor2d([[-1, 2 ** 31 - 1]], [1, 2], 'int32'),
  scalar: tf.scalar(0.1),
  empty: tf.zeros([0, 2]),
  'größe "a/b"': tf.tensor1d([1, NaN, Infinity]),
});

for (const [format, modules, write, extension] of [
  ['torch', ['torch'], toTorch, '.pt'],
  ['safetensors', ['safetensors'], toSafetensors, '.safetensors'],
] as const) {
  describe(`tensors written as ${format}`, () => {
    const file = path.join(folder, `written${extension}`);
    const tensors = written();

    test('come back', async () => {
      await write(tensors, file);
      const back = await read(file);
      assert.deepEqual(Object.keys(back).sort(), Object.keys(tensors).sort());
      for (const [name, tensor] of Object.entries(tensors)) {
        assert.deepEqual([back[name].shape, back[name].dtype], [tensor.shape, tensor.dtype], name);
        assert.deepEqual(back[name].dataSync(), tensor.dataSync(), name);
      }
    });

    test('are read by the library itself', needs(...modules), async () => {
      const finite = Object.fromEntries(Object.entries(tensors).filter(([name]) => !name.startsWith('gr')));
      await write(finite, file);
      const seen = askPeer<Record<string, Values & { dtype: string }>>(format, modules, file);
      assert.deepEqual(Object.keys(seen).sort(), Object.keys(finite).sort());
      for (const [name, { shape, dtype, values }] of Object.entries(seen)) {
        assert.deepEqual([shape, dtype], [finite[name].shape, finite[name].dtype], name);
        assert.deepEqual(values, Array.from(finite[name].dataSync()), name);
      }
    });

    test('are refused by name when no file can hold them', async () => {
      const texts = { 'a text': tf.tensor1d(['a']) };
      await assert.rejects(write(texts, file), /"a text" holds string; only float32, int32 and bool can be written/);
      const number = { weight: 3 as unknown as tf.Tensor };
      await assert.rejects(write(number, file), /"weight" is no tensor/);
    });
  });
}

test('a parameter file is written whole or not at all', async () => {
  const file = path.join(folder, 'kept.pt');
  await toTorch({ weight: tf.scalar(1) }, file);
  await assert.rejects(toTorch({ weight: tf.tensor1d(['a']) }, file));
  assert.equal((await fromTorch(file)).weight.dataSync()[0], 1);
  await assert.rejects(
    toTorch({ weight: tf.scalar(1) }, path.join(folder, 'no-such-folder', 'a.pt')),
    /does not exist/,
  );
});
