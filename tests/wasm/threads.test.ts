/** Threads in WebAssembly: as many parts as there are threads, the same numbers whoever computes them, and no harm when a worker fails. */
import { started } from './four-threads';
import fc from 'fast-check';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { backendInfo, tf, wasmKernels } from '../../lib/backend';
import { adamState, lstm, sparseCrossEntropy } from '../../lib/kernels';
import { anyCase, cellNames, computeCase, type Case } from '../kernels/cases';

const kernels = wasmKernels()!;
const skip = !kernels && 'needs: LSTM_LAB_BACKEND=wasm';

const heap = () => (tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } }).wasm.HEAPU8;
const partsOfWorkers = () => kernels.run('parts_of_workers');

/** What is computed with so many threads. */
function withThreads<T>(count: number, compute: () => T): T {
  kernels.run('use_threads', count, 1);
  try {
    return compute();
  } finally {
    kernels.run('use_threads', 4, 1);
  }
}

type Numbers = Record<string, ArrayLike<number>>;

/** Holds the numbers of 2 and 4 threads to those of one, and twice the same threads to the same bits. */
function compare(compute: () => Numbers, tolerance: number): void {
  const alone = withThreads(1, compute);
  for (const count of [2, 4]) {
    const [first, second] = [0, 1].map(() => withThreads(count, compute));
    assert.deepEqual(second, first);
    for (const [name, expected] of Object.entries(alone)) {
      const scale = Array.from(expected).reduce((most, value) => Math.max(most, Math.abs(value)), 1);
      Array.from(expected).forEach((value, k) => {
        const difference = Math.abs(first[name][k] - value);
        assert.ok(difference <= tolerance * scale, `${count} threads, ${name}[${k}]: ${first[name][k]}, one: ${value}`);
      });
    }
  }
}

/** Until workers have computed something: they start while the program goes on. */
async function untilHelped(compute: () => void): Promise<void> {
  const before = partsOfWorkers();
  for (let k = 0; partsOfWorkers() === before; k++) {
    assert.ok(k < 500, 'no worker has computed a part');
    compute();
    await setTimeout(2);
  }
}

const product = (size = 256) => tf.tidy(() => tf.matMul(tf.ones([size, size]), tf.ones([size, size])).dataSync());

describe('threads in WebAssembly', { skip }, () => {
  test('are as many as LSTM_LAB_THREADS says, and compute in a shared memory whose numbers come out of it', () => {
    assert.equal(backendInfo().threads, 4);
    assert.ok(heap().buffer instanceof SharedArrayBuffer);
    assert.ok(tf.ones([3]).dataSync().buffer instanceof ArrayBuffer);
  });

  test('start when there is something for them, and the first call does not wait for them', async () => {
    assert.equal(started.length, 0);
    const first = product();
    assert.ok(started.length > 0 && started.length < 4);
    assert.equal(partsOfWorkers(), 0);
    await untilHelped(product);
    assert.deepEqual(product(), first);
  });

  for (const cell of cellNames.filter((name) => name !== 'gru'))
    test(`give the numbers of one: ${cell}`, () => {
      // Large enough to be cut, of sizes that divide by nothing.
      const larger = ({ batch, time, units, ...rest }: Case): Case => ({
        ...{ ...rest, batch: batch + 16, time: time + 24, units: units + (cell.startsWith('rnn') ? 92 : 51) },
      });
      const before = partsOfWorkers();
      const property = fc.property(anyCase(cell).map(larger), (c) => compare(() => computeCase(c), 2e-5));
      fc.assert(property, { numRuns: 12, seed: 1997 });
      assert.ok(partsOfWorkers() > before);
    });

  test('give the numbers of one: products, softmax, cross-entropy', () => {
    tf.tidy(() => {
      const matrix = (rows: number, columns: number, seed: number) =>
        tf.randomNormal<tf.Rank.R2>([rows, columns], 0, 1, 'float32', seed);
      for (const [m, k, n] of [
        [131, 277, 195],
        [3, 2003, 1301],
        [1, 2999, 2001],
      ]) {
        const [a, b, aT, bT] = [matrix(m, k, 1), matrix(k, n, 2), matrix(k, m, 3), matrix(n, k, 4)];
        const products = () => ({
          plain: tf.matMul(a, b).dataSync(),
          right: tf.matMul(a, bT, false, true).dataSync(),
          left: tf.matMul(aT, b, true).dataSync(),
        });
        compare(products, 2e-5);
      }
      const x = matrix(1031, 131, 5);
      const labels = tf.tensor1d(
        Array.from({ length: 1031 }, (_, k) => k % 131),
        'int32',
      );
      const rows = () => {
        const [losses, slope] = sparseCrossEntropy(x, labels);
        const gradient = tf.grad((of: tf.Tensor) => tf.softmax(of).square().sum())(x);
        const [y, d] = [tf.softmax(x), gradient].map((tensor) => tensor.dataSync());
        return { y, d, losses: losses.dataSync(), slope: slope.dataSync() };
      };
      compare(rows, 0);
    });
  });

  test('give the numbers of one: a step of Adam, with a table', () => {
    const numbers = { alpha: 0.1, rootScale: 1, epsilon: 1e-7, beta1: 0.9, beta2: 0.999, decay: 0.01 };
    const step = () =>
      tf.tidy(() => {
        const weights = [tf.variable(tf.ones([301, 403])), tf.variable(tf.ones([2003, 77]))];
        const state = adamState();
        const gradients = weights.map(({ shape }, k) => tf.randomNormal(shape, 0, 1, 'float32', k + 1));
        const given = weights.map((weight, k) => ({ name: String(k), weight, gradient: gradients[k] }));
        for (let k = 0; k < 2; k++) state.step(given, numbers);
        const result = Object.fromEntries(weights.map((weight, k) => [k, weight.dataSync()]));
        state.dispose();
        weights.forEach((weight) => weight.dispose());
        return result;
      });
    compare(step, 0);
  });

  test('get memory beyond what they have', () => {
    tf.tidy(() => {
      const weights = { kernel: tf.fill<tf.Rank.R2>([1, 16], 0.1), recurrentKernel: tf.fill<tf.Rank.R2>([4, 16], 0.1) };
      const x = tf.randomNormal<tf.Rank.R3>([150_001, 2, 1], 0, 1, 'float32', 1);
      const before = partsOfWorkers();
      compare(() => ({ output: lstm(x, weights).output.dataSync() }), 0);
      assert.ok(partsOfWorkers() > before);
    });
  });

  test('take no memory for good', () => {
    const weights = [tf.fill<tf.Rank.R2>([64, 256], 0.1), tf.fill<tf.Rank.R2>([64, 256], 0.1)];
    const x = tf.ones<tf.Rank.R3>([8, 16, 64]);
    const mask = tf.ones<tf.Rank.R2>([8, 16], 'bool');
    const gradients = tf.grads((k: tf.Tensor, r: tf.Tensor) => {
      const [kernel, recurrentKernel] = [k, r] as tf.Tensor2D[];
      return lstm(x, { kernel, recurrentKernel }, undefined, { mask }).output.sum();
    });
    const step = () => tf.dispose(gradients(weights));
    for (let k = 0; k < 100; k++) step();
    const before = [heap().byteLength, tf.memory().numTensors];
    const helped = partsOfWorkers();
    for (let k = 0; k < 3000; k++) step();
    assert.deepEqual([heap().byteLength, tf.memory().numTensors], before);
    assert.ok(partsOfWorkers() > helped);
    tf.dispose([x, mask, ...weights]);
  });

  test('pass on that there is no memory left, and compute again when there is', async () => {
    const weights = { kernel: tf.fill<tf.Rank.R2>([1, 16], 0.1), recurrentKernel: tf.fill<tf.Rank.R2>([4, 16], 0.1) };
    const x = tf.ones<tf.Rank.R3>([150_001, 1, 1]);
    const predict = () => tf.tidy(() => lstm(x, weights).output.dataSync());
    const expected = predict();
    const failures: string[] = [];
    // Less and less of what the outputs take and of what computing them takes, here and in workers.
    for (let bytes = 32e6; bytes > 6e6; bytes -= 0.5e6) {
      const held = fill(bytes);
      try {
        predict();
      } catch (error) {
        failures.push(String(error));
      }
      tf.dispose(held);
      assert.deepEqual(predict(), expected);
    }
    assert.ok(failures.length > 0);
    for (const failure of failures)
      assert.match(failure, /^RangeError: WebAssembly has no memory left for this operation/);
    tf.dispose([x, ...Object.values(weights)]);
    await untilHelped(product);
  });

  test('pass on a trap, whoever falls into it, and compute again', () => {
    const [rows, size] = [4096, 32];
    const bytes = 4 * rows * size;
    const heapBytes = heap().byteLength;
    const to = kernels.output([rows, size]);
    const expected = product();
    const before = partsOfWorkers();
    for (let k = 0; k < 20; k++) {
      // Numbers of which the first half lies outside of the memory, and others whose second half does.
      for (const from of [2 ** 32 - bytes / 2, heapBytes - bytes / 2])
        assert.throws(() => kernels.run('softmax', from, kernels.address(to), rows, size), { name: 'RuntimeError' });
      assert.deepEqual(product(), expected);
    }
    assert.ok(partsOfWorkers() > before);
    to.dispose();
  });

  test('are not missed when they have died', async () => {
    const expected = product();
    await Promise.all(started.map((worker) => worker.terminate()));
    const before = partsOfWorkers();
    for (let k = 0; k < 5; k++) assert.deepEqual(product(), expected);
    assert.equal(partsOfWorkers(), before);
  });
});

/** Tensors that leave about so many bytes of what WebAssembly can have. */
function fill(bytes: number): tf.Tensor[] {
  const held: tf.Tensor[] = [];
  for (let size = 2 ** 29; size >= 2 ** 16; size /= 2) {
    try {
      for (;;) held.push(kernels.output([size / 4]));
    } catch {
      // half of it, then
    }
  }
  for (let freed = 0; freed < bytes; ) {
    const tensor = held.pop()!;
    freed += 4 * tensor.size;
    tensor.dispose();
  }
  return held;
}

describe('a program with threads in WebAssembly', { skip }, () => {
  const room = (name: string) => JSON.stringify(path.join(__dirname, '..', '..', 'lib', name, 'index.ts'));
  const twice = `
    const { tf, backendInfo } = require(${JSON.stringify(path.join(__dirname, '..', '..', 'lib', 'backend.ts'))});
    require(${room('kernels')});
    const product = () => tf.tidy(() => tf.matMul(tf.ones([256, 256]), tf.ones([256, 256])).dataSync()[7]);
    product();`;
  const run = (script: string, threads = '3') => {
    const args = ['--import', 'tsx', '--eval', script];
    const env = { ...process.env, LSTM_LAB_BACKEND: 'wasm', LSTM_LAB_THREADS: threads };
    const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8', env, timeout: 60_000 });
    return { stdout, stderr, status };
  };
  const said = (stdout: string) => ({ stdout, stderr: '', status: 0 });

  test('ends by itself', () => {
    const script = `${twice} setTimeout(() => console.log(product(), backendInfo().threads), 200);`;
    assert.deepEqual(run(script), said('256 3\n'));
  });

  test('ends when it says so, at work too', () => {
    const script = `${twice} setTimeout(() => { product(); process.exit(7); }, 50);`;
    assert.deepEqual(run(script), { stdout: '', stderr: '', status: 7 });
  });

  test('computes alone where there can be no workers', () => {
    const none = `require('node:worker_threads').Worker = class { constructor() { throw new Error('none here'); } };`;
    assert.deepEqual(run(`${none} ${twice} console.log(product());`), said('256\n'));
  });

  test('computes alone where workers do not come up', () => {
    const broken = `const threads = require('node:worker_threads'); const { Worker } = threads;
      threads.Worker = class extends Worker { constructor(script, options) { super('throw new Error()', options); } };`;
    const script = `${broken} ${twice} setTimeout(() => console.log(product()), 200);`;
    assert.deepEqual(run(script), said('256\n'));
  });

  test('may itself be a worker', () => {
    const typescript = `require(${JSON.stringify(require.resolve('tsx/cjs'))});`;
    const inner = JSON.stringify(`${typescript} ${twice} setTimeout(() => console.log(product()), 200);`);
    const script = `const { Worker } = require('node:worker_threads'); new Worker(${inner}, { eval: true });`;
    assert.deepEqual(run(script), said('256\n'));
  });

  test('has the memory to itself with one thread', () => {
    const script = `${twice} console.log(tf.backend().wasm.HEAPU8.buffer.constructor.name, backendInfo().threads);`;
    assert.deepEqual(run(script, '1'), said('ArrayBuffer 1\n'));
  });
});
