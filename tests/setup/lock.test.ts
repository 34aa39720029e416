/** The lock holds between processes, and a dead process's lock holds nobody up. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { acquireLock, startOf } from '../../scripts/setup/lock.mjs';

const MODULE = pathToFileURL(path.resolve(__dirname, '../../scripts/setup/lock.mjs')).href;
let folder: string;
let file: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lock-'));
  file = path.join(folder, 'lock');
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const hold = (holder: object) => fs.writeFileSync(file, JSON.stringify({ host: os.hostname(), ...holder }));

test('six processes never hold it together', async () => {
  const program = `
    import fs from 'node:fs';
    import { acquireLock } from ${JSON.stringify(MODULE)};
    for (let k = 0; k < 3; k++) {
      const release = await acquireLock(${JSON.stringify(file)});
      fs.writeFileSync(${JSON.stringify(path.join(folder, 'inside'))}, '', { flag: 'wx' });
      await new Promise((resolve) => setTimeout(resolve, 10));
      fs.rmSync(${JSON.stringify(path.join(folder, 'inside'))});
      release();
    }`;
  hold({ pid: 2 ** 22 + 1 });
  const codes = await Promise.all(
    Array.from(
      { length: 6 },
      () =>
        new Promise((resolve) => {
          spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'inherit' }).on('close', resolve);
        }),
    ),
  );
  assert.deepEqual(codes, [0, 0, 0, 0, 0, 0]);
  assert.equal(fs.existsSync(file), false);
});

test('a lock of a process that ended counts for nothing', async () => {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  hold({ pid });
  const release = await acquireLock(file, () => assert.fail('it should not wait'));
  release();
  assert.equal(fs.existsSync(file), false);
});

test('a lock whose number now belongs to another process counts for nothing', async () => {
  assert.notEqual(startOf(process.pid), undefined);
  hold({ pid: process.pid, started: 'long ago' });
  (await acquireLock(file, () => assert.fail('it should not wait')))();
});

test('a living holder is waited for, and named once', async () => {
  const release = await acquireLock(file);
  const waited: number[] = [];
  const second = acquireLock(file, ({ pid }) => void waited.push(pid));
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.deepEqual(waited, [process.pid]);
  release();
  (await second)();
});

test('a lock from another machine is respected', async () => {
  hold({ pid: 1, host: 'elsewhere' });
  const waited: string[] = [];
  const second = acquireLock(file, ({ host }) => void waited.push(host));
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.deepEqual(waited, ['elsewhere']);
  fs.rmSync(file);
  (await second)();
});
