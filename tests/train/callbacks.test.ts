import { after, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { tf } from '../../lib/backend';
import * as train from '../../lib/train';
import type { Callback, Training } from '../../lib/train';
import { fixture } from './fixture';

interface Decision {
  options: Record<string, number | boolean>;
  values: number[];
  epochs: number;
  weights: number;
  rates: number[];
}
interface Trajectory {
  before: number[][];
  gradients: number[][][];
  after: number[][][];
}
const keras = fixture<{
  decisions: { early: Decision[]; plateau: Decision[] };
  schedules: { exponential: number[]; cosine: number[] };
  optimizers: Record<string, Trajectory>;
}>('callbacks');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'callbacks-'));
after(() => fs.rmSync(folder, { recursive: true }));

const close = (given: number, expected: number, relative = 2e-6, what = '') =>
  assert.ok(
    Math.abs(given - expected) <= 1e-9 + relative * Math.abs(expected),
    `${what}: ${given} instead of ${expected}`,
  );
const camel = (options: Decision['options']) =>
  Object.fromEntries(
    Object.entries(options).map(([name, value]) => [name.replace(/_(.)/g, (_, c) => c.toUpperCase()), value]),
  );

/** Hands a callback the values of `val_loss`; the model's only weight is the number of the epoch. */
function follow(callback: Callback, values: number[]) {
  let weights = [tf.scalar(-1)];
  let stopped = '';
  const training = {
    names: ['loss', 'val_loss'],
    optimizer: tf.train.sgd(0.1),
    stop: (reason: string) => (stopped = reason),
    model: {
      getWeights: () => weights,
      setWeights: (given: tf.Scalar[]) => (weights = given.map((weight) => weight.clone())),
    },
  } as unknown as Training;
  void callback.onTrainBegin?.(undefined, training);
  const rates: number[] = [];
  for (const [epoch, value] of values.entries()) {
    weights = [tf.scalar(epoch)];
    rates.push(train.getLearningRate(training.optimizer));
    void callback.onEpochEnd?.(epoch, { loss: 0, val_loss: value }, training);
    if (stopped) break;
  }
  void callback.onTrainEnd?.(undefined, training);
  return { epochs: rates.length, weights: weights[0].dataSync()[0], rates, stopped };
}

describe('callbacks decide what Keras’s decide', () => {
  test('earlyStopping', () => {
    for (const { options, values, epochs, weights } of keras.decisions.early) {
      const given = follow(train.earlyStopping(camel(options)), values);
      assert.deepEqual([given.epochs, given.weights], [epochs, weights], JSON.stringify({ options, values }));
    }
  });

  test('reduceLROnPlateau', () => {
    for (const { options, values, rates } of keras.decisions.plateau) {
      const given = follow(train.reduceLROnPlateau(camel(options)), values);
      given.rates.forEach((rate, i) => close(rate, rates[i], 1e-6, JSON.stringify({ options, values, i })));
    }
  });

  test('schedules', () => {
    const exponential = train.schedules.exponential({ initial: 0.1, decay: 0.5, steps: 7 });
    const cosine = train.schedules.cosine({ initial: 0.1, final: 0.01, steps: 15 });
    const at = (step: number) => ({ step, epoch: 0, steps: 20, epochs: 1 });
    keras.schedules.exponential.forEach((rate, i) => close(exponential(at(i)), rate));
    keras.schedules.cosine.forEach((rate, i) => close(cosine(at(i)), rate));
  });

  for (const [name, build] of Object.entries({
    adam: () => train.adam({ learningRate: 0.01 }),
    adamEpsilon: () => train.adam({ learningRate: 0.01, beta1: 0.8, beta2: 0.99, epsilon: 0.1 }),
    adamW: () => train.adamW({ learningRate: 0.01, weightDecay: 0.1 }),
    clipValue: () => train.clip(tf.train.sgd(0.1), { value: 0.5 }),
    clipNorm: () => train.clip(tf.train.sgd(0.1), { norm: 1 }),
    clipGlobalNorm: () => train.clip(tf.train.sgd(0.1), { globalNorm: 1 }),
    clipGlobalNormSmall: () => train.clip(tf.train.sgd(0.1), { globalNorm: 1 }),
  })) {
    test(name, () => {
      const { before, gradients, after: expected } = keras.optimizers[name];
      const variables = before.map((values, i) => tf.variable(tf.tensor(values), true, `${name}${i}`));
      const optimizer = build();
      const counts: number[] = [];
      gradients.forEach((step, s) => {
        const list = step.map((values, i) => ({ name: `${name}${i}`, tensor: tf.tensor(values) }));
        optimizer.applyGradients(list);
        tf.dispose(list.map(({ tensor }) => tensor));
        counts.push(tf.memory().numTensors);
        variables.forEach((variable, i) =>
          variable
            .dataSync()
            .forEach((value, j) => close(value, expected[s][i][j], 3e-5, `step ${s}, weight ${i}[${j}]`)),
        );
      });
      assert.deepEqual(new Set(counts).size, 1, `tensors after each step: ${counts}`);
      optimizer.dispose();
      tf.dispose(variables);
    });
  }
});

test('oneCycle follows PyTorch', () => {
  type Case = { steps: number; max: number; rates: number[] };
  for (const { steps, rates, ...options } of fixture<{ cases: Case[] }>('oneCycle').cases) {
    const schedule = train.schedules.oneCycle(options);
    rates.forEach((rate, step) => close(schedule({ step, epoch: 0, steps, epochs: 1 }), rate, 1e-6, `step ${step}`));
  }
});

test('step and warmUp', () => {
  const step = train.schedules.step({ initial: 1, factor: 0.5, every: 2 });
  assert.deepEqual(
    [0, 1, 2, 3, 4].map((epoch) => step({ step: 0, epoch, steps: 5, epochs: 5 })),
    [1, 1, 0.5, 0.5, 0.25],
  );
  const warm = train.schedules.warmUp({ steps: 4, then: train.schedules.cosine({ initial: 1 }) });
  const rates = Array.from({ length: 9 }, (_, i) => warm({ step: i, epoch: 0, steps: 8, epochs: 1 }));
  [0, 0.25, 0.5, 0.75, 1, 0.85355339, 0.5, 0.14644661, 0].forEach((rate, i) => close(rates[i], rate, 1e-6));
});

const quiet = { verbose: 0 as const };
function compiled(rate = 0.1, optimizer: tf.Optimizer = tf.train.adam(rate)) {
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });
  model.compile({ optimizer, loss: 'meanSquaredError', metrics: ['mae'] });
  return model;
}
const x = tf.randomNormal([24, 2], 0, 1, 'float32', 1);
const y = tf.tidy(() => x.sum(1));

describe('in a training', () => {
  test('a scheduler sets the rate before each step, and the history records it', async () => {
    const rates: number[] = [];
    const spy: Callback = {
      onBatchEnd: (_batch, _logs, training) => void rates.push(train.getLearningRate(training.optimizer)),
    };
    const schedule = train.schedules.cosine({ initial: 0.1 });
    const callbacks = [train.learningRateScheduler(schedule), spy];
    for (const optimizer of [tf.train.sgd(1), tf.train.momentum(1, 0.9), train.clip(tf.train.adam(1), { norm: 1 })]) {
      rates.length = 0;
      const history = await train.fit(compiled(0, optimizer), x, y, { epochs: 2, batchSize: 8, callbacks, ...quiet });
      rates.forEach((rate, step) => close(rate, schedule({ step, epoch: 0, steps: 6, epochs: 2 }), 1e-6));
      assert.deepEqual(history.metrics.learning_rate, [rates[2], rates[5]]);
    }
  });

  test('a scheduler that gives no number is stopped', async () => {
    const callbacks = train.learningRateScheduler(() => NaN);
    await assert.rejects(
      train.fit(compiled(), x, y, { callbacks, ...quiet }),
      /A learning rate is a number >= 0, and this is NaN/,
    );
  });

  test('an unknown monitor is a type error, and says what there is', async () => {
    // @ts-expect-error: fit measures val_accuracy
    const wrong = train.earlyStopping({ monitor: 'val_acuracy' });
    const cases: [Callback, RegExp][] = [
      [wrong, /watches "val_acuracy"; this training measures loss, mae, val_loss, val_mae\.$/],
      [train.reduceLROnPlateau({ monitor: 'accuracy' }), /watches "accuracy"/],
      [train.modelCheckpoint(folder, { monitor: { name: 'mine', mode: 'max' } }), /watches "mine"/],
    ];
    for (const [callbacks, message] of cases) {
      await assert.rejects(train.fit(compiled(), x, y, { callbacks, validationSplit: 0.5, ...quiet }), message);
    }
    await assert.rejects(
      train.fit(compiled(), x, y, { callbacks: train.earlyStopping(), ...quiet }),
      /watches "val_loss"; this training measures loss, mae\. Give fit validationSplit or validationData/,
    );
    assert.throws(() => train.reduceLROnPlateau({ factor: 1 }), /factor is 1/);
    assert.throws(() => train.clip(tf.train.sgd(1), {}), /one of value, norm and globalNorm/);
    assert.throws(() => train.clip(tf.train.sgd(1), { value: 1, norm: 1 }), /one of value, norm and globalNorm/);
    assert.throws(() => train.adam({ learningRate: '0.1' as never }), /learningRate is "0.1"; it must be at least 0/);
    assert.throws(() => train.adam({ beta1: 1 }), /beta1 is 1; it must be at least 0 and below 1/);
  });

  test('earlyStopping gives the best weights back, says why, and leaks nothing', async () => {
    const model = compiled(0.5);
    const options = { epochs: 60, validationSplit: 0.25, ...quiet };
    const callbacks = train.earlyStopping({ patience: 2, restoreBestWeights: true });
    await train.fit(model, x, y, { epochs: 1, validationSplit: 0.25, callbacks, ...quiet });
    const before = tf.memory().numTensors;
    const history = await train.fit(model, x, y, { ...options, callbacks });
    assert.equal(tf.memory().numTensors, before);
    const best = history.best('val_loss');
    assert.match(
      history.stopped,
      new RegExp(`Stopped early: val_loss .* epoch ${best.epoch} was best, and its weights are back`),
    );
    const again = await train.evaluate(model, x.slice(18), y.slice(18));
    close(again.loss, best.value, 1e-5);
  });

  test('stock callbacks and plain objects work', async () => {
    const seen: string[] = [];
    const plain = {
      onEpochEnd: (epoch: number, logs: { loss: number }) => void seen.push(`${epoch} ${logs.loss > 0}`),
    };
    const stock = tf.callbacks.earlyStopping({ monitor: 'loss', patience: 0, minDelta: 1e9 });
    const history = await train.fit(compiled(), x, y, {
      epochs: 5,
      callbacks: [plain as Callback, stock as Callback],
      ...quiet,
    });
    assert.deepEqual(seen, ['0 true', '1 true']);
    assert.match(history.stopped, /A callback stopped/);
  });

  test('what nobody calls is refused', async () => {
    const given: [unknown, RegExp][] = [
      [{ onEpochend: () => {} }, /A callback has no "onEpochend"; did you mean "onEpochEnd"\?/],
      [{ on_batch_end: () => {} }, /no "on_batch_end"; did you mean "onBatchEnd"\?/],
      [[() => {}], /A callback is an object.* given a function/],
      ['earlyStopping', /given "earlyStopping"/],
    ];
    for (const [callbacks, message] of given)
      await assert.rejects(train.fit(compiled(), x, y, { ...quiet, callbacks: callbacks as never }), message);
  });

  test('csvLogger writes what the history holds', async () => {
    const file = path.join(folder, 'deep', 'log.csv');
    const callbacks = train.csvLogger(file);
    const history = await train.fit(compiled(), x, y, { epochs: 2, validationSplit: 0.5, callbacks, ...quiet });
    const [head, ...rows] = fs.readFileSync(file, 'utf8').trim().split('\n');
    assert.equal(head, 'epoch,loss,mae,val_loss,val_mae');
    assert.deepEqual(
      rows.map((row) => Number(row.split(',')[3])),
      history.metrics.val_loss,
    );
  });

  test('tensorBoard writes framed events', async () => {
    const callbacks = train.tensorBoard(path.join(folder, 'board'));
    const history = await train.fit(compiled(), x, y, { epochs: 2, validationSplit: 0.5, callbacks, ...quiet });
    for (const [run, name] of [
      ['train', 'loss'],
      ['validation', 'val_loss'],
    ]) {
      const [file] = fs.readdirSync(path.join(folder, 'board', run));
      const content = fs.readFileSync(path.join(folder, 'board', run, file));
      const values: number[] = [];
      for (let at = 0; at < content.length; ) {
        const length = Number(content.readBigUInt64LE(at));
        const event = content.subarray(at + 12, at + 12 + length);
        const tag = event.indexOf('epoch_loss');
        if (tag >= 0) values.push(event.readFloatLE(tag + 'epoch_loss'.length + 1));
        at += 16 + length;
      }
      assert.deepEqual(values, history.metrics[name].map(Math.fround));
    }
  });
});
