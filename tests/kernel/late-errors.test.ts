import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { converse, missing, ofKind, plain, type Outcome, type Step } from './kernel';

const throwsAfter = (milliseconds: number) =>
  `setTimeout(() => {\n  throw new RangeError('late');\n}, ${milliseconds});`;
const interactive = (execute: string): Step => ({ execute, allow_stdin: true });
const headless = (execute: string): Step => ({ execute, allow_stdin: false });

describe('errors that no cell waits for', { skip: missing }, () => {
  let outcome: Outcome;
  const status = (step: number) => outcome.steps[step].reply.status;
  const errors = (step: number) => outcome.steps[step].messages.filter((message) => message.type === 'error');

  before(async () => {
    outcome = await converse(
      [
        interactive(throwsAfter(300)),
        { wait: 0.8 },
        interactive('1'),
        interactive("void Promise.reject(new TypeError('floating')); 'value'"),
        interactive(
          "setTimeout(() => { throw new Error('during'); }, 10);\nawait new Promise((r) => setTimeout(r, 300));",
        ),
        interactive('1'),
        headless(throwsAfter(100)),
        headless(throwsAfter(1000)),
        { wait: 1.5 },
        headless("'next'"),
        headless("'next but one'"),
        headless(throwsAfter(1000)),
        { execute: '//lstm-lab:drain 5', allow_stdin: false, store_history: false },
        headless('setInterval(() => undefined, 50).unref();'),
        headless(throwsAfter(700)),
        { wait: 1.2 },
        interactive('const explode = (): never => {\n  throw new RangeError("thrown in another cell");\n};'),
        interactive('setTimeout(explode, 300);\nsetTimeout(() => void Promise.reject(new Error("floating")), 400);'),
        interactive('1'),
        { wait: 1 },
        interactive('1'),
        headless(throwsAfter(700)),
        { wait: 1.2 },
      ],
      { env: { LSTM_LAB_DRAIN_SECONDS: '0.5' } },
    );
  });

  test('an error after the cell has ended appears under the cell that started the timer', () => {
    assert.equal(status(0), 'ok');
    const [late] = errors(1);
    assert.equal(late.parent, outcome.steps[0].parent);
    assert.match(plain(late.content.traceback), /^RangeError: late\n\nCell \[1\], line 2\n/);
    assert.equal(status(2), 'ok', 'a reader who has seen it is not told twice');
  });

  test('an unhandled rejection fails its own cell', () => {
    assert.equal(status(3), 'error');
    assert.equal(outcome.steps[3].reply.ename, 'TypeError');
    assert.equal(errors(3).length, 1);
    assert.equal(ofKind(outcome.steps[3], 'execute_result').length, 1);
  });

  test('an error in a timer while its cell still runs fails the cell', () => {
    assert.deepEqual([status(4), outcome.steps[4].reply.evalue, errors(4).length], ['error', 'during', 1]);
    assert.equal(status(5), 'ok');
  });

  test('a headless cell waits for the timers that it leaves', () => {
    assert.deepEqual([status(6), outcome.steps[6].reply.evalue, errors(6).length], ['error', 'late', 1]);
  });

  test('a headless client learns of a still later error by its next cell, once', () => {
    assert.equal(status(7), 'ok');
    assert.equal(status(9), 'error');
    assert.equal(ofKind(outcome.steps[9], 'error')[0].evalue, 'late');
    assert.match(plain(outcome.steps[9].reply.traceback), /Cell \[7\], line 2/);
    assert.equal(status(10), 'ok');
  });

  test('the drain request waits for pending timers and carries their error', () => {
    assert.equal(status(11), 'ok');
    const { reply } = outcome.steps[12];
    assert.deepEqual([reply.status, reply.ename], ['error', 'RangeError']);
    const usage = reply.lstm_lab as { peakMegabytes: number; tensors: number; pendingTimers: number };
    assert.ok(usage.peakMegabytes > 20);
    assert.deepEqual([usage.tensors, usage.pendingTimers], [0, 0]);
  });

  test('a late error belongs to the cell that started its timer, not to the one it was thrown in or to the latest', () => {
    const late = errors(19);
    assert.deepEqual(
      late.map(({ content }) => content.evalue),
      ['thrown in another cell', 'floating'],
    );
    for (const { parent } of late) assert.equal(parent, outcome.steps[17].parent);
    assert.match(plain(late[0].content.traceback), /Cell \[\d+\], line 2\n[^]*throw new RangeError/);
  });

  test('an error that no reply could carry is told at shutdown', () => {
    assert.equal(status(21), 'ok');
    assert.equal(outcome.exit_code, 1);
    assert.match(outcome.stderr, /an error came after its cell had ended\n.*RangeError.*late/);
  });
});
