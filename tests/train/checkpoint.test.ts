import { after, beforeEach, describe, mock, test } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { tf } from '../../lib/backend';
import { nextSeed } from '../../lib/random';
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
  const state = (n: number) => ({ values: { n }, tensors: { t: tf.fill([3], n) } });
  const filled = (n: number) => {
    const model = small();
    model.setWeights([tf.fill([3, 2], n), tf.fill([2], n)]);
    return model;
  };
  /** The number that model and state of a checkpoint agree on. */
  const held = () => {
    const model = small();
    const { values, tensors } = readCheckpoint(folder, model);
    const numbers = new Set([values.n, ...tensors.t.dataSync(), ...model.getWeights()[0].dataSync()]);
    assert.equal(numbers.size, 1, `weights and state of different checkpoints: ${[...numbers]}`);
    return [...numbers][0];
  };
  /** Lets the `last`-th call of the file system that changes something, and all after it, fail: what a killed process leaves. */
  const dieAt = (last: number) => {
    let calls = 0;
    const changing = ['openSync', 'writeSync', 'fsyncSync', 'renameSync', 'rmSync'] as const;
    const mocks = changing.map((name) => {
      const original = fs[name] as (...args: unknown[]) => unknown;
      return mock.method(fs, name, (...args: unknown[]) => {
        if (++calls >= last) throw Object.assign(new Error('dead'), { code: 'EIO' });
        return original(...args);
      });
    });
    return () => {
      for (const each of mocks) each.mock.restore();
      return calls;
    };
  };

  test('is the old one or the new one, whatever call of the system is the last', async () => {
    await writeCheckpoint(folder, filled(1), state(1));
    let newest = 1;
    for (let last = 1, calls = last; calls >= last; last++) {
      assert.equal(held(), newest);
      const revive = dieAt(last);
      await writeCheckpoint(folder, filled(newest + 1), state(newest + 1)).catch(() => {});
      calls = revive();
      const now = held() as number;
      assert.ok(now === newest || now === newest + 1, `${now} after ${newest}, dead at call ${last}`);
      newest = now;
      assert.ok(last < 100, 'never written');
    }
    await writeCheckpoint(folder, filled(99), state(99));
    assert.equal(held(), 99);
    const left = fs.readdirSync(folder).filter((name) => !name.startsWith('model.json.')); // those of a process that lives
    assert.equal(left.length, 3, `files of older checkpoints are gone: ${left}`);
  });

  test('is whole on a system that writes less than it is asked for, and old on a full disk', async () => {
    const { writeSync } = fs;
    let room = Infinity;
    const disk = mock.method(fs, 'writeSync', (handle: number, bytes: Uint8Array, at: number, length: number) => {
      const taken = Math.min(length, 7, room);
      if (taken === 0) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      room -= taken;
      return writeSync(handle, bytes, at, taken);
    });
    try {
      await writeCheckpoint(folder, filled(1), state(1));
      assert.equal(held(), 1);
      for (room of [0, 10, 40, 60]) {
        await assert.rejects(writeCheckpoint(folder, filled(2), state(2)), /could not be written: the disk is full\./);
        assert.equal(held(), 1);
        assert.equal(fs.readdirSync(folder).length, 3, 'no half of a checkpoint takes the room');
      }
    } finally {
      disk.mock.restore();
    }
  });

  test('that another training made in the same folder stays whole until the next one is', async () => {
    const train2 = async (epochs: number) => {
      const model = small();
      model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
      const callbacks = train.modelCheckpoint(folder);
      await train.fit(model, tf.ones([4, 3]), tf.ones([4, 2]), { epochs, callbacks, verbose: 0 });
    };
    await train2(1);
    const last = path.join(folder, 'last');
    const before = fs.readFileSync(path.join(last, 'model.json'), 'utf8');
    const revive = dieAt(8); // weights are written, the rest is not
    await assert.rejects(train2(1));
    revive();
    assert.equal(fs.readFileSync(path.join(last, 'model.json'), 'utf8'), before);
    assert.equal(readCheckpoint(last, small()).values.step, 1);
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
    const plain = await tf.loadLayersModel(`file://${file}`);
    assert.deepEqual([...plain.getWeights()[0].dataSync()], [...model.getWeights()[0].dataSync()]);
  });

  test('that is damaged, missing or of another model is one sentence', async () => {
    assert.equal(hasCheckpoint(folder), false);
    await assert.rejects(train.loadCheckpoint(folder), /holds no checkpoint/);
    await writeCheckpoint(folder, small(), { values: {}, tensors: {} });
    assert.throws(
      () => readCheckpoint(folder, small(5)),
      /another model: weights \[3,2\] \[2\]; this model has \[3,5\] \[5\]\./,
    );
    const weights = path.join(folder, 'weights-1.bin');
    const model = path.join(folder, 'model.json');
    const content = fs.readFileSync(model, 'utf8');
    for (const name of ['weights-1.bin', 'training-1.bin']) {
      fs.writeFileSync(model, content.replace(name, `../${name}`));
      assert.throws(() => readCheckpoint(folder, small()), /names another outside that folder/);
    }
    fs.writeFileSync(model, content);
    fs.truncateSync(weights, 7);
    assert.throws(() => readCheckpoint(folder, small()), /weights-1\.bin is damaged: it has 7 bytes, 32 were expected/);
    fs.rmSync(weights);
    assert.throws(() => readCheckpoint(folder, small()), /it has 0 bytes/);
    fs.writeFileSync(path.join(folder, 'model.json'), '{"a":');
    assert.throws(() => readCheckpoint(folder, small()), /model\.json is damaged/);
  });
});

describe('a resumed training', () => {
  const x = tf.randomNormal([24, 3], 0, 1, 'float32', 3);
  const y = tf.tidy(() => x.slice([0, 0], [-1, 2]));
  const rateOf = (training: train.Training) => train.getLearningRate(training.optimizer);

  /** Trains up to each of `ends` in turn, every time with a new model that goes on from the checkpoint of the one before. */
  async function inParts(ends: number[], callbacks: () => train.Callback[], monitor: train.Monitor = 'val_loss') {
    const where = fs.mkdtempSync(path.join(folder, 'parts-'));
    let weights: number[][] = [];
    let history!: train.History;
    for (const [part, epochs] of ends.entries()) {
      train.seed(part === 0 ? 5 : 1000 + part); // the checkpoint's random numbers count
      const model = small();
      if (part === 0) tf.tidy(() => model.setWeights([tf.ones([3, 2]), tf.zeros([2])]));
      const optimizer = train.clip(train.adam({ learningRate: 0.1 }), { norm: 1 });
      model.compile({ optimizer, loss: 'meanSquaredError' });
      const checkpoint = train.modelCheckpoint(where, { resume: true, monitor });
      history = await train.fit(model, x, y, {
        epochs,
        batchSize: 8,
        validationSplit: 0.25,
        verbose: 0,
        callbacks: [...callbacks(), checkpoint],
      });
      weights = model.getWeights().map((weight) => [...weight.dataSync()]);
      model.dispose();
      optimizer.dispose();
    }
    return { weights, history, where };
  }

  test('has the random numbers, the steps and the schedule of one that was not interrupted', async () => {
    const drawn: number[][] = [];
    const parts = async (ends: number[]) => {
      const seen: number[] = [];
      drawn.push(seen);
      const note: train.Callback = {
        onEpochEnd: (_epoch, _logs, training) =>
          void seen.push(nextSeed(), Math.random(), training.step, rateOf(training)),
      };
      const schedule = train.schedules.exponential({ initial: 0.1, decay: 0.5, steps: 4 });
      return inParts(ends, () => [train.learningRateScheduler(schedule), note]);
    };
    const [whole, resumed] = [await parts([6]), await parts([2, 5, 6])];
    assert.deepEqual(drawn[1], drawn[0]);
    assert.deepEqual(resumed.weights, whole.weights);
    assert.deepEqual(resumed.history.metrics, whole.history.metrics);
  });

  test('gives the best weights back though the best epoch lies before the interruption', async () => {
    const monitor = { name: 'val_loss', mode: 'max' } as const; // the loss falls: its first epoch is "best"
    const callbacks = () => [train.earlyStopping({ monitor, patience: 9, restoreBestWeights: true })];
    const [once, whole, resumed] = [
      await inParts([1], () => []),
      await inParts([7], callbacks),
      await inParts([4, 7], callbacks),
    ];
    assert.deepEqual(whole.weights, once.weights);
    assert.deepEqual(resumed.weights, whole.weights);
  });

  test('counts patience and cooldown on', async () => {
    const callbacks = () => [train.reduceLROnPlateau({ patience: 1, minDelta: 10, factor: 0.5, cooldown: 3 })];
    const [whole, resumed] = [await inParts([9], callbacks), await inParts([2, 4, 9], callbacks)];
    assert.ok(new Set(whole.history.metrics.learning_rate).size > 2);
    assert.deepEqual(resumed.history.metrics.learning_rate, whole.history.metrics.learning_rate);

    const stopping = () => [train.earlyStopping({ patience: 4, minDelta: 10 })];
    const [stopped, interrupted] = [await inParts([9], stopping), await inParts([2, 4, 9], stopping)];
    assert.deepEqual(interrupted.history.epochs, stopped.history.epochs);
    assert.equal(interrupted.history.stopped, stopped.history.stopped);
  });

  test('that had stopped early stays stopped, with the reason', async () => {
    const callbacks = () => [train.earlyStopping({ patience: 1, minDelta: 10 })];
    const { history } = await inParts([9, 9], callbacks);
    assert.equal(history.epochs.length, 2);
    assert.match(history.stopped, /Stopped early: val_loss has not improved for 1 epoch/);
  });

  test('overwrites the best epoch only by a better one', async () => {
    for (const [mode, epoch] of [
      ['min', 7],
      ['max', 1],
    ] as const) {
      const { history, where } = await inParts([4, 7], () => [], { name: 'val_loss', mode });
      const best = readCheckpoint(path.join(where, 'best'), small()).values as { epoch: number; logs: train.Logs };
      assert.equal(best.epoch, epoch, String(history));
      assert.equal(best.logs.val_loss, history.best('val_loss', mode).value);
    }
  });

  test('has a whole CSV log, each epoch once', async () => {
    const file = path.join(folder, 'log.csv');
    const { history } = await inParts([2, 5], () => [train.csvLogger(file)]);
    const [, ...rows] = fs.readFileSync(file, 'utf8').trim().split('\n');
    assert.deepEqual(
      rows.map((row) => row.split(',').slice(0, 3).map(Number)),
      history.epochs.map((epoch, i) => [epoch, history.metrics.loss[i], history.metrics.val_loss[i]]),
    );
  });

  test('gives each callback its own state back, also when one was put before it or left out', async () => {
    let begin = true;
    const early = () => train.earlyStopping({ patience: 9, restoreBestWeights: true });
    const plateau = () => train.reduceLROnPlateau({ patience: 2, minDelta: 10, factor: 0.5 });
    const callbacks = () => {
      const list = begin ? [early(), plateau()] : [plateau(), train.csvLogger(path.join(folder, 'more.csv'))];
      begin = false;
      return list;
    };
    const before = tf.memory().numTensors;
    const { history } = await inParts([2, 4], callbacks);
    assert.deepEqual(history.metrics.learning_rate.map(Math.fround), [0.1, 0.1, 0.1, 0.05].map(Math.fround));
    assert.equal(tf.memory().numTensors, before, 'states that nobody takes are freed');
  });

  test('of another optimizer, or from a folder that holds only a model, is refused in a sentence', async () => {
    const { where } = await inParts([1], () => []);
    const resume = (model: tf.LayersModel) =>
      train.fit(model, x, y, { callbacks: train.modelCheckpoint(where, { resume: true }), verbose: 0 });
    const model = small();
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    await assert.rejects(resume(model), /last holds a training with Adam; this model is compiled with SGD/);
    await writeCheckpoint(path.join(where, 'last'), model, { values: {}, tensors: {} });
    await assert.rejects(resume(model), /holds a model without the state of a training/);
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
