import { afterEach, beforeEach, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { tf } from '../../lib/backend';
import { displaySymbol, type MimeBundle } from '../../lib/notebook';
import * as train from '../../lib/train';
import { duration, significant, spread } from '../../lib/train/view/format';

const hostSymbol = Symbol.for('lstm-lab.notebook');
type Output = { bundles: MimeBundle[] };
let outputs: Output[];
let cell: AbortController;

beforeEach(() => {
  outputs = [];
  cell = new AbortController();
  (globalThis as Record<symbol, unknown>)[hostSymbol] = {
    display(bundle: MimeBundle) {
      const output: Output = { bundles: [bundle] };
      outputs.push(output);
      return { update: (next: MimeBundle) => void output.bundles.push(next) };
    },
    get signal() {
      return cell.signal;
    },
  };
});
afterEach(() => {
  delete (globalThis as Record<symbol, unknown>)[hostSymbol];
});

const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });
model.compile({ optimizer: tf.train.sgd(0.01), loss: 'meanSquaredError', metrics: ['mae'] });
const [x, y] = [tf.ones([64, 2]), tf.ones([64, 1])];
const slow = { onBatchBegin: () => new Promise<void>((resolve) => setTimeout(resolve, 30)) };

describe('in a notebook', () => {
  test('one output is replaced in place, a few times a second, and ends as the table of epochs', async () => {
    const start = performance.now();
    const history = await train.fit(model, x, y, { epochs: 2, batchSize: 4, callbacks: slow });
    const seconds = (performance.now() - start) / 1000;
    assert.equal(outputs.length, 1);
    const { bundles } = outputs[0];
    assert.ok(bundles.length >= 3 && bundles.length <= 5 * seconds + 3, `${bundles.length} updates in ${seconds} s`);
    assert.match(String(bundles[0]['text/html']), /<progress value="0\.\d+" max="1"/);
    assert.match(String(bundles[0]['text/plain']), /^epoch 1\/2 · batch \d+\/16 · .* s left · loss \S+ · mae \S+$/);
    const last = bundles.at(-1)!;
    assert.match(String(last['text/plain']), /^2 epochs, 64 samples, 16 steps each, \d+\.\d s\nepoch {2}loss/);
    assert.match(String(last['text/html']), /^<table>.*<\/table>$/);
    assert.deepEqual(history[displaySymbol](), {}, 'as the last expression of the same cell it is not shown again');
    cell = new AbortController();
    assert.match(String(history[displaySymbol]()['text/html']), /^<table>/);
  });

  test('nothing is shown on request', async () => {
    await train.fit(model, x, y, { verbose: 0 });
    assert.equal(outputs.length, 0);
  });

  test('the interrupt button stops it, and the table stays', async () => {
    const abort = { onBatchEnd: (batch: number) => void (batch === 5 && cell.abort()) };
    await assert.rejects(train.fit(model, x, y, { batchSize: 4, callbacks: abort }), {
      name: 'Interrupted',
      message: /interrupted in epoch 1 of 1, after batch 6 of 16\./,
    });
    assert.match(
      String(outputs[0].bundles.at(-1)!['text/plain']),
      /^0 epochs, 64 samples, 16 steps each, 0\.0 s\. Interrupted\./,
    );
  });

  test('a live figure follows, drawn from the history', async () => {
    const drawn: number[] = [];
    const live = (history: train.History) => {
      drawn.push(history.batchLosses.length);
      return { [displaySymbol]: async () => ({ 'text/plain': `figure ${history.batchLosses.length}` }) };
    };
    await train.fit(model, x, y, { batchSize: 4, epochs: 2, live, callbacks: slow });
    const figure = outputs.find(({ bundles }) => String(bundles[0]['text/plain']).startsWith('figure'))!;
    assert.equal(figure.bundles.at(-1)!['text/plain'], 'figure 32');
    assert.ok(drawn.length >= 2 && drawn.length <= 4, `drawn ${drawn.length} times in about a second`);
  });
});

describe('a history', () => {
  test('gives last and best values, and names what it has', async () => {
    const history = new train.History({ epochs: 3 });
    [3, 1, 2].forEach((loss, i) => history.add(i + 1, { loss, accuracy: loss / 10 }, 0.5));
    assert.equal(history.last('loss'), 2);
    assert.deepEqual(history.best('loss'), { epoch: 2, value: 1 });
    assert.deepEqual(history.best('accuracy', 'max'), { epoch: 1, value: 0.3 });
    assert.throws(() => history.last('acc'), /has no "acc"; it has loss, accuracy\./);
  });

  test('of a hundred epochs shows twelve', () => {
    const history = new train.History({ epochs: 100 });
    for (let i = 1; i <= 100; i++) history.add(i, { loss: 1 / i }, 1);
    const { rows } = history.table();
    assert.deepEqual([rows.length, rows[0][0], rows.at(-1)![0]], [12, 1, 100]);
  });
});

test('numbers and times are short', () => {
  assert.deepEqual([0.123456, 12.3456, 1234.56, 1e-7, 1e7, 0, NaN].map(significant), [
    '0.1235',
    '12.35',
    '1234.6',
    '1.000e-7',
    '1.000e+7',
    '0.000',
    'NaN',
  ]);
  assert.deepEqual([0.04, 9.96, 59.6, 100, 3599, 3700].map(duration), [
    '0.0 s',
    '10 s',
    '60 s',
    '1:40 min',
    '1:00 h',
    '1:02 h',
  ]);
  assert.deepEqual(spread(100, 4), [0, 33, 66, 99]);
});

describe('findLearningRate', () => {
  test('finds a rate between too small and too large, and leaves model and optimizer as they were', async () => {
    train.seed(3);
    const target = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [4] })] });
    target.compile({ optimizer: tf.train.adam(0.123), loss: 'meanSquaredError' });
    const inputs = tf.randomNormal([256, 4], 0, 1, 'float32', 1);
    const targets = tf.tidy(() => inputs.sum(1).add(3));
    await train.fit(target, inputs, targets, { verbose: 0 });
    const before = [...target.getWeights()[0].dataSync()];
    const search = await train.findLearningRate(target, inputs, targets, { from: 1e-5, to: 10 });
    assert.ok(search.suggestion > 1e-3 && search.suggestion < 5, String(search));
    assert.deepEqual([...target.getWeights()[0].dataSync()], before);
    assert.equal(train.getLearningRate(target.optimizer), 0.123);
    const tensors = tf.memory().numTensors;
    await train.findLearningRate(target, inputs, targets, { from: 1e-5, to: 1e30 });
    assert.equal(tf.memory().numTensors, tensors);
    assert.match(String(search[displaySymbol]()['text/plain']), /^The loss falls fastest at a learning rate of /);
    await assert.rejects(train.findLearningRate(target, inputs, targets, { from: 1, to: 1 }), /the rates must rise/);
  });
});
