/** What the service answers, and what it refuses. */
import assert from 'node:assert/strict';
import net from 'node:net';
import { text as readAll } from 'node:stream/consumers';
import { before, describe, test } from 'node:test';
import { fromBundle } from '../../lib/export';
import { serve } from '../../lib/serve';
import { forecaster, post, sentiment, started, writer } from './bundles';

const secret = 'a secret that nobody else knows';
let text: Awaited<ReturnType<typeof started>>;
let window: typeof text;
let writing: typeof text;
let guarded: typeof text;
let file: string;

before(async () => {
  file = await sentiment();
  text = await started(file, { characters: 2000 });
  window = await started(await forecaster());
  writing = await started(await writer());
  guarded = await started(file, { token: secret, rate: 30 });
});

describe('the service answers as its bundle does', () => {
  test('a text', async () => {
    const bundle = await fromBundle(file);
    const { status, body } = await post(`${text.url}/predict`, { text: 'A moving film!' });
    assert.equal(status, 200);
    assert.deepEqual(body, await bundle.answer('A moving film!'));
    const explained = await post(`${text.url}/explain`, { text: 'A moving film!' });
    assert.deepEqual(explained.body, await bundle.explain('A moving film!'));
  });

  test('a window', async () => {
    const bundle = await fromBundle(await forecaster('again.lstm'));
    const other = await started(await forecaster('again.lstm'));
    const { body } = await post(`${other.url}/predict`, { window: [0.1, 0.2] });
    assert.equal(typeof (body.values as number[])[0], 'number');
    assert.deepEqual(Object.keys(await bundle.answer([0.1, 0.2])), ['values']);
  });

  test('many at once, each its own, most of them together', async () => {
    const texts = ['a moving film', 'dull', 'too long and loud', 'well played', 'i liked it', 'not good'];
    const bundle = await fromBundle(file);
    const asked = Array.from({ length: 60 }, (_, i) => texts[i % texts.length]);
    const replies = await Promise.all(asked.map((one) => post(`${text.url}/predict`, { text: one })));
    for (const [i, { status, body }] of replies.entries()) {
      const expected = (await bundle.answer(asked[i])) as { probability: number };
      assert.equal(status, 200);
      assert.ok(Math.abs((body.probability as number) - expected.probability) < 1e-6);
    }
    const metrics = await (await fetch(`${text.url}/metrics`)).text();
    const [sum, count] = ['sum', 'count'].map((of) => Number(new RegExp(`batch_size_${of} (\\d+)`).exec(metrics)![1]));
    assert.ok(sum / count > 2, `${sum} requests in ${count} batches`);
    assert.match(metrics, /lstm_lab_request_seconds_bucket\{le="0\.1",path="\/predict",status="200"\} \d+/);
    assert.match(metrics, /lstm_lab_workers_ready 1\n/);
  });

  test('a text that goes on: whole, and as events that make up the same', async () => {
    const asked = { prompt: 'to be', length: 30, seed: 7 };
    const { body } = await post(`${writing.url}/generate`, asked);
    const response = await fetch(`${writing.url}/generate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...asked, stream: true }),
    });
    assert.match(response.headers.get('content-type')!, /^text\/event-stream/);
    const events = (await response.text()).trim().split('\n\n');
    assert.equal(events.pop(), 'event: done\ndata: {}');
    const pieces = events.map(
      (event) => (JSON.parse(event.replace('event: piece\ndata: ', '')) as { text: string }).text,
    );
    assert.ok(pieces.length > 1);
    assert.equal(pieces.join(''), body.text);
    assert.equal((body.text as string).length, 30);
  });

  test('who goes away in the middle of a text holds nobody up', async () => {
    const stop = new AbortController();
    const response = await fetch(`${writing.url}/generate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ prompt: 'to be', length: 10_000, stream: true }),
      signal: stop.signal,
    });
    await response.body!.getReader().read();
    stop.abort();
    assert.equal((await post(`${writing.url}/generate`, { prompt: 'to be', length: 3 })).status, 200);
  });

  test('health, readiness, and a description of itself', async () => {
    for (const path of ['/health', '/ready', '/openapi.json', '/docs']) {
      const response = await fetch(text.url + path);
      assert.equal(response.status, 200, path);
    }
    const description = (await (await fetch(`${text.url}/openapi.json`)).json()) as { paths: Record<string, object> };
    assert.deepEqual(Object.keys(description.paths).slice(0, 2), ['/predict', '/explain']);
    assert.ok(JSON.stringify(description.paths['/predict']).includes('"probabilities"'));
  });
});

describe('bad input gets one sentence', () => {
  const long = 'film '.repeat(500);
  const refusals: Record<string, [ask: () => ReturnType<typeof post>, status: number, sentence: RegExp]> = {
    'no JSON': [() => post(`${text.url}/predict`, '{"text": my secret'), 400, /no JSON that this service can read/],
    nothing: [() => post(`${text.url}/predict`, ''), 400, /has no body/],
    'another field': [() => post(`${text.url}/predict`, { txt: 'a' }), 400, /does not fit: the body must/],
    'a number': [() => post(`${text.url}/predict`, { text: 3 }), 400, /text must be string/],
    'an empty text': [() => post(`${text.url}/predict`, { text: '' }), 400, /text must NOT have fewer than 1/],
    'a text without a word': [() => post(`${text.url}/predict`, { text: '...' }), 400, /no word that this model knows/],
    'a text that is too long': [() => post(`${text.url}/predict`, { text: long }), 400, /more than 2000 characters/],
    'a body that is far too long': [
      () => post(`${text.url}/predict`, { text: 'a'.repeat(2 ** 21) }),
      413,
      /longer than/,
    ],
    'another type': [() => post(`${text.url}/predict`, 'text=a', { 'content-type': 'text/plain' }), 415, /reads JSON/],
    'another address': [() => post(`${text.url}/answer`, {}), 404, /POST \/predict, POST \/explain/],
    'another method': [() => asked(text.url, 'PUT /predict'), 405, /Ask \/predict with POST/],
    'an address that is none': [() => asked(text.url, 'GET /%zz'), 400, /address of the request cannot be read/],
    'headers without end': [() => asked(text.url, 'GET /health', { x: 'a'.repeat(20_000) }), 431, /headers .* longer/],
    'what is no HTTP': [() => asked(text.url, 'GET /health', { 'content-length': 'a' }), 400, /no request of HTTP/],
    'a packed body': [
      () => post(`${text.url}/predict`, { text: 'dull' }, { 'content-encoding': 'gzip' }),
      415,
      /without Content-Encoding/,
    ],
    'a window without steps': [() => post(`${window.url}/predict`, { window: [] }), 400, /fewer than 1/],
    'a window of words': [() => post(`${window.url}/predict`, { window: ['a'] }), 400, /window\.0 must be/],
    'a window that is too wide': [() => post(`${window.url}/predict`, { window: [[1, 2]] }), 400, /step 0 is not that/],
    'a temperature below 0': [
      () => post(`${writing.url}/generate`, { prompt: 'a', temperature: -1 }),
      400,
      /temperature must be >= 0/,
    ],
    'a stream of what cannot be': [
      () => post(`${writing.url}/generate`, { prompt: 'a', topP: 2, stream: true }),
      400,
      /topP/,
    ],
    'a name that is not localhost': [
      () => asked(text.url, 'GET /health', { host: 'evil.example' }),
      403,
      /the name localhost only/,
    ],
    'a reload without a token': [() => post(`${text.url}/reload`, {}), 403, /SIGHUP/],
    'a missing token': [() => post(`${guarded.url}/predict`, { text: 'dull' }), 401, /needs its token/],
    'a wrong token': [
      () => post(`${guarded.url}/predict`, { text: 'dull' }, { authorization: 'Bearer no' }),
      401,
      /token/,
    ],
  };
  for (const [what, [ask, status, sentence]] of Object.entries(refusals)) {
    test(what, async () => {
      const reply = await ask();
      assert.deepEqual([reply.status, Object.keys(reply.body)], [status, ['error']]);
      assert.match(reply.body.error as string, sentence);
      assert.doesNotMatch(reply.body.error as string, /my secret|\n/);
    });
  }

  test('the log has a line for each, and nothing of what was asked', () => {
    assert.ok(text.log.some((line) => (JSON.parse(line) as { status?: number }).status === 413));
    assert.doesNotMatch(text.log.join(''), /my secret|film|evil/);
  });

  test('the token opens, and one address may ask only so often', async () => {
    const ask = () => post(`${guarded.url}/predict`, { text: 'dull' }, { authorization: `Bearer ${secret}` });
    assert.equal((await ask()).status, 200);
    const replies = await Promise.all(Array.from({ length: 40 }, ask));
    const refused = replies.find(({ status }) => status === 429)!;
    assert.match(refused.body.error as string, /may ask 30 times in a minute/);
    assert.ok(Number(refused.headers.get('retry-after')) > 0);
  });
});

/** Asks with a request written by hand, also one that no client would send. */
async function asked(
  url: string,
  line: string,
  headers: Record<string, string> = {},
  body = '',
): ReturnType<typeof post> {
  const lines = Object.entries({ host: 'localhost', connection: 'close', ...headers }).map((pair) => pair.join(': '));
  const socket = net.connect(Number(new URL(url).port), '127.0.0.1');
  socket.write([`${line} HTTP/1.1`, ...lines, '', body].join('\r\n'));
  const [head, answer] = (await readAll(socket)).split('\r\n\r\n');
  return {
    status: Number(head.split(' ')[1]),
    headers: new Headers(),
    body: JSON.parse(answer) as Record<string, unknown>,
  };
}

describe('it does not start', () => {
  const port = () => Number(new URL(text.url).port);
  const refusals: Record<string, [start: () => Promise<unknown>, sentence: RegExp]> = {
    'on a port that is taken': [
      () => serve(file, { port: port() }),
      /Port \d+ is taken by another program; give another/,
    ],
    'where others can reach it, without a token': [
      () => serve(file, { host: '0.0.0.0' }),
      /anybody could ask: give a token/,
    ],
    'with a token that can be guessed': [() => serve(file, { token: 'abc' }), /takes at least 16/],
    'with a bundle that is missing': [() => serve('/none.lstm', { port: 0 }), /none\.lstm does not exist/],
    'with what is no bundle': [() => serve(__filename, { port: 0 }), /no whole zip archive/],
    'with an unknown option': [() => serve(file, { prot: 1 } as never), /did you mean "port"/],
  };
  for (const [what, [start, sentence]] of Object.entries(refusals)) test(what, () => assert.rejects(start(), sentence));
});
