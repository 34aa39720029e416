/** Flags of the commands, the port that JupyterLab takes, and the page that it opens. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { firstPage, freePort } from '../../scripts/setup/jupyter.mjs';

const command = (name: string, args: string[]) =>
  spawnSync(process.execPath, [path.resolve(__dirname, '../../scripts/setup', name), ...args], { encoding: 'utf8' });

describe('flags', () => {
  test('--help lists them and does nothing else', () => {
    const { status, stdout } = command('start.mjs', ['--help']);
    assert.equal(status, 0);
    for (const flag of ['--gpu', '--cpu', '--check', '--no-browser', '--port VALUE'])
      assert.ok(stdout.includes(flag), flag);
  });

  test('an unknown one, or one that makes no sense, is a sentence and exit code 2', () => {
    const cases: [string, string[], RegExp][] = [
      ['start.mjs', ['--gup'], /Unknown option '--gup'\.\n/],
      ['start.mjs', ['--port', 'x'], /--port x: a whole number/],
      ['start.mjs', ['--gpu', '--cpu'], /exclude each other/],
      ['main.mjs', ['now'], /Unexpected argument 'now'/],
      ['doctor.mjs', ['--jsn'], /Unknown option '--jsn'\.\n/],
    ];
    for (const [name, args, words] of cases) {
      const { status, stderr } = command(name, args);
      assert.equal(status, 2, `${name} ${args.join(' ')}`);
      assert.match(stderr, words);
      assert.doesNotMatch(stderr, /\n +at /);
    }
  });
});

test('a taken port is passed over', async () => {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const free = await freePort(port);
  assert.ok(free > port && free < port + 100, `${free}`);
  await new Promise((resolve) => server.close(resolve));
  assert.equal(await freePort(port), port);
});

test('JupyterLab opens lesson 00 when there is one', () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'page-'));
  try {
    assert.equal(firstPage(root), '/lab');
    fs.mkdirSync(path.join(root, 'notebooks'));
    fs.writeFileSync(path.join(root, 'notebooks', '02-more.ipynb'), '');
    assert.equal(firstPage(root), '/lab');
    fs.writeFileSync(path.join(root, 'notebooks', '00-begin.ipynb'), '');
    assert.equal(firstPage(root), '/lab/tree/notebooks/00-begin.ipynb');
  } finally {
    fs.rmSync(root, { recursive: true });
  }
});
