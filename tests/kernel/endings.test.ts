import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { converse, missing, ofKind, plain, streamed } from './kernel';

describe('the end of a kernel', { skip: missing, concurrency: false }, () => {
  test('process.exit and process.abort are errors, and the kernel goes on', async () => {
    const { steps, left_behind } = await converse([
      { execute: 'const kept = 1;' },
      { execute: "console.log('before');\nprocess.exit(3);" },
      { execute: 'process.abort();' },
      { execute: 'kept' },
      { restart: true },
      { execute: 'kept' },
    ]);
    assert.equal(streamed(steps[1]), 'before\n');
    for (const at of [1, 2])
      assert.deepEqual([steps[at].reply.status, steps[at].reply.ename], ['error', 'ProcessExit']);
    assert.match(
      plain(steps[1].reply.traceback),
      /^ProcessExit: process\.exit\(3\) was called.*\n\nCell \[2\], line 2\n/,
    );
    assert.equal(steps[3].reply.status, 'ok');
    assert.match(steps[5].reply.evalue!, /Cannot find name 'kept'/, 'a restarted kernel has forgotten');
    assert.deepEqual(left_behind, []);
  });

  test('running out of memory is said under the cell', async () => {
    const { steps, left_behind } = await converse(
      [
        {
          execute: "console.log('before');\nconst all: number[][] = [];\nfor (;;) all.push(new Array(1e6).fill(1.5));",
        },
      ],
      { env: { NODE_OPTIONS: '--max-old-space-size=300' } },
    );
    const [{ reply }] = steps;
    assert.deepEqual([reply.status, reply.ename], ['error', 'OutOfMemory']);
    assert.match(reply.evalue!, /used up JavaScript's memory/);
    assert.equal(ofKind(steps[0], 'error')[0].evalue, reply.evalue);
    assert.equal(streamed(steps[0]), 'before\n');
    assert.equal(streamed(steps[0], 'stderr'), '', "V8's dump is not shown");
    assert.deepEqual(left_behind, []);
  });

  test('a killed process is said under the cell, and the kernel ends', async () => {
    const { steps, left_behind } = await converse([
      { execute: "process.kill(process.pid, 'SIGSEGV');\nawait new Promise(() => {});" },
      { wait: 1.5 },
    ]);
    assert.deepEqual([steps[0].reply.ename, steps[0].reply.status], ['KernelDied', 'error']);
    assert.match(steps[0].reply.evalue!, /signal SIGSEGV/);
    assert.deepEqual(left_behind, []);
  });

  test('a kernel killed in an endless loop leaves no process behind', async () => {
    const outcome = await converse([{ execute: 'await null;\nwhile (true);', timeout: 1 }], { kill: true });
    assert.equal(outcome.steps[0].reply, null);
    assert.deepEqual(outcome.left_behind, []);
  });

  test('a kernel shut down in an endless loop leaves no process behind', async () => {
    const outcome = await converse([{ execute: 'while (true);', timeout: 1 }]);
    assert.deepEqual(outcome.left_behind, []);
  });

  test('a kernel whose client has gone ends by itself', async () => {
    const { left_behind: pids } = await converse([{ execute: 'while (true);', timeout: 1 }], { abandon: true });
    assert.ok(pids.length >= 2, 'the kernel and its cells');
    const alive = () => pids.filter(isAlive);
    for (let tries = 0; alive().length > 0 && tries < 100; tries++) await delay(100);
    assert.deepEqual(alive(), []);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
