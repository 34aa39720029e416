/** Each mend: that the dependency still needs it, and that it is made once. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, test } from 'node:test';
import { backendInfo, tf } from '../../lib/backend';
import { checkGraph } from '../../lib/mends/endless-graphs';
import { applyMend } from '../../lib/mends/mend';

const root = path.join(__dirname, '..', '..');
const skipOnWasm = backendInfo().name === 'wasm' && 'needs the native backend';

/** Runs a script in a process of its own, without this library unless the script takes it; gives what it prints on both streams. */
function run(script: string, env: NodeJS.ProcessEnv = {}): { stdout: string; stderr: string } {
  const { LSTM_LAB_BACKEND: _, ...rest } = process.env;
  const args = ['--import', 'tsx', '--eval', script];
  return spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', env: { ...rest, ...env } });
}

const stockWasm = `
  const tf = require('@tensorflow/tfjs');
  require('@tensorflow/tfjs-backend-wasm');
  tf.setBackend('wasm').then(() => {`;

describe('a mend', () => {
  const mend = { wrong: 'it counts wrongly', issue: 'some/where #1', dependency: 'abacus', version: '4.22.0' };

  test('is made once for each thing that it changes', () => {
    const target = {};
    let made = 0;
    assert.ok(applyMend('a', mend, target, '4.22.1', () => made++));
    assert.ok(!applyMend('a', mend, target, '4.22.1', () => made++));
    assert.ok(applyMend('a', mend, {}, '4.22.1', () => made++));
    assert.ok(applyMend('b', mend, target, '4.22.1', () => made++));
    assert.equal(made, 3);
  });

  test('leaves a version alone that it was not tested with, and says so', () => {
    const mends = JSON.stringify(path.join(root, 'lib', 'mends', 'mend'));
    const { stdout, stderr } = run(`
      const { applyMend } = require(${mends});
      console.log(applyMend('count', ${JSON.stringify(mend)}, {}, '5.0.0', () => console.log('made')));`);
    assert.equal(stdout, 'false\n');
    assert.match(stderr, /^lstm-lab: abacus 5\.0\.0 is not 4\.22\.0, .*"count".*it counts wrongly.*\n$/);
  });
});

describe('is still needed:', () => {
  test('node-util', { skip: skipOnWasm }, () => {
    const script = `
      const util = require('node:util'); delete util.isNullOrUndefined; delete util.isArray;
      process.env.TF_CPP_MIN_LOG_LEVEL = '3';
      const tf = require('@tensorflow/tfjs-node-gpu');
      try { tf.sum(tf.ones([2, 3]), 1).dataSync(); console.log('works'); } catch (error) { console.log(error.message); }`;
    assert.match(run(script).stdout, /is not a function/);
  });

  test('endless-graphs', () => {
    const layer = (name: string, from: string) => ({
      className: 'Dense',
      name,
      config: { name, units: 1 },
      inboundNodes: [[[from, 0, 0]]],
    });
    let passes = 0;
    const circle = [layer('a', 'b'), layer('b', 'a')];
    const layers = Object.assign([...circle], {
      *[Symbol.iterator](this: unknown[]) {
        if (++passes > 100) throw new Error('for ever');
        for (let i = 0; i < this.length; i++) yield this[i];
      },
    });
    const config = { name: 'circle', layers, inputLayers: [], outputLayers: [] } as never;
    assert.throws(() => tf.LayersModel.fromConfig(tf.LayersModel as never, config), /for ever/);
    assert.throws(
      () => checkGraph({ layers: circle } as never),
      /"a" reads from a layer that is missing, or that waits for it/,
    );
  });

  test('native-dense-bincount', { skip: skipOnWasm }, () => {
    const script = `
      const x = tf.tensor2d([[0, 2, 2], [1, 1, 7]], [2, 3], 'int32');
      const counts = (weights, binary) => tf.denseBincount(x, weights, 4, binary).arraySync();
      try { console.log(JSON.stringify([counts([], false), counts([], true), counts(tf.fill([2, 3], 0.5), false)])); }
      catch (error) { console.log(error.message); }`;
    const stock = run(
      `process.env.TF_CPP_MIN_LOG_LEVEL = '3'; const tf = require('@tensorflow/tfjs-node-gpu'); ${script}`,
    );
    assert.match(stock.stdout, /'DenseBincount' not registered for backend 'tensorflow'/);
    const [ours, wasm] = ['native', 'wasm'].map((name) =>
      run(`const { tf } = require('./lib/backend'); ${script}`, { LSTM_LAB_BACKEND: name }).stdout.trim(),
    );
    assert.equal(ours, '[[[1,0,2,0],[0,2,0,0]],[[1,0,1,0],[0,1,0,0]],[[0.5,0,1,0],[0,1,0,0]]]');
    assert.equal(ours, wasm);
  });

  test('wasm-listeners', () => {
    const script = `${stockWasm} console.log(process.listenerCount('unhandledRejection')); });`;
    assert.equal(run(script).stdout.trim().split('\n').at(-1), '1');
  });

  test('wasm-segment-sum', () => {
    const script = `${stockWasm}
      try { tf.unsortedSegmentSum(tf.ones([2, 2]), tf.tensor1d([0, 1], 'int32'), 2).print(); }
      catch (error) { console.log(error.message); } });`;
    assert.match(run(script).stdout, /'UnsortedSegmentSum' not registered for backend 'wasm'/);
  });

  for (const [kernel, convolve, filter, by] of [
    ['Conv2DBackpropFilter', 'conv2d', [3, 2, 3, 4], 'filter'],
    ['DepthwiseConv2dNativeBackpropFilter', 'depthwiseConv2d', [3, 2, 3, 2], 'filter'],
    ['DepthwiseConv2dNativeBackpropInput', 'depthwiseConv2d', [3, 2, 3, 2], 'input'],
  ] as const)
    test(`wasm-convolution-gradients: ${kernel}`, () => {
      // A convolution is linear in both: for every v in the place of one, the gradient's product with v is the value at v.
      const script = `
      const shapes = { input: [2, 6, 5, 3], filter: ${JSON.stringify(filter)} };
      const random = (shape, seed) => tf.randomNormal(shape, 0, 1, 'float32', seed);
      const gap = (strides, pad) => {
        const given = { input: random(shapes.input, 1), filter: random(shapes.filter, 2) };
        const convolved = (v) => { const { input, filter } = { ...given, ${by}: v }; return tf.${convolve}(input, filter, strides, pad); };
        const weights = random(convolved(given.${by}).shape, 3);
        const value = (v) => convolved(v).mul(weights).sum();
        const gradient = tf.grad(value)(tf.zeros(shapes.${by}));
        return Math.max(...[4, 5, 6].map((seed) => {
          const v = random(shapes.${by}, seed);
          return Math.abs(gradient.mul(v).sum().dataSync()[0] - value(v).dataSync()[0]);
        }));
      };
      try { console.log(JSON.stringify([gap(1, 'valid'), gap([2, 1], 'same'), gap(2, 1)])); }
      catch (error) { console.log(error.message); }`;
      assert.match(
        run(`${stockWasm} ${script} });`).stdout,
        new RegExp(`'${kernel}' not registered for backend 'wasm'`),
      );
      const ours = run(`const { tf } = require('./lib/backend'); ${script}`, { LSTM_LAB_BACKEND: 'wasm' });
      const gaps = JSON.parse(ours.stdout.trim().split('\n').at(-1)!) as number[];
      assert.ok(gaps.length === 3 && gaps.every((gap) => gap < 1e-3), ours.stdout + ours.stderr);
    });

  test('wasm-fused-matmul', () => {
    const script = `
      const random = (shape, seed) => tf.randomNormal(shape, 0, 1, 'float32', seed);
      const largest = (x) => x.abs().max().dataSync()[0];
      const bias = random([5], 3);
      const gaps = [[false, true], [true, false], [true, true]].map(([transposeA, transposeB]) => {
        const a = random(transposeA ? [4, 3] : [3, 4], 1);
        const b = random(transposeB ? [5, 4] : [4, 5], 2);
        const before = tf.memory();
        const found = tf.tidy(() =>
          largest(tf.fused.matMul({ a, b, transposeA, transposeB, bias }).sub(tf.matMul(a, b, transposeA, transposeB).add(bias))));
        return tf.memory().numDataBuffers === before.numDataBuffers ? found : 'it leaks';
      });
      console.log(JSON.stringify(gaps));`;
    const stock = run(`${stockWasm} ${script} });`).stdout.trim().split('\n').at(-1)!;
    assert.ok(Math.max(...(JSON.parse(stock) as number[])) > 0.1, stock);
    const backend = JSON.stringify(path.join(root, 'lib', 'backend'));
    const ours = run(`const { tf } = require(${backend}); ${script}`, { LSTM_LAB_BACKEND: 'wasm' });
    const gaps = JSON.parse(ours.stdout.trim().split('\n').at(-1)!) as number[];
    assert.ok(gaps.length === 3 && gaps.every((gap) => gap < 1e-5), ours.stdout + ours.stderr);
  });

  test('wasm-conv3d-gradients: that by the input', () => {
    const script = `
      for (let k = 0; k < 4; k++) {
        const sevens = tf.fill([1000], 7).add(0);
        sevens.dataSync();
        sevens.dispose();
        const [x, filter] = [tf.ones([1, 3, 3, 3, 2]), tf.ones([2, 2, 2, 2, 2])];
        console.log(tf.conv3dTranspose(x, filter, [1, 4, 4, 4, 2], 1, 'valid').dataSync()[0]);
      }`;
    const stock = run(`${stockWasm} ${script} });`).stdout.trim().split('\n').map(Number);
    assert.equal(stock.length, 4);
    assert.ok(stock.every(Number.isFinite) && stock.some((number) => number !== 2), String(stock));
    const ours = run(`const { tf } = require('./lib/backend'); ${script}`, { LSTM_LAB_BACKEND: 'wasm' });
    assert.deepEqual(ours.stdout.trim().split('\n').map(Number), [2, 2, 2, 2], ours.stderr);
  });

  test('wasm-conv3d-gradients: that by the filter', () => {
    const script = `
      const ones = (...shape) => tf.ones(shape);
      const gradient = tf.grad((filter) => tf.conv3d(ones(1, 4, 4, 4, 1), filter, 2, 'valid').sum())(ones(2, 2, 2, 1, 1));
      console.log(gradient.dataSync().join(' '));`;
    const expected = Array(8).fill(8).join(' '); // each place of the filter meets eight ones
    assert.notEqual(run(`${stockWasm} ${script} });`).stdout.trim().split('\n').at(-1), expected);
    const ours = run(`const { tf } = require('./lib/backend'); ${script}`, { LSTM_LAB_BACKEND: 'wasm' });
    assert.equal(ours.stdout.trim(), expected, ours.stderr);
  });

  test('cpu-banner', () => {
    const script = `const tf = require('@tensorflow/tfjs'); tf.setBackend('cpu').then(() => tf.ones([1]).dataSync());`;
    assert.match(run(script).stderr, /Hi, looks like you are running TensorFlow.js in Node.js/);
  });

  test('lazy-data: tfjs-node asks data for its values before it takes the handle', { skip: skipOnWasm }, () => {
    const backend = tf.backend() as unknown as {
      getInputTensorIds(inputs: tf.Tensor[]): number[];
      tensorMap: { set(dataId: object, data: object): void };
    };
    const read: string[] = [];
    const dataId = {};
    const data = {
      ...{ shape: [], dtype: 1, refCount: 2 },
      get values() {
        read.push('values');
        return null;
      },
      get id() {
        read.push('id');
        return 7;
      },
    };
    backend.tensorMap.set(dataId, data);
    const tensor = tf.engine().makeTensorFromTensorInfo({ dataId, shape: [], dtype: 'float32' });
    assert.deepEqual(backend.getInputTensorIds([tensor]), [7]);
    assert.deepEqual([read[0], read.at(-1)], ['values', 'id']);
  });

  test('constraints: a training leaves weights that their constraint forbids', () => {
    const script = `
      const tf = require('@tensorflow/tfjs');
      tf.setBackend('cpu').then(async () => {
        const model = tf.sequential({ layers: [tf.layers.dense({
          units: 1, inputShape: [1], kernelInitializer: 'ones', kernelConstraint: 'unitNorm' })] });
        model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
        await model.fit(tf.ones([1, 1]), tf.zeros([1, 1]), { verbose: 0 });
        console.log(model.getWeights()[0].dataSync()[0].toFixed(2));
      });`;
    assert.equal(run(script).stdout.trim().split('\n').at(-1), '0.98');
  });

  test('weight-names: weights of a second instance of a layer are refused', () => {
    const script = `
      const tf = require('@tensorflow/tfjs');
      tf.setBackend('cpu').then(() => {
        const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1], useBias: false, name: 'd_10' })] });
        try { model.loadWeights({ 'd_10_1/kernel': tf.ones([1, 1]) }); } catch (error) { console.log(error.message); }
      });`;
    assert.match(run(script).stdout, /no target variable: d_10_1\/kernel/);
  });

  test('math-random: an initializer without a seed asks it', () => {
    const before = Math.random;
    let asked = 0;
    try {
      Math.random = () => (asked++, 0.5);
      tf.truncatedNormal([2]).dispose();
    } finally {
      Math.random = before;
    }
    assert.ok(asked > 0);
  });
});
