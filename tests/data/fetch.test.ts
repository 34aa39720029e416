import { after, afterEach, before, beforeEach, describe, mock, test } from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import { DownloadError, fetchFile } from '../../lib/data';
import { patience } from '../../lib/data/download';
import { proxyFor } from '../../lib/data/http';
import type { MimeBundle } from '../../lib/notebook';
import { serve } from './server';

const content = crypto.randomBytes(300_000);
const sha256 = crypto.createHash('sha256').update(content).digest('hex');
const root = fs.mkdtempSync(path.join(os.tmpdir(), 'fetch-'));
const host = Symbol.for('lstm-lab.notebook');
const { connect, stall } = patience;
let cache: string;
let address: string;
let close: () => Promise<void>;
const asked: string[] = [];

before(async () => {
  ({ address, close } = await serve((request, response) => {
    asked.push(request.url!);
    const length = { 'content-length': content.length };
    if (request.url === '/good') response.writeHead(200, length).end(content);
    else if (request.url === '/chunked') response.writeHead(200).end(content);
    else if (request.url === '/moved') response.writeHead(302, { location: '/good' }).end();
    else if (request.url === '/circle') response.writeHead(302, { location: '/circle' }).end();
    else if (request.url === '/other') response.writeHead(200).end('something else');
    else if (request.url === '/short')
      response.writeHead(200, length).write(content.subarray(0, 1000), () => response.destroy());
    else if (request.url === '/stall') response.writeHead(200, length).write(content.subarray(0, 1000));
    else if (request.url === '/silent') return;
    else if (request.url?.startsWith('http://example.test/')) response.writeHead(200).end(content);
    else response.writeHead(404).end();
  }));
});
after(async () => {
  await close();
  fs.rmSync(root, { recursive: true });
});
beforeEach(() => {
  cache = fs.mkdtempSync(path.join(root, 'cache-'));
  process.env.LSTM_LAB_CACHE = cache;
  patience.connect = 400;
  patience.stall = 400;
});
afterEach(() => {
  for (const name of ['LSTM_LAB_CACHE', 'LSTM_LAB_DATA', 'http_proxy', 'https_proxy', 'no_proxy'])
    delete process.env[name];
  Object.assign(patience, { connect, stall });
  delete (globalThis as Record<symbol, unknown>)[host];
});

const fetchFrom = (where: string, name = 'file.bin') => fetchFile({ name, url: `${address}/${where}`, sha256 });

describe('fetchFile', () => {
  test('downloads once, checks, and then takes the cache', async () => {
    const first = await fetchFrom('good');
    assert.equal(first.from, 'web');
    assert.equal(first.place, 'file.bin, downloaded from ' + new URL(address).host);
    assert.deepEqual(fs.readFileSync(first.file), content);
    const count = asked.length;
    const second = await fetchFrom('good');
    assert.deepEqual([second.from, second.file, asked.length], ['cache', path.join(cache, 'file.bin'), count]);
    assert.deepEqual(fs.readdirSync(cache), ['file.bin']);
  });

  test('takes the reader’s own file first, as it is', async () => {
    process.env.LSTM_LAB_DATA = root;
    fs.writeFileSync(path.join(root, 'own.bin'), 'mine');
    const found = await fetchFrom('good', 'own.bin');
    assert.deepEqual([found.from, found.place], ['own', 'own.bin in your LSTM_LAB_DATA']);
    assert.equal(fs.readFileSync(found.file, 'utf8'), 'mine');
  });

  test('follows redirects, and servers that do not say how much they send', async () => {
    assert.equal((await fetchFrom('moved')).from, 'web');
    assert.equal((await fetchFrom('chunked', 'second.bin')).from, 'web');
  });

  for (const [where, message] of [
    ['missing', /file\.bin could not be downloaded from 127\.0\.0\.1:\d+: the server answers 404 Not Found\.$/],
    ['circle', /the server answers 302/],
    ['other', /its 14 bytes do not have the expected SHA-256\.$/],
    ['short', /(the connection broke|it ended after 1000 of 300000 bytes)\.$/],
    ['stall', /the server stopped sending\.$/],
    ['silent', /the server does not answer\.$/],
  ] as const) {
    test(`says what is wrong and leaves nothing behind: ${where}`, async () => {
      await assert.rejects(
        fetchFrom(where),
        (error: Error) => error instanceof DownloadError && message.test(error.message),
      );
      assert.deepEqual(fs.readdirSync(cache), []);
    });
  }

  test('says that nobody is there', async () => {
    const gone = await serve(() => {});
    await gone.close();
    const refused = fetchFile({ name: 'x', url: `${gone.address}/x`, sha256 });
    await assert.rejects(refused, /x could not be downloaded from .*: it refuses the connection\.$/);
    const nowhere = fetchFile({ name: 'x', url: 'http://nowhere.invalid/x', sha256 });
    await assert.rejects(nowhere, /from nowhere\.invalid: the name is not found, there may be no network\.$/);
  });

  test('a full disk is a sentence, and no download error that a substitute could mend', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    const disk = mock.method(fs, 'writeSync', () => {
      throw full;
    });
    try {
      await assert.rejects(fetchFrom('good'), (error: Error) => {
        assert.ok(!(error instanceof DownloadError));
        assert.match(error.message, /file\.bin could not be written: the disk is full\.$/);
        return true;
      });
    } finally {
      disk.mock.restore();
    }
    assert.deepEqual(fs.readdirSync(cache), []);
  });

  test('an interruption ends it and leaves nothing', async () => {
    const controller = new AbortController();
    (globalThis as Record<symbol, unknown>)[host] = {
      signal: controller.signal,
      display: () => ({ update() {} }),
    };
    setTimeout(() => controller.abort(), 150);
    await assert.rejects(fetchFrom('stall'), {
      name: 'Interrupted',
      message: 'The download of file.bin was interrupted.',
    });
    assert.deepEqual(fs.readdirSync(cache), []);
  });

  test('takes away what killed downloads left', async () => {
    fs.writeFileSync(path.join(cache, 'file.bin.999999999-1.partial'), 'half');
    fs.writeFileSync(path.join(cache, `file.bin.${process.ppid}-1.partial`), 'another process is at it');
    await fetchFrom('good');
    assert.deepEqual(fs.readdirSync(cache).sort(), ['file.bin', `file.bin.${process.ppid}-1.partial`]);
  });

  test('shows its progress in place', async () => {
    const bundles: MimeBundle[] = [];
    (globalThis as Record<symbol, unknown>)[host] = {
      signal: new AbortController().signal,
      display: (bundle: MimeBundle) => (bundles.push(bundle), { update: (next: MimeBundle) => bundles.push(next) }),
    };
    await fetchFrom('good');
    assert.match(String(bundles[0]['text/plain']), /^Downloading file\.bin: \d\.\d of 0\.3 MB/);
    assert.match(String(bundles[0]['text/html']), /<progress value="/);
  });

  test('goes through the proxy that the environment names', async () => {
    process.env.http_proxy = address;
    const found = await fetchFile({ name: 'x', url: 'http://example.test/x', sha256 });
    assert.equal(found.from, 'web');
    assert.equal(asked.at(-1), 'http://example.test/x');
  });
});

describe('an address behind a proxy', () => {
  const asked: string[] = [];
  let proxy: http.Server;
  let answer: (socket: Duplex) => void;
  before(async () => {
    proxy = http.createServer();
    proxy.on('connect', ({ url, headers }, socket) => {
      asked.push(`${url} ${headers['proxy-authorization']}`);
      answer(socket);
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  });
  after(() => proxy.close());

  for (const [what, reply, message] of [
    ['refuses', 'HTTP/1.1 403 No\r\ncontent-length: 0\r\n\r\n', /from example\.test: the proxy answers 403\.$/],
    ['is silent', '', /from example\.test: the server does not answer\.$/],
    ['leads to no TLS', 'HTTP/1.1 200 OK\r\n\r\nno handshake', /from example\.test: it does not speak TLS\.$/],
  ] as const) {
    test(`that ${what} is one sentence`, async () => {
      process.env.https_proxy = `http://me:p%40ss@127.0.0.1:${(proxy.address() as AddressInfo).port}`;
      let open: Duplex | undefined;
      answer = (socket) => (open = socket).on('error', () => {}).write(reply);
      await assert.rejects(fetchFile({ name: 'x', url: 'https://example.test/x', sha256 }), {
        name: 'DownloadError',
        message,
      });
      assert.equal(asked.at(-1), 'example.test:443 Basic bWU6cEBzcw==');
      assert.deepEqual(fs.readdirSync(cache), []);
      open?.destroy();
    });
  }
});

test('a proxy that is no HTTP proxy is named', async () => {
  process.env.http_proxy = 'socks5://localhost:1080';
  const refused = fetchFile({ name: 'x', url: 'http://example.test/x', sha256 });
  await assert.rejects(
    refused,
    /x could not be downloaded .*: http_proxy is "socks5:.*", and no address of an HTTP proxy/,
  );
  delete process.env.http_proxy;
});

test('proxyFor reads the environment as other programs do', () => {
  process.env.https_proxy = 'proxy.test:8080';
  process.env.no_proxy = 'Internal.TEST, .local';
  assert.equal(proxyFor(new URL('https://example.test/'))?.href, 'http://proxy.test:8080/');
  assert.equal(proxyFor(new URL('https://a.internal.test/')), undefined);
  assert.equal(proxyFor(new URL('https://printer.local/')), undefined);
  assert.equal(proxyFor(new URL('http://example.test/')), undefined);
  process.env.no_proxy = 'example.test:8443 other.test';
  assert.equal(proxyFor(new URL('https://example.test:8443/')), undefined);
  assert.equal(proxyFor(new URL('https://other.test/')), undefined);
  assert.ok(proxyFor(new URL('https://example.test/')));
});
