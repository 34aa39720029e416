/** What a process hears that loads this library, or TensorFlow.js, twice. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';

const root = path.join(__dirname, '..', '..');
const lib = path.join(root, 'lib');
let other = '';

/** A folder with a second copy of the library, and of tfjs-core. */
before(() => {
  other = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'copies-')));
  const source = (file: string) =>
    fs.statSync(file).isDirectory() ? path.basename(file) !== 'dist' : /\.(ts|js|wasm)$/.test(file);
  fs.cpSync(lib, path.join(other, 'lib'), { recursive: true, filter: source });
  const core = path.join('node_modules', '@tensorflow', 'tfjs-core');
  for (const file of ['package.json', path.join('dist', 'tf-core.node.js')])
    fs.cpSync(path.join(root, core, file), path.join(other, 'own', core, file));
  fs.symlinkSync(path.join(root, 'node_modules'), path.join(other, 'node_modules'));
});
after(() => fs.rmSync(other, { recursive: true }));

function evaluate(script: string) {
  const env = { ...process.env, LSTM_LAB_BACKEND: 'wasm' };
  return spawnSync(process.execPath, ['--import', 'tsx', '--eval', script], { encoding: 'utf8', cwd: root, env });
}
const run = (...modules: string[]): string =>
  evaluate(modules.map((file) => `require(${JSON.stringify(file)});`).join('\n')).stderr;
const ours = () => path.join(lib, 'backend');
const lines = (stderr: string) => stderr.split('\n').filter((line) => line.startsWith('lstm-lab: '));

describe('one sentence is printed with both paths', () => {
  test('where the library is loaded twice', () => {
    const [line, ...rest] = lines(run(ours(), path.join(other, 'lib', 'backend')));
    assert.deepEqual(rest, []);
    assert.ok(line.includes(`loaded twice, from ${lib} and from ${path.join(other, 'lib')}`), line);
  });

  const second = () => path.join(other, 'own', 'node_modules', '@tensorflow', 'tfjs-core');
  for (const [when, order] of [
    ['before', () => [second(), ours()]],
    ['after', () => [ours(), second()]],
  ] as const) {
    test(`where another TensorFlow.js is loaded ${when} it`, () => {
      const found = lines(run(...order()));
      assert.equal(found.length, 1, found.join('\n'));
      assert.ok(found[0].includes(second()) && found[0].includes(path.join(root, 'node_modules')), found[0]);
    });
  }

  test('where there is one of each, nothing', () => assert.equal(run(ours(), ours()), ''));
});

test('each copy goes on computing right: the kernels of the first are not let into the memory of the second', () => {
  const copies = [lib, path.join(other, 'lib')].map((folder) => JSON.stringify(path.join(folder, 'index.ts')));
  const { stdout, stderr } = evaluate(`
    const copies = [${copies.join()}].map((file) => require(file));
    for (const { tf, layers } of copies) {
      const layer = layers.lstm({ units: 2, returnSequences: true });
      const x = tf.randomNormal([3, 5, 3], 0, 1, 'float32', 1);
      const fused = layer.apply(x);
      process.env.LSTM_LAB_KERNELS = 'portable';
      console.log(fused.sub(layer.apply(x)).abs().max().dataSync()[0] < 1e-6);
      delete process.env.LSTM_LAB_KERNELS;
    }`);
  assert.equal(stdout, 'true\ntrue\n', stderr);
});
