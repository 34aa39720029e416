/** The stand-in for @tensorflow/tfjs-node: danfojs loads and computes where there is no binding too, and changes no backend. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';

const root = path.resolve(__dirname, '../..');
const program = `
  const { tf } = require('lstm-lab');
  const before = tf.getBackend();
  const dfd = require('danfojs-node');
  const frame = new dfd.DataFrame({ month: [1, 1, 2], rain: [2, 4, 9] });
  const means = frame.groupby(['month']).col(['rain']).mean();
  console.log(JSON.stringify([dfd.tensorflow === undefined || dfd.tensorflow.engine() === tf.engine(), before === tf.getBackend(), before, means.values]));`;
const withoutBinding = `
  const Module = require('node:module');
  const load = Module._load;
  Module._load = (name, ...rest) => {
    if (name === '@tensorflow/tfjs-node-gpu') throw new Error('no binding here');
    return load(name, ...rest);
  };`;

const run = (code: string, env: NodeJS.ProcessEnv = {}) => {
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', code], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, LSTM_LAB_BACKEND: '', ...env },
  });
  assert.notEqual(stdout, '', stderr);
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as [boolean, boolean, string, unknown];
};
const means = [
  [1, 3],
  [2, 9],
];

test('danfojs computes without a binding, as on Windows', () => {
  assert.deepEqual(run(`${withoutBinding}${program}`), [true, true, 'wasm', means]);
});

test('danfojs leaves WebAssembly in its place where it was asked for', () => {
  assert.deepEqual(run(program, { LSTM_LAB_BACKEND: 'wasm' }), [true, true, 'wasm', means]);
});
