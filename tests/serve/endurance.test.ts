/** The service while its workers are killed, its bundle is replaced, and it is told to stop. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { once } from 'node:events';
import { after, describe, test } from 'node:test';
import { forecaster, inFolder, post, sentiment, started, type Reply } from './bundles';

/** A window that takes a while, and units that make sure of it on a fast machine. */
const units = 256;
const long = { window: new Array<number>(60_000).fill(0.5) };

/** Waits until `isSo`, at most so many seconds. */
async function until(isSo: () => boolean | Promise<boolean>, seconds = 180): Promise<void> {
  const end = Date.now() + 1000 * seconds;
  while (!(await isSo())) {
    assert.ok(Date.now() < end, `not so after ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const waiting = async (url: string) =>
  Number(/requests_waiting (\d+)/.exec(await (await fetch(`${url}/metrics`)).text())![1]);

test('a worker that is killed loses what was in its hands, says so, and is replaced', async () => {
  const service = await started(await forecaster('slow.lstm', units), { batch: 1, timeout: 300 });
  const [first] = service.workers;
  const asked = Array.from({ length: 4 }, () => post(`${service.url}/predict`, long));
  await until(async () => (await waiting(service.url)) === 3);
  process.kill(first, 'SIGKILL');
  const replies = await Promise.all(asked);
  const lost = replies.filter(({ status }) => status !== 200);
  assert.deepEqual(
    lost.map(({ status }) => status),
    [503],
  );
  assert.match(lost[0].body.error as string, /ended before it was done; send the request again/);
  assert.equal(lost[0].headers.get('retry-after'), '1');
  assert.equal(service.workers.length, 1);
  assert.notEqual(service.workers[0], first);
  assert.match(service.log.join(''), /a worker has ended/);
});

test('a computation that takes too long is stopped, and the next is answered', async () => {
  const service = await started(await forecaster('slow.lstm', units), { timeout: 0.2 });
  const { status, body } = await post(`${service.url}/predict`, { window: new Array<number>(100_000).fill(1) });
  assert.equal(status, 503);
  assert.match(body.error as string, /longer than 0\.2 s/);
  await until(async () => (await post(`${service.url}/predict`, { window: [0.1] })).status === 200);
});

describe('another bundle', () => {
  const token = 'the token of the tests';
  const bearer = { authorization: `Bearer ${token}` };

  test('takes the place of the first while requests go on, and none is lost', async () => {
    const file = await sentiment('replaced.lstm', true, -9);
    const service = await started(file, { token });
    const replies: Reply[] = [];
    let isDone = false;
    const asking = Array.from({ length: 4 }, async () => {
      while (!isDone) replies.push(await post(`${service.url}/predict`, { text: 'dull' }, bearer));
    });
    await until(() => replies.length > 20);
    await sentiment('replaced.lstm', true, 9);
    const reloaded = await post(`${service.url}/reload`, {}, bearer);
    assert.equal(reloaded.status, 200);
    const soFar = replies.length;
    await until(() => replies.length > soFar + 20);
    isDone = true;
    await Promise.all(asking);
    assert.deepEqual([...new Set(replies.map(({ status }) => status))], [200]);
    assert.equal(replies[0].body.label, 'negative');
    assert.equal(replies.at(-1)!.body.label, 'positive');
    await until(() => service.workers.length === 1);
  });

  test('that is damaged, or does something else, is refused, and the first goes on', async () => {
    const file = await sentiment('steady.lstm');
    const service = await started(file, { token });
    fs.writeFileSync(file, fs.readFileSync(file).subarray(0, 500));
    const { status, body } = await post(`${service.url}/reload`, {}, bearer);
    assert.equal(status, 422);
    assert.ok(String(body.error).includes(`was not reloaded: ${file} is no whole zip archive`), String(body.error));
    await assert.rejects(service.reload(await forecaster()), /does not classify a text as this service does/);
    const [first] = service.workers;
    process.kill(first, 'SIGKILL'); // its successor reads what the first read
    await until(() => service.workers.length === 1 && service.workers[0] !== first);
    await until(async () => (await fetch(`${service.url}/ready`)).status === 200);
    assert.equal((await post(`${service.url}/predict`, { text: 'dull' }, bearer)).status, 200);
  });
});

describe('lstm-lab serve', () => {
  const command = path.resolve(__dirname, '../../lib/cli/main.ts');
  const children: ChildProcess[] = [];
  after(() => children.forEach((child) => child.kill('SIGKILL'))); // a test that fails must not wait for its service
  const run = (...args: string[]) => {
    const program = `require(${JSON.stringify(command)}).main(process.argv.slice(1)).then((code) => { process.exitCode = code; });`;
    const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', '-e', program, 'serve', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, LSTM_LAB_TOKEN: '' },
    });
    children.push(child);
    const said = { out: '', error: '' };
    child.stdout!.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
    child.stderr!.on('data', (chunk: Buffer) => (said.error += chunk.toString()));
    return { child, said, ended: once(child, 'close') as Promise<[number]> };
  };

  test('answers all that has come when it is told to stop, and leaves no process behind', async () => {
    const { child, said, ended } = run(
      await forecaster('told.lstm', units),
      '--port',
      '0',
      '--batch',
      '1',
      '--timeout=300',
    );
    await until(() => said.out.includes('answers at'));
    const url = /answers at (\S+)/.exec(said.out)![1];
    const asked = Array.from({ length: 4 }, () => post(`${url}/predict`, long));
    await until(async () => (await waiting(url)) > 0);
    child.kill('SIGTERM');
    assert.deepEqual(
      (await Promise.all(asked)).map(({ status }) => status),
      [200, 200, 200, 200],
    );
    assert.deepEqual((await ended)[0], 0);
    assert.match(said.out, /All requests are answered\.\n$/);
    await assert.rejects(fetch(url));
  });

  test('reads its bundle anew at SIGHUP', async () => {
    const { child, said, ended } = run(await sentiment('hup.lstm'), '--port', '0', '--log', 'silent');
    await until(() => said.out.includes('answers at'));
    child.kill('SIGHUP');
    await until(() => said.out.includes('was read anew'));
    child.kill('SIGINT');
    assert.equal((await ended)[0], 0);
  });

  const refusals: Record<string, [args: string[], code: number, sentence: RegExp]> = {
    'a bundle that is missing': [['/none.lstm'], 1, /^\/none\.lstm does not exist\.\n$/],
    'a port that is no number': [['/none.lstm', '--port', 'http'], 1, /^--port is "http"; it takes a number\.\n$/],
    'an unknown flag': [
      ['/none.lstm', '--prot', '1'],
      2,
      /^lstm-lab serve has no flag --prot; did you mean "port"\?\n$/,
    ],
    'a host for all without a token': [
      ['/none.lstm', '--host', '0.0.0.0'],
      1,
      /^0\.0\.0\.0 can be reached .*give a token.*\n$/,
    ],
  };
  for (const [what, [args, code, sentence]] of Object.entries(refusals))
    test(`refuses ${what} in one sentence`, async () => {
      const { said, ended } = run(...args);
      assert.equal((await ended)[0], code);
      assert.match(said.error, sentence);
    });

  test('refuses a port that is taken in one sentence', async () => {
    const service = await started(await sentiment('port.lstm'));
    const { said, ended } = run(inFolder('port.lstm'), '--port', new URL(service.url).port);
    assert.equal((await ended)[0], 1);
    assert.match(said.error, /^Port \d+ is taken by another program; give another, for example --port \d+\.\n$/);
  });
});
