import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { lastWords } from '../../scripts/kernel/last-words';
import { converse, kernelMain, missing, ofKind, plain, run, streamed } from './kernel';

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

  test('a kill from outside is not called lack of memory', async () => {
    const { steps } = await converse([
      { execute: "process.kill(process.pid, 'SIGKILL');\nawait new Promise(() => {});" },
      { wait: 1.5 },
    ]);
    assert.equal(steps[0].reply.ename, 'KernelDied');
    assert.match(steps[0].reply.evalue!, /killed from outside \(signal SIGKILL\); its variables are lost/);
  });

  test('a program that a cell has started ends with the kernel, however that ends', async () => {
    const sleep = {
      execute: "import { spawn } from 'node:child_process';\nconst sleeper = spawn('sleep', ['300']);",
    };
    for (const kill of [false, true]) {
      const { steps, left_behind } = await converse([sleep], { kill });
      assert.equal(steps[0].reply.status, 'ok');
      assert.deepEqual(left_behind, []);
    }
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

describe("the reason of a process's end", () => {
  const end = { code: null, signal: 'SIGKILL' as const, heapIsFull: false, memoryKills: 0 };
  test('is lack of memory only where that was seen', () => {
    assert.deepEqual(lastWords({ ...end, memoryKills: 1 })[0], 'OutOfMemory');
    assert.deepEqual(lastWords({ ...end, signal: 'SIGABRT', heapIsFull: true })[0], 'OutOfMemory');
    assert.match(lastWords(end).join(' '), /^KernelDied .*no kill for want of memory/);
    assert.match(lastWords({ ...end, memoryKills: undefined }).join(' '), /^KernelDied .*not known here/);
    assert.match(lastWords({ ...end, signal: 'SIGTERM', memoryKills: 1 }).join(' '), /^KernelDied .*signal SIGTERM/);
    assert.match(lastWords({ ...end, code: 3, signal: null }).join(' '), /^KernelDied .*\(exit code 3\);/);
  });

  test('is said in words where Windows gives only a number', () => {
    const windows = { ...end, signal: null, memoryKills: undefined };
    const said = (code: number) => lastWords({ ...windows, code }).join(' ');
    assert.match(said(3221225477), /exit code 0xc0000005: native code read or wrote memory that is not its own\)/);
    assert.match(said(3221225725), /exit code 0xc00000fd: the stack was full\)/);
    assert.match(said(1), /exit code 1\)/);
  });
});

describe('a connection file that no kernel can use', { skip: missing }, () => {
  const ports = { shell_port: 1, iopub_port: 2, stdin_port: 3, control_port: 4, hb_port: 5 };
  const good = { transport: 'tcp', ip: '127.0.0.1', key: 'k', ...ports };
  const contents: [string, RegExp][] = [
    ['', /holds no JSON/],
    ['{"transport": "tcp"', /holds no JSON/],
    ['null', /must give transport as text, got undefined/],
    ['[]', /must give transport as text/],
    [JSON.stringify({ ...good, key: 7 }), /must give key as text, got 7/],
    [JSON.stringify({ ...good, hb_port: '5' }), /must give hb_port as a port, got "5"/],
    [JSON.stringify({ ...good, hb_port: 70_000 }), /must give hb_port as a port, got 70000/],
    [JSON.stringify({ ...good, signature_scheme: 'hmac-md5' }), /signatures by "hmac-md5"; only hmac-sha256 is known/],
    [
      JSON.stringify({ ...good, ip: '203.0.113.1' }),
      /address tcp:\/\/203\.0\.113\.1:\d of the connection file cannot be opened/,
    ],
  ];
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lstm-lab-connection-'));
  after(() => fs.rmSync(folder, { recursive: true }));

  async function complaint(...args: string[]): Promise<string> {
    const { code, stderr } = await run(process.execPath, [kernelMain, ...args], '', {});
    assert.equal(code, 1);
    assert.match(stderr, /^TypeScript kernel: [^\n]*\n$/, 'one sentence');
    return stderr;
  }

  test('is told in one sentence', async () => {
    const file = path.join(folder, 'connection.json');
    assert.match(await complaint(), /A connection file is missing/);
    assert.match(await complaint(file), /cannot be read: ENOENT/);
    for (const [content, sentence] of contents) {
      fs.writeFileSync(file, content);
      assert.match(await complaint(file), sentence);
    }
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
