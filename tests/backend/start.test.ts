/** How the library starts: quietly, at once, and on whatever there is. Each test is a process of its own. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { backendInfo } from '../../lib/backend';
import { whyNotLoaded } from '../../lib/backend/load-native';

const backend = path.join(__dirname, '..', '..', 'lib', 'backend');
const product = 'process.stdout.write(String(tf.matMul(tf.ones([1, 3]), tf.ones([3, 1])).dataSync()[0]));';
const skip = backendInfo().name !== 'native' && 'needs the native backend';

function start(
  script: string,
  env: NodeJS.ProcessEnv = {},
  before = '',
): { stdout: string; stderr: string; status: number | null } {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'start-'));
  try {
    const preload = path.join(folder, 'before.cjs');
    fs.writeFileSync(preload, before);
    const code = `const { tf, backendInfo } = require(${JSON.stringify(backend)});\n${script}`;
    const {
      LSTM_LAB_BACKEND: _,
      LSTM_LAB_THREADS: __,
      LSTM_LAB_DEVICE: ____,
      TF_CPP_MIN_LOG_LEVEL: ___,
      ...rest
    } = process.env;
    const args = ['--require', preload, '--import', 'tsx', '--eval', code];
    return spawnSync(process.execPath, args, { encoding: 'utf8', env: { ...rest, ...env } });
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

describe('the backend', () => {
  test('WebAssembly starts without a word where the engine knows all its instructions, as Node 22 and 24 do', () => {
    const before = `
      const v8 = require('node:v8');
      if (parseInt(process.versions.node) < 22) v8.setFlagsFromString('--experimental-wasm-relaxed-simd');
      v8.setFlagsFromString = (flag) => console.error('Error: unrecognized flag ' + flag);`;
    const { stdout, stderr } = start(product, { LSTM_LAB_BACKEND: 'wasm' }, before);
    assert.deepEqual([stdout, stderr], ['3', '']);
  });

  test('native computes and prints nothing', { skip }, () => {
    const { stdout, stderr } = start(product);
    assert.equal(stdout, '3');
    assert.equal(stderr, '');
  });

  test(
    "asking for native operations is no error in TensorFlow's log, also where a client of Jupyter lets it speak",
    { skip },
    () => {
      assert.equal(start(product, { TF_CPP_MIN_LOG_LEVEL: '2' }).stderr, '');
    },
  );

  test(
    'the processor computes by default, and says so; a card that is asked for and not there is an error',
    { skip },
    () => {
      const said = 'process.stdout.write(backendInfo().device)';
      assert.match(start(said).stdout, /^the processor/);
      assert.match(start(said, { LSTM_LAB_DEVICE: 'cpu' }).stdout, /LSTM_LAB_DEVICE asks for it/);
      assert.match(
        start(said, { LSTM_LAB_DEVICE: 'card' }).stderr,
        /LSTM_LAB_DEVICE is 'card', expected 'auto', 'cpu' or 'gpu'/,
      );
      const hidden = { LSTM_LAB_DEVICE: 'gpu', CUDA_VISIBLE_DEVICES: '-1' };
      assert.match(start(said, hidden).stderr, /LSTM_LAB_DEVICE is 'gpu', but TensorFlow finds no card here/);
    },
  );

  test('wasm computes without anything to wait for, and leaves the events of the process alone', () => {
    const listeners = `process.stdout.write(' ' + process.listenerCount('uncaughtException') + process.listenerCount('unhandledRejection'));`;
    const { stdout, stderr } = start(product + listeners, { LSTM_LAB_BACKEND: 'wasm' });
    assert.equal(stdout, '3 00');
    assert.equal(stderr, '');
  });

  test('wasm takes over with one sentence where TensorFlow cannot be loaded', () => {
    const broken = `
      const Module = require('node:module');
      const load = Module._load;
      Module._load = (name, ...rest) => {
        if (name === '@tensorflow/tfjs-node-gpu') throw new Error('no binding here\\nRequire stack: ...');
        return load(name, ...rest);
      };`;
    const { stdout, stderr } = start(`${product} process.stdout.write(backendInfo().name);`, {}, broken);
    assert.equal(stdout, '3wasm');
    assert.match(stderr, /^lstm-lab: .*\(no binding here\).*npm run doctor.*\n$/);
    const forced = start(product, { LSTM_LAB_BACKEND: 'native' }, broken);
    assert.notEqual(forced.status, 0);
    assert.match(forced.stderr, /TensorFlow's native library cannot be used: no binding here/);
  });

  test("on Windows the sentence quotes nothing of tfjs-node's, whose advice does not help there", () => {
    const windows = `
      const Module = require('node:module');
      const load = Module._load;
      Module._load = (name, ...rest) => {
        if (name !== '@tensorflow/tfjs-node-gpu') return load(name, ...rest);
        Object.defineProperty(process, 'platform', { value: 'win32' });
        const fs = require('node:fs');
        const { existsSync } = fs;
        fs.existsSync = (file) => !/tfjs_binding/.test(file) && existsSync(file);
        return load(name, ...rest);
      };`;
    const { stdout, stderr } = start(`${product} process.stdout.write(backendInfo().name);`, {}, windows);
    assert.equal(stdout, '3wasm');
    assert.match(stderr, /^lstm-lab: .*cannot be used here \(it is not built on Windows; in WSL2 it is\), so Web.*\n$/);
  });

  test('an unknown name is an error', () => {
    const { stderr, status } = start(product, { LSTM_LAB_BACKEND: 'gpu' });
    assert.notEqual(status, 0);
    assert.match(stderr, /LSTM_LAB_BACKEND is 'gpu', expected 'native' or 'wasm'/);
  });

  test(
    'native runs where Node has lost util.isNullOrUndefined and util.isArray (tensorflow/tfjs #8609)',
    { skip },
    () => {
      const newer = `const util = require('node:util'); delete util.isNullOrUndefined; delete util.isArray;`;
      const sum = 'process.stdout.write(String(tf.sum(tf.ones([2, 3]), 1).dataSync()));';
      assert.equal(start(sum, {}, newer).stdout, '3,3');
    },
  );

  test('the plain JavaScript backend has no banner', () => {
    const { stdout, stderr } = start(`tf.setBackend('cpu'); ${product}`);
    assert.equal(stdout + stderr, '3');
  });

  test('LSTM_LAB_THREADS sets the threads', { skip }, () => {
    const { stdout } = start('process.stdout.write(String(backendInfo().threads));', { LSTM_LAB_THREADS: '1' });
    assert.equal(stdout, '1');
  });
});

test("on Windows a TensorFlow that lies beside its binding's folder is told where to", () => {
  const words =
    'The specified module could not be found.\n\\\\?\\C:\\course\\node_modules\\@tensorflow\\tfjs-node-gpu\\lib\\napi-v8\\tfjs_binding.node';
  assert.match(
    whyNotLoaded(new Error(words), 'win32'),
    /^tensorflow\.dll is not beside its binding: copy it from deps\\lib/,
  );
  assert.equal(whyNotLoaded(new Error('no binding here\nRequire stack:'), 'win32'), 'no binding here');
});
