/** What differs between Windows and the others, asked as both. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import { LocalModules } from '../../scripts/kernel/cells/local-modules';
import { isRelative } from '../../scripts/kernel/compile/specifiers';
import { withSlashes } from '../../scripts/kernel/node-surroundings';
import {
  canInterruptItself,
  endGroup,
  endOwnGroup,
  isAlive,
  ownGroup,
  parentWatch,
} from '../../scripts/kernel/platform';
import { pythonIn } from '../../lib/build-native/python.mjs';

const windows = { platform: 'win32', path: path.win32 };
const linux = { platform: 'linux', path: path.posix };
const failing = (code: string) => () => {
  throw Object.assign(new Error(code), { code });
};

test('the interpreter of a Python environment', () => {
  assert.equal(pythonIn('C:\\the course\\.venv', windows), 'C:\\the course\\.venv\\Scripts\\python.exe');
  assert.equal(pythonIn('/the course/.venv', linux), '/the course/.venv/bin/python');
});

describe('a process and what it has started', () => {
  const asked: unknown[][] = [];
  const on = (platform: string, status = 0) => ({
    platform,
    kill: (...all: unknown[]) => asked.push(['kill', ...all]),
    run: (file: string, args: string[]) => {
      asked.push([file, ...args]);
      return { status };
    },
  });
  const after = (act: () => void) => {
    asked.length = 0;
    act();
    return [...asked];
  };

  test('has a group of its own, on Windows a console of its own', () => {
    assert.deepEqual(ownGroup({ platform: 'linux' }), { windowsHide: true, detached: true });
    assert.deepEqual(ownGroup({ platform: 'win32' }), { windowsHide: true, detached: false });
  });

  test('is ended as a whole', () => {
    assert.deepEqual(
      after(() => endGroup(42, 'SIGTERM', on('linux'))),
      [['kill', -42, 'SIGTERM']],
    );
    assert.deepEqual(
      after(() => endGroup(42, 'SIGTERM', on('win32'))),
      [['taskkill', '/PID', '42', '/T', '/F']],
    );
    assert.deepEqual(
      after(() => endGroup(undefined, 'SIGKILL', on('win32'))),
      [],
    );
  });

  test('is ended alone where Windows has no taskkill', () => {
    const [, second] = after(() => endGroup(42, 'SIGTERM', on('win32', 1)));
    assert.deepEqual(second, ['kill', 42, 'SIGKILL']);
  });

  test('may have ended already', () => {
    for (const platform of ['linux', 'win32'])
      endGroup(42, 'SIGKILL', { platform, kill: failing('ESRCH'), run: () => ({ status: 128 }) });
  });

  test('ends itself: Windows knows no negative numbers', () => {
    assert.deepEqual(
      after(() => endOwnGroup(on('linux'))),
      [['kill', -process.pid, 'SIGKILL']],
    );
    assert.deepEqual(
      after(() => endOwnGroup(on('win32'))),
      [['kill', process.pid, 'SIGKILL']],
    );
  });

  test('sends itself no SIGINT on Windows, where that would end it and lose the variables', () => {
    assert.deepEqual(
      ['linux', 'darwin', 'win32'].map((platform) => canInterruptItself({ platform })),
      [true, true, false],
    );
  });
});

test('a process is alive unless the system says that there is none', () => {
  assert.ok(isAlive(process.pid));
  assert.ok(isAlive(4, failing('EPERM')), 'of another user');
  assert.ok(!isAlive(4, failing('ESRCH')));
});

test('a parent that has gone is noticed, also where its number stays', () => {
  let parent = 7;
  let living = true;
  const elsewhere = parentWatch({ platform: 'linux', parent: () => parent });
  const onWindows = parentWatch({ platform: 'win32', parent: () => 7, alive: (pid) => pid === 7 && living });
  assert.deepEqual([elsewhere(), onWindows()], [false, false]);
  parent = 1;
  living = false;
  assert.deepEqual([elsewhere(), onWindows()], [true, true]);
});

describe('a notebook in a folder of Windows', () => {
  test('is compiled under names with slashes, as TypeScript writes them', () => {
    assert.equal(withSlashes('C:\\the course\\notebooks', path.win32), 'C:/the course/notebooks');
    assert.equal(withSlashes('/a\\b/c', path.posix), '/a\\b/c', 'elsewhere a backslash is a letter');
  });

  test('finds the files beside it, which the compiler names with slashes', () => {
    const modules = new LocalModules(() => ({ require, names: {} }), path.win32);
    const file = (name: string) => ({ path: name, code: '', map: '', isAsync: false, imports: [] });
    modules.update([file('C:/course/tools.ts'), file('C:/course/parts/index.ts')]);
    assert.equal(modules.find('C:\\course', './tools'), 'C:\\course\\tools.ts');
    assert.equal(modules.find('C:\\course\\notebooks', '../tools.js'), 'C:\\course\\tools.ts');
    assert.equal(modules.find('C:\\course', './parts'), 'C:\\course\\parts\\index.ts');
    assert.equal(modules.find('D:\\', 'C:/course/tools.ts'), 'C:\\course\\tools.ts');
    assert.equal(modules.find('C:\\course', 'tools'), undefined);
  });

  test('imports a file by its drive; a package and an address are none', () => {
    const names = ['./a', '../a', '/a', 'C:\\a.mjs', 'c:/a', 'node:fs', 'c:a', 'https://a.org/x.js', '@a/b', '.a'];
    assert.deepEqual(names.filter(isRelative), ['./a', '../a', '/a', 'C:\\a.mjs', 'c:/a']);
  });
});
