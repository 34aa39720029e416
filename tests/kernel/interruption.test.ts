import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { converse, missing, ofKind, plain, streamed, type Outcome } from './kernel';

const model = `import { tf, train } from 'lstm-lab';
const kept = 42;
const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3] })] });
model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
const x = tf.zeros([3200, 3]);
const y = tf.zeros([3200, 2]);`;

const steps = [
  { execute: model },
  { execute: 'const before = 1;\nwhile (true) {\n  before + 1;\n}', interrupt_after: 2 },
  { execute: 'await new Promise(() => {});', interrupt_after: 2 },
  {
    execute: "await null;\ntry {\n  for (;;) before + 1;\n} finally {\n  console.log('cleaned up');\n}",
    interrupt_after: 2,
  },
  { execute: 'for (;;) await null;', interrupt_after: 2 },
  {
    execute: "console.log('started');\nawait model.fit(x, y, { epochs: 1e6, verbose: 0 });\nconsole.log('went on');",
    interrupt_after: 3,
  },
  { execute: 'const history = await model.fit(x, y, { epochs: 2, verbose: 0 });\nhistory.epoch.length' },
  { execute: "await train.fit(model, x, y, { epochs: 1e6 });\nconsole.log('went on');", interrupt_after: 3 },
  { execute: 'model.fit(x, y, { epochs: 1e6, verbose: 0 });\nawait new Promise(() => {});', interrupt_after: 2 },
  { execute: "/^(a+)+$/.test('a'.repeat(50) + 'b');", interrupt_after: 2 },
  { execute: 'kept + before' },
];

describe('interrupting a cell', { skip: missing }, () => {
  let outcome: Outcome;
  before(async () => {
    outcome = await converse(steps);
  });

  function interrupted(step: number): string {
    const { reply } = outcome.steps[step];
    assert.deepEqual([reply?.status, reply?.ename], ['error', 'Interrupted']);
    assert.match(reply.evalue!, /interrupted/);
    assert.equal(ofKind(outcome.steps[step], 'error').length, 1);
    return plain(reply.traceback);
  }

  test('stops an endless loop, and says where', () => {
    assert.match(interrupted(1), /Cell \[2\], line 2\n[^]*> 2 \| while \(true\) \{/);
  });

  test('stops waiting for a promise that never settles', () => {
    interrupted(2);
  });

  test('stops an endless loop behind an await, and runs its finally block', () => {
    assert.match(interrupted(3), /Cell \[4\], line 3/);
    assert.equal(streamed(outcome.steps[3]), 'cleaned up\n');
    interrupted(4);
  });

  test('stops model.fit of stock TensorFlow.js; the model trains again afterwards', () => {
    assert.match(interrupted(5), /Cell \[6\], line 2/);
    assert.equal(streamed(outcome.steps[5]), 'started\n');
    assert.deepEqual(ofKind(outcome.steps[6], 'execute_result')[0].data, { 'text/plain': '2' });
  });

  test('stops train.fit', () => {
    assert.match(interrupted(7), /Cell \[8\], line 1/);
    assert.equal(streamed(outcome.steps[7]), '');
  });

  test('stops training that the cell does not wait for', () => {
    interrupted(8);
  });

  test('breaks off a synchronous call', () => {
    interrupted(9);
  });

  test('keeps the kernel and its variables', () => {
    assert.deepEqual(ofKind(outcome.steps[10], 'execute_result')[0].data, { 'text/plain': '43' });
    assert.deepEqual(outcome.left_behind, []);
  });
});

describe('an interrupt right behind its cell', { skip: missing }, () => {
  const endless = "import { tf } from 'lstm-lab';\nwhile (true) tf.dispose([]);";
  test('stops the cell while it is being compiled, before it runs, or as it starts', async () => {
    const seconds = [0.3, 0, 0.001, 0.005, 0.02, 0.05, 0.1, 0];
    const { steps: results } = await converse([
      ...seconds.map((interrupt_after) => ({ execute: endless, interrupt_after, timeout: 40 })),
      { execute: '1 + 1' },
    ]);
    results.slice(0, -1).forEach(({ reply }, k) => assert.equal(reply?.ename, 'Interrupted', `after ${seconds[k]} s`));
    assert.equal(results.at(-1)?.reply?.status, 'ok');
  });

  test('that finds nothing running does not touch what is sent later', async () => {
    const { steps: results } = await converse([{ interrupt_after: 0, wait: 0.5 }, { execute: '1 + 1' }]);
    assert.equal(results[1].reply?.status, 'ok');
  });
});
