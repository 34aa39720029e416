import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { backendInfo, tf } from '../../lib/backend';
import { main } from '../../lib/cli/main';
import { fromKeras, fromSafetensors, toBundle, toKeras, toTorch } from '../../lib/export';
import { tierTable } from '../../lib/kernels';
import * as layers from '../../lib/layers';
import * as text from '../../lib/text';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lstm-cli-'));
after(() => fs.rmSync(folder, { recursive: true, force: true }));
const inFolder = (...names: string[]) => path.join(folder, ...names);

async function run(...line: string[]): Promise<{ code: number; out: string; error: string }> {
  const said = { out: '', error: '' };
  const code = await main(line, { out: (text) => (said.out += text), error: (text) => (said.error += text) });
  return { code, ...said };
}

const x = tf.tensor3d([0.1, -0.2, 0.3, 0.4, 0.5, 0.6], [1, 3, 2]);
let expected: number[];
const outputOf = (model: tf.LayersModel) => Array.from((model.predict(x) as tf.Tensor).dataSync());

before(async () => {
  const model = tf.sequential({
    layers: [layers.lstm({ units: 3, inputShape: [null, 2], name: 'reader' }), layers.dense({ units: 1 })],
  });
  expected = outputOf(model);
  await toKeras(model, inFolder('model.keras'));
  await toBundle(model, inFolder('series.lstm'), { task: 'regress', title: 'Tides' });
  await toTorch({ 'lstm.weight': tf.ones([2, 3]) }, inFolder('weights.pt'));
});

describe('lstm-lab convert', () => {
  test('takes a model through every format that can be read', async () => {
    const files = [['model.keras'], ['again.h5'], ['folder', 'model.json'], ['last.keras']].map((names) =>
      inFolder(...names),
    );
    for (const [k, file] of files.slice(1).entries()) {
      const { code, out, error } = await run('convert', files[k], file);
      assert.equal(code, 0, error);
      assert.match(out, /: \d layers, 76 parameters, as /);
    }
    outputOf(await fromKeras(files[3])).forEach((value, i) => assert.ok(Math.abs(value - expected[i]) < 1e-6));
  });

  test('takes a model to ONNX and back', async () => {
    assert.equal((await run('convert', inFolder('model.keras'), inFolder('model.onnx'))).code, 0);
    const { code, error } = await run('convert', inFolder('model.onnx'), inFolder('back.keras'));
    assert.equal(code, 0, error);
    outputOf(await fromKeras(inFolder('back.keras'))).forEach((value, i) =>
      assert.ok(Math.abs(value - expected[i]) < 1e-6),
    );
  });

  test('takes the model out of a bundle', async () => {
    const { code, error } = await run('convert', inFolder('series.lstm'), inFolder('series.keras'));
    assert.equal(code, 0, error);
    outputOf(await fromKeras(inFolder('series.keras'))).forEach((value, i) =>
      assert.ok(Math.abs(value - expected[i]) < 1e-6),
    );
  });

  test('takes tensors from PyTorch to safetensors', async () => {
    const file = inFolder('weights.safetensors');
    const { out } = await run('convert', inFolder('weights.pt'), file);
    assert.match(out, /1 tensors, as safetensors/);
    assert.deepEqual((await fromSafetensors(file))['lstm.weight'].shape, [2, 3]);
  });

  const refusals: Record<string, [names: string[], sentence: RegExp]> = {
    'a format that nobody knows': [['model.keras', 'model.tflite'], /known are \.keras, \.h5/],
    'a model as tensors': [['model.keras', 'model.safetensors'], /holds a model, a file of safetensors tensors/],
    'to write a bundle': [['model.keras', 'model.lstm'], /a bundle holds more than a model: .* write it by toBundle/],
    'a file that is missing': [['none.keras', 'model.onnx'], /none\.keras does not exist/],
    'a name that TensorFlow.js does not have': [['model.keras', 'other.json'], /name it FOLDER\/model\.json/],
  };
  for (const [what, [names, sentence]] of Object.entries(refusals)) {
    test(`refuses ${what} in one sentence`, async () => {
      const { code, out, error } = await run('convert', ...names.map((name) => inFolder(name)));
      assert.deepEqual([code, out], [1, '']);
      assert.match(error, sentence);
      assert.equal(error.trim().split('\n').length, 1);
    });
  }
});

describe('lstm-lab inspect', () => {
  test('shows layers, shapes, parameters and where a model can go', async () => {
    const { code, out } = await run('inspect', inFolder('model.keras'));
    assert.equal(code, 0);
    assert.match(out, /Keras 3, Sequential "\w+", 76 parameters/);
    assert.match(out, /reader\s+LSTM\s+\[\?, 3\]\s+72/);
    assert.match(out, /It can go to Keras 3 \(\.keras\), .*ONNX \(\.onnx\), TensorFlow\.js/);
  });

  test('says why a model cannot go to a format', async () => {
    const border = layers.zeroPadding2d({ padding: 1, inputShape: [4, 4, 1], name: 'border' } as never);
    await toKeras(tf.sequential({ layers: [border] }), inFolder('picture.keras'));
    const { out } = await run('inspect', inFolder('picture.keras'));
    assert.match(out, /Not to ONNX: Layer "border" is a ZeroPadding2D, which cannot go to ONNX\./);
  });

  test('says what a bundle reads and answers, and where its model can go', async () => {
    const { code, out, error } = await run('inspect', inFolder('series.lstm'));
    assert.equal(code, 0, error);
    assert.match(out, /series\.lstm: bundle, Sequential "\w+", 76 parameters/);
    assert.match(
      out,
      /Title: Tides\nTask: regress\nReads: windows of any number of steps with 2 numbers each\nWritten by lstm-lab \d/,
    );
    assert.match(out, /Its model: It can go to Keras 3 \(\.keras\)/);
    const vocabulary = text.Vocabulary.fromTokens([['fine', 'bad', 'fine']]);
    const classifier = tf.sequential({
      layers: [
        layers.embedding({ inputDim: 4, outputDim: 2, inputShape: [null] }),
        layers.lstm({ units: 2 }),
        layers.dense({ units: 1, activation: 'sigmoid' }),
      ],
    });
    const options = { task: 'classify', vocabulary, padding: { maxLen: 9 }, labels: ['bad', 'good'] } as const;
    await toBundle(classifier, inFolder('reviews.lstm'), { ...options, labels: [...options.labels] });
    const reviews = await run('inspect', inFolder('reviews.lstm'));
    assert.match(
      reviews.out,
      /Task: classify, one of bad, good\nReads: texts, cut into words, a vocabulary of 4 tokens, 9 of them at a time/,
    );
  });

  test('says what the functions of a SavedModel take and give', async () => {
    const folder = path.resolve(__dirname, '../export/fixtures/saved-model/kinds');
    const { code, out, error } = await run('inspect', folder);
    assert.equal(code, 0, error);
    assert.match(out, /kinds: SavedModel of TensorFlow, tags \[serve\], 2 signatures/);
    assert.match(out, /read\s+takes\s+text\s+string\s+\[\?\]\n/);
    assert.match(out, /scale\s+gives\s+y\s+float64\s+\[\?, 2\]\n/);
    const refused = await run('convert', folder, inFolder('kinds.keras'));
    assert.equal(refused.code, 1);
    assert.match(
      refused.error,
      /kinds is a SavedModel: a graph, without .* convert the \.keras file of the same model\.\n$/,
    );
  });

  test('shows tensors', async () => {
    const { out } = await run('inspect', inFolder('weights.pt'));
    assert.match(out, /PyTorch, 1 tensors, 6 numbers[\s\S]*lstm\.weight\s+float32\s+\[2,3\]\s+6/);
  });
});

describe('a command line that is wrong', () => {
  test('gets the nearest command', async () => {
    const { code, error } = await run('covert', 'a', 'b');
    assert.equal(code, 2);
    assert.match(error, /has no command "covert"; did you mean "convert"\?/);
  });

  test('is told how many names a command takes', async () => {
    assert.match((await run('convert', 'a')).error, /convert takes FROM and TO; it was given 1 names/);
  });

  test('without a command shows all', async () => assert.match((await run()).out, /lstm-lab inspect FILE/));
  test('--version is the package', async () => assert.match((await run('--version')).out, /^\d+\.\d+\.\d+\n$/));
});

describe('lstm-lab doctor', () => {
  test('says what computes here, how each operation is computed, and which packages are missing', async () => {
    const { code, out } = await run('doctor');
    assert.equal(code, 0);
    const { name, tfjs } = backendInfo();
    const words = name === 'native' ? 'native TensorFlow \\d' : 'WebAssembly, \\d+ threads?: correct, and slower';
    assert.match(out, new RegExp(`^lstm-lab \\d+\\.\\d+\\.\\d+, Node \\d+.*TensorFlow\\.js ${tfjs} on ${words}`));
    const fastest = tierTable().find(({ operation, here }) => operation === 'recurrent' && here)!;
    assert.match(out, new RegExp(`✓\\s+${fastest.tier}\\s+${fastest.condition.slice(0, 10)}`));
    assert.match(out, /nodejs-polars +✓/);
  });

  test('takes no names', async () =>
    assert.match((await run('doctor', 'me')).error, /doctor takes nothing; it was given 1 names/));
});
