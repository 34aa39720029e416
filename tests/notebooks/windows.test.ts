/** The Python half of the runner, asked as Windows would. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { pythonIn } from '../../lib/build-native/python.mjs';

const root = path.resolve(__dirname, '../..');
const python = pythonIn(path.join(root, '.venv'));
const missing = !existsSync(python) && 'needs .venv (npm run setup)';

interface Found {
  options: object;
  on_linux: string[];
  ended: string[];
  memory: number;
  closing: number;
  stops: { ignored: boolean; elsewhere_refused: boolean };
  loops: string[];
}

describe('execute.py on Windows', { skip: missing }, () => {
  let found: Found;
  before(() => {
    const script = path.join(__dirname, 'fixtures/as_windows.py');
    const executor = path.join(root, 'scripts/notebooks/execute.py');
    const { stdout, stderr } = spawnSync(python, [script, executor], { encoding: 'utf8', input: '' });
    assert.notEqual(stdout, '', stderr);
    found = JSON.parse(stdout) as Found;
  });

  test('asks the system for nothing that only Linux knows', () => {
    assert.deepEqual(found.options, {});
    assert.deepEqual(found.on_linux, ['preexec_fn']);
  });

  test('takes the loop that ZeroMQ can wait in, elsewhere the default one', () => {
    assert.deepEqual(found.loops, ['Policy']);
  });

  test('leaves Ctrl-C to the runner, where a loop can hear no signals', () => {
    assert.deepEqual(found.stops, { ignored: true, elsewhere_refused: true });
  });

  test('notices that the runner is gone, without waiting for a pipe in the loop', () => {
    assert.ok(found.closing < 5, String(found.closing));
  });

  test('measures memory without /proc', () => {
    assert.ok(found.memory > 64 && found.memory < 200, String(found.memory));
  });

  test('says how a kernel has ended', () => {
    assert.deepEqual(found.ended, ['it ended', 'exit code 1', 'exit code 0xc0000005', 'killed by SIGKILL']);
  });
});
