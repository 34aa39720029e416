/** Trading days as Yahoo Finance has them today, through the package yahoo-finance2 where that is installed. */
import fs from 'node:fs';
import path from 'node:path';
import { makeFolder, replaceFile } from '../files';
import { interruptSignal } from '../notebook';
import { checkOptions } from '../options';
import { readCSV } from './csv';
import { explainDownload, patience } from './download';
import { cacheDir } from './folders';
import { DownloadError, openAddress } from './http';
import { indexColumns, type IndexTable } from './tables';

/** Options of {@link yahooFinance}. */
export interface YahooFinanceOptions {
  /** The first day, YYYY-MM-DD. */
  from: string;
  /** The day after the last one, YYYY-MM-DD. Default: today, so that no unfinished day is read. */
  to?: string;
  /** Where Yahoo's service is. Default: https://query2.finance.yahoo.com. */
  server?: string;
}

/** The part of yahoo-finance2 3 that is used here. */
interface YahooFinance {
  chart(
    symbol: string,
    query: { period1: string; period2: string; interval: '1d'; return: 'array' },
  ): Promise<{ quotes: readonly Quote[]; meta: { exchangeTimezoneName: string } }>;
}
type Price = 'open' | 'high' | 'low' | 'close' | 'adjclose' | 'volume';
type Quote = { date: Date } & { readonly [K in Price]?: number | null };
type YahooFinanceClass = new (options: object) => YahooFinance;

/**
 * The trading days of a symbol, such as `^GSPC`, from Yahoo Finance: prices in its currency, volume in shares, dates of the exchange. They
 * are kept as a CSV file in the cache, under symbol and days, and not asked for again. Days without a trade are left out. Honours the
 * environment's proxies.
 * @throws DownloadError, one sentence, when yahoo-finance2 is not installed, there is no network, or Yahoo has no such symbol or days.
 *
 * @example
 * const days = await data.yahooFinance('^GSPC', { from: '2024-01-02', to: '2024-01-04' });
 * console.log(days.length, days.column('close')); // 2 Float64Array(2) [ 4742.83, 4704.81 ]
 */
export async function yahooFinance(symbol: string, options: YahooFinanceOptions): Promise<IndexTable> {
  checkOptions('yahooFinance', options, ['from', 'to', 'server']);
  if (typeof symbol !== 'string' || !/^[\w^.=-]+$/.test(symbol))
    throw new TypeError(`yahooFinance: a symbol is letters, digits and ^ . = -, such as "^GSPC"; got "${symbol}".`);
  const {
    from,
    to = new Date().toISOString().slice(0, 10),
    server = 'https://query2.finance.yahoo.com',
  } = options ?? {};
  for (const day of [from, to]) requireDay(day);
  if (from >= to) throw new RangeError(`yahooFinance: from lies before to; got ${from} and ${to}.`);
  // The word in front: Windows has no file CON.DE-….csv.
  const file = path.join(cacheDir(), `yahoo-${symbol.replace(/[^\w.-]/g, '_')}-${from}-${to}.csv`);
  if (fs.existsSync(file)) return readCSV(file, indexColumns);
  const Client = yahooFinanceClass();
  const quiet = Object.fromEntries(['info', 'warn', 'error', 'debug', 'dir'].map((name) => [name, () => undefined]));
  const client = new Client({ fetch: fetchFrom(server), logger: quiet, suppressNotices: ['yahooSurvey'] });
  const query = { period1: from, period2: to, interval: '1d', return: 'array' } as const;
  const { quotes, meta } = await client.chart(symbol, query).catch((error: Error) => {
    throw explainDownload(error, { name: symbol, url: server });
  });
  const days = quotes.filter(({ open, high, low, close }) =>
    [open, high, low, close].every((v) => typeof v === 'number'),
  );
  if (days.length === 0)
    throw new DownloadError(`${symbol} has no trading day from ${from} to ${to} at ${new URL(server).host}.`);
  makeFolder(cacheDir());
  replaceFile(file, csvOf(days, meta.exchangeTimezoneName));
  return readCSV(file, indexColumns);
}

function requireDay(day: string): void {
  const time = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(day) : NaN;
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== day)
    throw new RangeError(`yahooFinance: a day is written YYYY-MM-DD; got ${JSON.stringify(day)}.`);
}

function yahooFinanceClass(): YahooFinanceClass {
  const name = 'yahoo-finance2'; // not resolved by the compiler: the package is optional
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- whoever does not ask Yahoo need not have it
    return (require(name) as { default: YahooFinanceClass }).default;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    throw new DownloadError(
      'The package yahoo-finance2 is not installed: npm install yahoo-finance2 gets it. data.sp500() needs neither it nor a network.',
    );
  }
}

/** What the package takes for `fetch`, by this library's own requests, so that proxies, patience and interruption hold here too. */
const fetchFrom = (server: string) => async (address: string, options: { headers?: Record<string, string> }) => {
  const { pathname, search } = new URL(address);
  const { body, close } = await openAddress(
    new URL(`${pathname}${search}`, server),
    patience,
    interruptSignal(),
    options.headers,
  );
  try {
    const pieces: Buffer[] = [];
    for await (const piece of body) pieces.push(piece);
    return new Response(Buffer.concat(pieces));
  } finally {
    close();
  }
};

function csvOf(days: readonly Quote[], timeZone: string): string {
  const dateAt = new Intl.DateTimeFormat('en-CA', { timeZone });
  const rows = days.map((day) => [
    ...[dateAt.format(day.date), day.open, day.high, day.low, day.close, day.adjclose ?? day.close, day.volume ?? 0],
  ]);
  return [Object.keys(indexColumns), ...rows].map((row) => `${row.join()}\n`).join('');
}
