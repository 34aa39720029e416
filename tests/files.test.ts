import { after, afterEach, describe, mock, test } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { replaceFile, replaceFileFrom, WriteError } from '../lib/files';
import { removeFolder, renamePatiently } from '../lib/system';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'files-'));
const file = path.join(folder, 'a.txt');
after(() => fs.rmSync(folder, { recursive: true }));
afterEach(() => {
  for (const name of fs.readdirSync(folder)) fs.rmSync(path.join(folder, name), { recursive: true });
});
const names = () => fs.readdirSync(folder).sort();
const failing = (code: string) => () => {
  throw Object.assign(new Error(code), { code });
};
const noSuchName = 'the system takes no such name; it is too long, or holds a character that is not allowed';

test('a folder goes with all that is in it, and may be gone already', () => {
  const all = path.join(folder, 'all');
  fs.mkdirSync(path.join(all, 'inner'), { recursive: true });
  fs.writeFileSync(path.join(all, 'inner', 'a.txt'), 'x');
  removeFolder(all);
  removeFolder(all);
  assert.deepEqual(names(), []);
});

describe('replaceFile', () => {
  test('writes text, bytes and pieces of both', () => {
    for (const [content, expected] of [
      ['é', 'é'],
      [Uint8Array.of(104, 105), 'hi'],
      [['a', Buffer.from('b'), new Set('c').values().next().value as string], 'abc'],
      ['', ''],
    ] as const) {
      replaceFile(file, content);
      assert.equal(fs.readFileSync(file, 'utf8'), expected);
    }
    assert.deepEqual(names(), ['a.txt']);
  });

  test('a system that writes less than it is asked for is asked again', () => {
    const { writeSync } = fs;
    const short = mock.method(fs, 'writeSync', (handle: number, bytes: Uint8Array, at: number, length: number) =>
      writeSync(handle, bytes, at, Math.min(length, 7)),
    );
    try {
      replaceFile(file, 'x'.repeat(1000));
    } finally {
      short.mock.restore();
    }
    assert.equal(fs.statSync(file).size, 1000);
  });

  test('no call writes 2 GiB or more, which Node refuses', () => {
    const lengths: number[] = [];
    const disk = mock.method(fs, 'writeSync', (_: number, __: Uint8Array, ___: number, length: number) => {
      lengths.push(length);
      return length;
    });
    try {
      replaceFile(file, { length: 5 * 2 ** 30, __proto__: Uint8Array.prototype } as unknown as Uint8Array);
    } finally {
      disk.mock.restore();
    }
    assert.ok(Math.max(...lengths) < 2 ** 31, String(lengths));
    assert.equal(
      lengths.reduce((sum, length) => sum + length, 0),
      5 * 2 ** 30,
    );
  });

  for (const step of ['writeSync', 'fsyncSync', 'renameSync'] as const) {
    test(`when ${step} fails on a full disk, one sentence says so and the old file stays alone`, () => {
      replaceFile(file, 'old');
      const disk = mock.method(fs, step, failing('ENOSPC'));
      try {
        assert.throws(() => replaceFile(file, 'new'), {
          name: 'WriteError',
          message: `${file} could not be written: the disk is full.`,
          code: 'ENOSPC',
        });
      } finally {
        disk.mock.restore();
      }
      assert.equal(fs.readFileSync(file, 'utf8'), 'old');
      assert.deepEqual(names(), ['a.txt']);
    });
  }

  test('on Windows waits for a program that holds the old file for a moment, elsewhere not', () => {
    replaceFile(file, 'old');
    const next = path.join(folder, 'next');
    fs.writeFileSync(next, 'new');
    const rename = fs.renameSync;
    let tries = 0;
    const held = mock.method(fs, 'renameSync', (from: string, to: string) => {
      if (++tries < 4) throw Object.assign(new Error('EPERM'), { code: 'EPERM' });
      rename(from, to);
    });
    try {
      assert.throws(() => renamePatiently(next, file, { platform: 'linux' }), { code: 'EPERM' });
      assert.equal(tries, 1);
      renamePatiently(next, file, { platform: 'win32' });
    } finally {
      held.mock.restore();
    }
    assert.equal(tries, 4);
    assert.equal(fs.readFileSync(file, 'utf8'), 'new');
    const full = mock.method(fs, 'renameSync', failing('ENOSPC'));
    try {
      assert.throws(() => renamePatiently(next, file, { platform: 'win32' }), { code: 'ENOSPC' });
    } finally {
      full.mock.restore();
    }
  });

  test('the limit of the system on file size leaves the old file', { skip: process.platform === 'win32' }, () => {
    replaceFile(file, 'old');
    const program = `require('./lib/files').replaceFile(${JSON.stringify(file)}, 'x'.repeat(300_000))`;
    const command = `ulimit -f 200; exec "${process.execPath}" --import tsx -e "$0"`;
    const root = path.resolve(__dirname, '..');
    const limited = spawnSync('bash', ['-c', command, program], { encoding: 'utf8', cwd: root });
    assert.match(limited.stderr, /could not be written: the system allows no file of that size\./);
    assert.equal(fs.readFileSync(file, 'utf8'), 'old');
  });

  test('a fault of the content itself is thrown as it is', () => {
    replaceFile(file, 'old');
    const broken = function* () {
      yield 'new';
      throw new RangeError('no more');
    };
    assert.throws(() => replaceFile(file, broken()), { name: 'RangeError', message: 'no more' });
    assert.equal(fs.readFileSync(file, 'utf8'), 'old');
    assert.deepEqual(names(), ['a.txt']);
  });

  test('says why a place cannot be written to', () => {
    fs.mkdirSync(path.join(folder, 'b'));
    replaceFile(file, 'x');
    for (const [place, reason] of [
      ['b', 'a folder has that name'],
      ['none/a.txt', 'its folder does not exist'],
      ['a.txt/a.txt', 'its folder is a file'],
      ['n'.repeat(300), process.platform === 'win32' ? noSuchName : 'the name is too long'],
    ])
      assert.throws(() => replaceFile(path.join(folder, place), ''), {
        message: `${path.join(folder, place)} could not be written: ${reason}.`,
      });
    assert.deepEqual(names(), ['a.txt', 'b']);
  });

  test('a name that Windows does not take is not said to lack a folder', () => {
    const open = mock.method(fs, 'openSync', failing('ENOENT'));
    try {
      const place = path.join(folder, 'loss: 0.5?.csv');
      assert.throws(() => replaceFile(place, ''), { message: `${place} could not be written: ${noSuchName}.` });
    } finally {
      open.mock.restore();
    }
  });

  test('follows a link and keeps the permissions of the old file', { skip: process.platform === 'win32' }, () => {
    const link = path.join(folder, 'link');
    replaceFile(file, 'old');
    fs.chmodSync(file, 0o600);
    fs.symlinkSync('a.txt', link);
    replaceFile(link, 'new');
    assert.ok(fs.lstatSync(link).isSymbolicLink());
    assert.equal(fs.readFileSync(file, 'utf8'), 'new');
    assert.equal(fs.statSync(file).mode & 0o777, 0o600);
  });

  test('writes to a device and leaves it one', { skip: process.platform === 'win32' }, () => {
    replaceFile('/dev/null', 'x');
    assert.ok(fs.statSync('/dev/null').isCharacterDevice());
  });

  test('takes away what killed writers of the same file left', () => {
    const living = `a.txt.${process.ppid}-1.partial`;
    for (const name of ['a.txt.999999999-1.partial', living, 'b.txt.999999999-1.partial'])
      fs.writeFileSync(path.join(folder, name), 'half');
    replaceFile(file, 'x');
    assert.deepEqual(names(), ['a.txt', living, 'b.txt.999999999-1.partial'].sort());
  });
});

describe('replaceFileFrom', () => {
  test('two streams into one file do not mix: the last to end stays', async () => {
    const slowly = (text: string, ms: number) =>
      (async function* () {
        for (const character of text) {
          await new Promise((resolve) => setTimeout(resolve, ms));
          yield character;
        }
      })();
    await Promise.all([replaceFileFrom(file, slowly('aaaa', 2)), replaceFileFrom(file, slowly('bbbb', 10))]);
    assert.equal(fs.readFileSync(file, 'utf8'), 'bbbb');
    assert.deepEqual(names(), ['a.txt']);
  });

  test('a stream that fails leaves the old file and its own error', async () => {
    replaceFile(file, 'old');
    const broken = (async function* () {
      yield 'new';
      throw new TypeError('the line broke');
    })();
    await assert.rejects(replaceFileFrom(file, broken), { name: 'TypeError' });
    assert.equal(fs.readFileSync(file, 'utf8'), 'old');
    assert.deepEqual(names(), ['a.txt']);
    await assert.rejects(replaceFileFrom(folder, broken), WriteError);
  });
});
