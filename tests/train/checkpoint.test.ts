import { after, beforeEach, describe, mock, test } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { tf } from '../../lib/backend';
import * as train from '../../lib/train';
import { hasCheckpoint, readCheckpoint, writeCheckpoint } from '../../lib/train/checkpoint';
import { optimizerState, restoreOptimizer } from '../../lib/train/optimizers/state';
import { epochs, resumable } from './resumable';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'checkpoint-'));
after(() => fs.rmSync(root, { recursive: true }));
let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(root, 'case-'));
});

/** Runs the training in a process of its own and kills it as hard as possible after `line` was printed. */
function killedAfter(line: string): Promise<NodeJS.Signals | null> {
  const child = spawn(process.execPath, ['--import', 'tsx', path.join(__dirname, 'resumable.ts'), folder], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let printed = '';
  child.stdout.on('data', (chunk) => {
    printed += chunk;
    if (printed.includes(line)) child.kill('SIGKILL');
  });
  return new Promise((resolve) => child.on('exit', (_code, signal) => resolve(signal)));
}

describe('a training that was killed', () => {
  test('reaches, resumed, bit for bit the weights of one that was not', async () => {
    const undisturbed = await resumable(folder);
    const whole = train.lastHistory()!;
    folder = fs.mkdtempSync(path.join(root, 'killed-'));
    assert.equal(await killedAfter('2\n'), 'SIGKILL');
    let begun = -1;
    const note = { onEpochBegin: (epoch: number) => void (begun = begun < 0 ? epoch : begun) };
    const resumed = await resumable(folder, [note], 99); // the checkpoint's random numbers count, not these
    assert.ok(begun >= 2 && begun < epochs, `went on in epoch ${begun}`);
    assert.deepEqual(resumed, undisturbed);
    assert.deepEqual(train.lastHistory()!.metrics, whole.metrics);
    assert.deepEqual(train.lastHistory()!.batchLosses, whole.batchLosses);
  });

  test('that had already ended is not trained further', async () => {
    const first = await resumable(folder);
    let epochsTrained = 0;
    const again = await resumable(folder, [{ onEpochBegin: () => void epochsTrained++ }]);
    assert.equal(epochsTrained, 0);
    assert.deepEqual(again, first);
  });
});

const small = (units = 2) => tf.sequential({ layers: [tf.layers.dense({ units, inputShape: [3] })] });

describe('a checkpoint', () => {
  test('is the old one or the new one, whichever write fails', async () => {
    const model = small();
    const [kernel] = model.getWeights();
    const state = (n: number) => ({ values: { n }, tensors: { t: tf.scalar(n) } });
    const original = fs.writeSync;
    for (let failing = 1; failing <= 4; failing++) {
      model.setWeights([tf.onesLike(kernel), tf.zeros([2])]);
      await writeCheckpoint(folder, model, state(1), 1);
      model.setWeights([tf.zerosLike(kernel), tf.ones([2])]);
      let writes = 0;
      const disk = mock.method(fs, 'writeSync', (handle: number, content: Buffer) => {
        if (++writes === failing) {
          original(handle, content.subarray(0, content.length / 2));
          throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
        }
        return original(handle, content);
      });
      const write = writeCheckpoint(folder, model, state(2), 2);
      if (failing < 4) await assert.rejects(write, /ENOSPC/);
      else await write;
      disk.mock.restore();
      const read = readCheckpoint(folder, model);
      const expected = failing < 4 ? 1 : 2;
      assert.equal(read.values.n, expected);
      assert.equal(read.tensors.t.dataSync()[0], expected);
      assert.equal(model.getWeights()[0].dataSync()[0], expected === 1 ? 1 : 0);
    }
    assert.equal(fs.readdirSync(folder).length, 3, 'files of older checkpoints are gone');
  });

  test('loads with loadCheckpoint, and as a plain TensorFlow.js model', async () => {
    const model = small();
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    const callbacks = train.modelCheckpoint(folder, { monitor: 'loss' });
    await train.fit(model, tf.ones([4, 3]), tf.ones([4, 2]), { epochs: 2, callbacks, verbose: 0 });
    for (const which of ['last', 'best']) {
      const loaded = await train.loadCheckpoint(path.join(folder, which));
      assert.deepEqual([...loaded.getWeights()[0].dataSync()], [...model.getWeights()[0].dataSync()]);
    }
    const file = path.join(folder, 'last', 'model.json');
    if (tf.getBackend() === 'tensorflow') {
      const plain = await tf.loadLayersModel(`file://${file}`);
      assert.deepEqual([...plain.getWeights()[0].dataSync()], [...model.getWeights()[0].dataSync()]);
    }
  });

  test('that is damaged, missing or of another model is one sentence', async () => {
    assert.equal(hasCheckpoint(folder), false);
    await assert.rejects(train.loadCheckpoint(folder), /holds no checkpoint/);
    await writeCheckpoint(folder, small(), { values: {}, tensors: {} }, 0);
    assert.throws(
      () => readCheckpoint(folder, small(5)),
      /another model: weights \[3,2\] \[2\]; this model has \[3,5\] \[5\]\./,
    );
    const weights = path.join(folder, 'weights-0.bin');
    fs.truncateSync(weights, 7);
    assert.throws(() => readCheckpoint(folder, small()), /weights-0\.bin is damaged: it has 7 bytes, 32 were expected/);
    fs.rmSync(weights);
    assert.throws(() => readCheckpoint(folder, small()), /it has 0 bytes/);
    fs.writeFileSync(path.join(folder, 'model.json'), '{"a":');
    assert.throws(() => readCheckpoint(folder, small()), /model\.json is damaged/);
  });
});

test('every optimizer goes on from its saved state as if nothing had happened, and leaks nothing', async () => {
  const optimizers: Record<string, () => tf.Optimizer> = {
    sgd: () => tf.train.sgd(0.1),
    momentum: () => tf.train.momentum(0.1, 0.9),
    rmsprop: () => tf.train.rmsprop(0.1, 0.9, 0.5),
    adagrad: () => tf.train.adagrad(0.1),
    adam: () => tf.train.adam(0.1),
    ours: () => train.adam({ learningRate: 0.1 }),
    adamW: () => train.adamW({ learningRate: 0.1 }),
    clipped: () => train.clip(tf.train.adam(0.1), { norm: 1 }),
  };
  for (const [name, build] of Object.entries(optimizers)) {
    const variable = tf.variable(tf.tensor1d([1, -2, 3]), true, `state/${name}`);
    const step = (optimizer: tf.Optimizer) => {
      optimizer.minimize(() => tf.sum(tf.square(variable)) as tf.Scalar);
      return [...variable.dataSync()];
    };
    const first = build();
    for (let i = 0; i < 3; i++) step(first);
    const values = variable.clone();
    const state = await optimizerState(first);
    const expected = [step(first), step(first)];
    const second = build();
    variable.assign(values);
    await restoreOptimizer(second, state);
    const before = tf.memory().numTensors;
    await restoreOptimizer(second, state);
    assert.equal(tf.memory().numTensors, before, `${name} leaks`);
    assert.deepEqual([step(second), step(second)], expected, name);
    tf.dispose([variable, values]);
  }
});
