import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, beforeEach, describe, mock, test } from 'node:test';
import fc from 'fast-check';
import { tf } from '../../lib/backend';
import { ModelFolder } from '../../lib/backend/model-folder';
import * as layers from '../../lib/layers';
import { pathIn, serveFileUrls } from '../../lib/mends/file-urls';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'models-'));
after(() => fs.rmSync(root, { recursive: true }));
let folder: string;
beforeEach(() => {
  folder = path.join(fs.mkdtempSync(path.join(root, 'case-')), 'a model', 'é');
});

const x = tf.linspace(-1, 1, 24).reshape([2, 4, 3]);
function build(units = 3): tf.LayersModel {
  const model = tf.sequential();
  model.add(layers.lstm({ units, inputShape: [4, 3] }));
  model.add(tf.layers.dense({ units: 1 }));
  return model;
}
const outputs = (model: tf.LayersModel) => (model.predict(x) as tf.Tensor).arraySync();
const read = (name: string) => JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8'));

test('an address with a drive names it on Windows, with three strokes as with two', () => {
  const on = { platform: 'win32' };
  for (const url of ['file:///C:/a b/m', 'file://C:/a b/m']) assert.equal(pathIn(url, on), 'C:/a b/m');
  assert.equal(pathIn('file://C:\\m', on), 'C:\\m');
  assert.equal(pathIn('file://./m', on), './m');
  assert.equal(pathIn('file:///C:/m', { platform: 'linux' }), '/C:/m');
});

describe('a model at file://', () => {
  test('comes back from model.json, from its folder and from tf.io.fileSystem', async () => {
    const model = build();
    const { modelArtifactsInfo } = await model.save(`file://${folder}`);
    assert.equal(modelArtifactsInfo.weightDataBytes, fs.statSync(path.join(folder, 'weights.bin')).size);
    assert.deepEqual(fs.readdirSync(folder).sort(), ['model.json', 'weights.bin']);
    const file = path.join(folder, 'model.json');
    for (const place of [`file://${file}`, `file://${folder}`, tf.io.fileSystem(file)])
      assert.deepEqual(outputs(await tf.loadLayersModel(place)), outputs(model));
  });

  test('may be named from the working directory, and replaces the model that was there', async () => {
    const relative = `file://${path.relative(process.cwd(), folder)}`;
    await build(2).save(relative);
    const model = build(5);
    await model.save(tf.io.fileSystem(folder));
    assert.deepEqual(outputs(await tf.loadLayersModel(`${relative}/model.json`)), outputs(model));
    assert.deepEqual(fs.readdirSync(folder).sort(), ['model.json', 'weights.bin']);
  });

  test('keeps the optimizer, what the user adds, and weights in several buffers', async () => {
    const model = build();
    model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
    model.setUserDefinedMetadata({ city: 'Zürich' });
    await model.fit(x, tf.ones([2, 1]), { epochs: 1, verbose: 0 });
    await model.save(`file://${folder}`, { includeOptimizer: true });
    const loaded = await tf.loadLayersModel(`file://${folder}`);
    assert.equal((loaded.optimizer as tf.Optimizer).getClassName(), 'Adam');
    assert.deepEqual(loaded.getUserDefinedMetadata(), { city: 'Zürich' });
    const parts = new ModelFolder(folder);
    const artifacts = await parts.load();
    const data = artifacts.weightData as ArrayBuffer;
    await parts.save({ ...artifacts, weightData: [data.slice(0, 8), data.slice(8)] });
    assert.deepEqual(outputs(await tf.loadLayersModel(`file://${folder}`)), outputs(model));
  });

  test('has the files that tfjs-node writes, and reads those', { skip: tf.getBackend() !== 'tensorflow' }, async () => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- tfjs-node is there with the native backend only
    const { NodeFileSystem } = require('@tensorflow/tfjs-node-gpu/dist/io/file_system');
    const model = build();
    await model.save(`file://${folder}`);
    const theirs = path.join(root, 'theirs');
    await model.save(new NodeFileSystem(theirs));
    for (const name of ['model.json', 'weights.bin'])
      assert.deepEqual(fs.readFileSync(path.join(folder, name)), fs.readFileSync(path.join(theirs, name)), name);
    assert.deepEqual(outputs(await tf.loadLayersModel(`file://${theirs}/model.json`)), outputs(model));
  });

  test('reads shards, and two paths with a binary topology', async () => {
    await build().save(`file://${folder}`);
    const weights = fs.readFileSync(path.join(folder, 'weights.bin'));
    const content = read('model.json');
    fs.writeFileSync(path.join(folder, 'one'), weights.subarray(0, 10));
    fs.writeFileSync(path.join(folder, 'two'), weights.subarray(10));
    content.weightsManifest[0].paths = ['one', 'two'];
    fs.writeFileSync(path.join(folder, 'model.json'), JSON.stringify(content));
    const whole = await new ModelFolder(folder).load();
    assert.deepEqual(Buffer.from(whole.weightData as ArrayBuffer), weights);
    fs.writeFileSync(path.join(folder, 'graph.pb'), 'graph');
    fs.writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify(content.weightsManifest));
    const [handler] = tf.io.getLoadHandlers([`file://${folder}/graph.pb`, `file://${folder}/manifest.json`] as never);
    const binary = await handler.load!();
    assert.equal(Buffer.from(binary.modelTopology as ArrayBuffer).toString(), 'graph');
    assert.deepEqual(binary.weightData, whole.weightData);
    await assert.rejects(handler.save!(whole), /saved into one folder; got two paths/);
  });

  test('a full disk is a sentence, and the model before it stays', async () => {
    const model = build();
    await model.save(`file://${folder}`);
    const disk = mock.method(fs, 'writeSync', () => {
      throw Object.assign(new Error(), { code: 'ENOSPC' });
    });
    try {
      await assert.rejects(build().save(`file://${folder}`), /weights\.bin could not be written: the disk is full\.$/);
    } finally {
      disk.mock.restore();
    }
    assert.deepEqual(outputs(await tf.loadLayersModel(`file://${folder}`)), outputs(model));
  });

  test('says in one sentence which file is missing, cut short or no model', async () => {
    const load = () => tf.loadLayersModel(`file://${folder}/model.json`);
    await assert.rejects(load(), { message: `${path.join(folder, 'model.json')} does not exist.` });
    await build().save(`file://${folder}`);
    await assert.rejects(build().save(`file://${folder}/model.json`), /model\.json is a file; a model is saved into/);
    const weights = path.join(folder, 'weights.bin');
    fs.truncateSync(weights, 100);
    await assert.rejects(load(), /weights\.bin is damaged: it has 100 bytes, 352 were expected by model\.json\.$/);
    fs.rmSync(weights);
    await assert.rejects(load(), { message: `${weights} does not exist.` });
    for (const [content, message] of [
      ['{"modelTopology":', /model\.json is damaged: .*JSON/],
      ['[]', /model\.json holds no model: it has no modelTopology\.$/],
      ['null', /holds no model/],
      ['{"modelTopology":{},"weightsManifest":[{}]}', /is damaged: it has no list of weights and their files\.$/],
      ['{"modelTopology":{},"weightsManifest":7}', /is damaged: it has no list of weights/],
    ] as const) {
      fs.writeFileSync(path.join(folder, 'model.json'), content);
      await assert.rejects(load(), message, content);
    }
  });

  test('reads no file outside its folder, whatever it names, and says when its folder cannot be made', async () => {
    await build().save(`file://${folder}`);
    const model = read('model.json');
    const weights = path.join(folder, 'weights.bin');
    fs.renameSync(weights, path.join(folder, '..', 'weights.bin'));
    for (const name of ['../weights.bin', path.join(folder, '..', 'weights.bin'), 'a/../../weights.bin']) {
      model.weightsManifest[0].paths = [name];
      fs.writeFileSync(path.join(folder, 'model.json'), JSON.stringify(model));
      await assert.rejects(tf.loadLayersModel(`file://${folder}/model.json`), /names another outside that folder/);
    }
    const inFile = path.join(folder, 'model.json', 'inner', 'deep');
    await assert.rejects(build().save(`file://${inFile}`), {
      name: 'WriteError',
      message: /could not be written: its folder is a file/,
    });
  });

  test('any damage to its manifest or weights gives a model or one sentence', async () => {
    await build().save(`file://${folder}`);
    const whole = ['model.json', 'weights.bin'].map((name) => ({
      name,
      bytes: fs.readFileSync(path.join(folder, name)),
    }));
    const damage = fc.tuple(
      fc.nat(1),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.nat(40),
      fc.uint8Array({ maxLength: 4 }),
    );
    await fc.assert(
      fc.asyncProperty(damage, async ([which, share, cut, put]) => {
        for (const { name, bytes } of whole) fs.writeFileSync(path.join(folder, name), bytes);
        const { name, bytes } = whole[which];
        const at = Math.floor(share * bytes.length);
        fs.writeFileSync(
          path.join(folder, name),
          Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + cut)]),
        );
        try {
          await new ModelFolder(folder).load();
        } catch (error) {
          const { message } = error as Error;
          assert.ok(message.startsWith(folder) && !message.includes('\n'), message);
        }
      }),
      { numRuns: 150 },
    );
  });
});

test('a second tfjs-node beside ours is no second handler', () => {
  const router = (url: string | string[]) =>
    String(url).startsWith('file://') ? new ModelFolder('/') : (null as never);
  tf.io.registerSaveRouter(router);
  tf.io.registerLoadRouter(router);
  serveFileUrls(tf, () => assert.fail('it is served already'));
  assert.equal(tf.io.getSaveHandlers('file:///tmp/x').length, 1);
  assert.equal(tf.io.getLoadHandlers('file:///tmp/x').length, 1);
  assert.equal(tf.io.getSaveHandlers('https://example.test')[0].constructor.name, 'HTTPRequest');
});

test('TensorFlow.js alone still has no handler for file://', () => {
  const program =
    "process.stdout.write(String(require('@tensorflow/tfjs').io.getSaveHandlers('file:///tmp/x').length))";
  assert.equal(execFileSync(process.execPath, ['-e', program], { encoding: 'utf8' }), '0');
});
