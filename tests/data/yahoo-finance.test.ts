import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import type { IncomingMessage } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { yahooFinance } from '../../lib/data';
import { serve } from './server';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'yahoo-'));
const asked: IncomingMessage[] = [];
let server: string;
let close: () => Promise<void>;

/** Three days of New York at 9:30, the second without a trade, as the service answers. */
const chart = (timestamp: number[] | undefined, quote: object, adjclose: object[]) => ({
  chart: {
    result: [
      {
        meta: {
          ...{
            currency: 'USD',
            symbol: '^GSPC',
            exchangeName: 'SNP',
            instrumentType: 'INDEX',
            fullExchangeName: 'SNP',
          },
          ...{ firstTradeDate: -1325583000, regularMarketTime: 1587153600, gmtoffset: -14400, timezone: 'EDT' },
          ...{ exchangeTimezoneName: 'America/New_York', regularMarketPrice: 2874.56, priceHint: 2 },
          ...{ hasPrePostMarketData: false, dataGranularity: '1d', range: '', validRanges: ['1d', 'max'] },
          currentTradingPeriod: Object.fromEntries(
            ['pre', 'regular', 'post'].map((name) => [name, { timezone: 'EDT', start: 0, end: 0, gmtoffset: -14400 }]),
          ),
        },
        ...(timestamp && { timestamp }),
        indicators: { quote: [quote], adjclose },
      },
    ],
    error: null,
  },
});
const days = chart(
  [1586957400, 1587043800, 1587130200],
  {
    open: [2795.64, null, 2842.43],
    high: [2801.88, null, 2879.22],
    low: [2761.54, null, 2830.88],
    close: [2783.36, null, 2874.56],
    volume: [5203390000, null, 5792140000],
  },
  [{ adjclose: [2783.36, null, 2874.56] }],
);

before(async () => {
  ({ address: server, close } = await serve((request, response) => {
    asked.push(request);
    if (request.url!.includes('/GONE?')) response.writeHead(404).end('{"chart":{"result":null}}');
    else if (request.url!.includes('/EMPTY?')) response.end(JSON.stringify(chart(undefined, {}, [{}])));
    else if (request.url!.includes('/ODD?')) response.end('<html>');
    else response.end(JSON.stringify(days));
  }));
});
after(async () => {
  await close();
  fs.rmSync(root, { recursive: true });
});
beforeEach(() => {
  process.env.LSTM_LAB_CACHE = fs.mkdtempSync(path.join(root, 'cache-'));
  asked.length = 0;
});
afterEach(() => {
  delete process.env.LSTM_LAB_CACHE;
});

const april = { from: '2020-04-15', to: '2020-04-18' };

describe('yahooFinance', () => {
  test('asks for the days of a symbol, reads them by the date of the exchange, and leaves out days without a trade', async () => {
    const table = await yahooFinance('^GSPC', { ...april, server });
    assert.equal(table.length, 2);
    assert.deepEqual(table.rows[1], {
      ...{ date: new Date('2020-04-17'), open: 2842.43, high: 2879.22, low: 2830.88 },
      ...{ close: 2874.56, adjclose: 2874.56, volume: 5792140000 },
    });
    assert.match(asked[0].url!, /^\/v8\/finance\/chart\/(\^|%5E)GSPC\?.*period1=1586908800&period2=1587168000/);
    assert.match(asked[0].headers['user-agent']!, /./);
  });

  test('keeps what it has read, and does not ask again', async () => {
    const first = await yahooFinance('^GSPC', { ...april, server });
    const second = await yahooFinance('^GSPC', { ...april, server });
    assert.deepEqual([second.rows, asked.length], [first.rows, 1]);
    await yahooFinance('^GSPC', { ...april, from: '2020-04-14', server });
    assert.equal(asked.length, 2);
  });

  test('says in one sentence that there is no network, no such symbol, no day, and no sense in an answer', async () => {
    const failing = (symbol: string, address = server) => yahooFinance(symbol, { ...april, server: address });
    const sentence = (text: RegExp) => (error: Error) => {
      assert.match(error.message, text);
      assert.ok(!error.message.includes('\n') && error.name === 'DownloadError', error.stack);
      return true;
    };
    await assert.rejects(
      failing('^GSPC', 'http://127.0.0.1:1'),
      sentence(/^\^GSPC could not be downloaded from .*refuses/),
    );
    await assert.rejects(failing('GONE'), sentence(/the server answers 404 Not Found/));
    await assert.rejects(failing('EMPTY'), sentence(/^EMPTY has no trading day from 2020-04-15 to 2020-04-18/));
    await assert.rejects(failing('ODD'), sentence(/^ODD could not be downloaded/));
    assert.deepEqual(fs.readdirSync(process.env.LSTM_LAB_CACHE!), []);
  });

  test('refuses what is no symbol, no day or no option, before it asks', async () => {
    await assert.rejects(yahooFinance('../etc', { ...april, server }), /got "\.\.\/etc"/);
    await assert.rejects(yahooFinance('^GSPC', { from: '2020-02-30', server }), /YYYY-MM-DD; got "2020-02-30"/);
    await assert.rejects(yahooFinance('^GSPC', { from: '2020-04-18', to: '2020-04-18' }), /from lies before to/);
    await assert.rejects(
      yahooFinance('^GSPC', { From: '2020-04-18' } as never),
      /no option "From"; did you mean "from"/,
    );
    assert.equal(asked.length, 0);
  });

  test('says how to get the package where it is not installed', () => {
    const program = `
      const Module = require('node:module');
      const resolve = Module._resolveFilename;
      Module._resolveFilename = function (name, ...rest) {
        if (name === 'yahoo-finance2') throw Object.assign(new Error('gone'), { code: 'MODULE_NOT_FOUND' });
        return resolve.call(this, name, ...rest);
      };
      const { yahooFinance } = require('./lib/data');
      yahooFinance('^GSPC', { from: '2020-04-15', to: '2020-04-18', server: '${server}' }).catch((e) => console.log(e.message));`;
    const repository = path.join(__dirname, '..', '..');
    const args = ['--require', require.resolve('tsx/cjs'), '-e', program];
    const said = execFileSync(process.execPath, args, { cwd: repository, encoding: 'utf8' });
    assert.equal(
      said.trim().split('\n').at(-1),
      'The package yahoo-finance2 is not installed: npm install yahoo-finance2 gets it. data.sp500() needs neither it nor a network.',
    );
  });
});
