/** The service that is told to stop while connections are busy, idle, silent, or in the middle of a request. */
import assert from 'node:assert/strict';
import http from 'node:http';
import net from 'node:net';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { test } from 'node:test';
import { forecaster, started, writer } from './bundles';

/** In ms: how long Fastify keeps a connection that nobody uses. */
const keepAlive = 72_000;

/** For what would wait for ever. */
const patience = { timeout: 300_000 };

const ask = (url: string, agent: http.Agent, body: object, begun = () => {}) =>
  new Promise<{ status: number; connection?: string; text: string }>((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const request = http.request(url, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.once('data', begun);
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode!, connection: response.headers.connection, text }),
      );
    });
    request.on('error', reject);
    request.end(JSON.stringify(body));
  });

/** Connects, and sends the beginning of a request. */
async function connected(url: string, beginning = ''): Promise<net.Socket> {
  const socket = net.connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => undefined).resume();
  await once(socket, 'connect');
  if (beginning) await new Promise((resolve) => socket.write(beginning, resolve));
  return socket;
}

test('under load it answers what was sent, says that connections close, and does not wait for their keep-alive', async () => {
  const service = await started(await forecaster('loaded.lstm', 8));
  const agent = new http.Agent({ keepAlive: true, maxSockets: 32 });
  const answers: Awaited<ReturnType<typeof ask>>[] = [];
  const failures: string[] = [];
  const asking = Array.from({ length: 32 }, async () => {
    while (failures.length < 1000) {
      const answer = await ask(`${service.url}/predict`, agent, { window: [0.1, 0.2] }).catch(
        (error: NodeJS.ErrnoException) => void failures.push(error.code ?? error.message),
      );
      if (!answer) return;
      answers.push(answer);
    }
  });
  while (answers.length < 200) await pause(20);
  const before = answers.length;
  const closed = service.close();
  await Promise.all(asking);
  const last = performance.now();
  await closed;
  assert.ok(performance.now() - last < keepAlive / 2, 'it waited for the keep-alive of its connections');
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
  assert.deepEqual([...new Set(failures)], ['ECONNREFUSED'], 'a request that was taken is lost');
  assert.ok(answers.slice(before).some(({ connection }) => connection === 'close'));
  assert.ok(answers.slice(0, before).every(({ connection }) => connection === 'keep-alive'));
  agent.destroy();
});

test('a text that goes on is finished, and its connection ends with it', async () => {
  const service = await started(await writer());
  const agent = new http.Agent({ keepAlive: true });
  let closed: Promise<void> | undefined;
  const body = { prompt: 'to be', length: 2000, stream: true };
  const written = ask(`${service.url}/generate`, agent, body, () => (closed = service.close()));
  const { status, text } = await written;
  const last = performance.now();
  await closed;
  assert.equal(status, 200);
  assert.match(text, /event: done\ndata: \{\}\n\n$/);
  assert.ok(performance.now() - last < keepAlive / 2);
  agent.destroy();
});

test(
  'connections that nothing is owed end: idle, silent, or with half a request when the timeout is over',
  patience,
  async () => {
    const timeout = 1;
    const service = await started(await forecaster('silent.lstm', 8), { timeout });
    const agent = new http.Agent({ keepAlive: true });
    assert.equal((await ask(`${service.url}/predict`, agent, { window: [0.1] })).status, 200);
    const silent = await connected(service.url);
    const half = await connected(service.url, 'POST /predict HTTP/1.1\r\nhost: localhost\r\ncontent-');
    const body =
      'POST /predict HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{"window"';
    const halfBody = await connected(service.url, body);
    const order: string[] = [];
    silent.on('close', () => order.push('silent'));
    half.on('close', () => order.push('half a head'));
    halfBody.on('close', () => order.push('half a body'));
    await service.close();
    await Promise.all([silent, half, halfBody].map((socket) => socket.closed || once(socket, 'close')));
    assert.equal(order.at(-1), 'half a body');
    agent.destroy();
  },
);
