/** `npm run bench -- --serve`: how many requests a second a service answers, and how long they take, all in one run. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import autocannon from 'autocannon';
import { removeFolder } from '../../../lib/system';
import { Table } from '../../../lib/table';
import { median as medianOf } from '../../../lib/series/statistics';
import { servedIn, type Served } from './model';
import { Server, type ServerName } from './servers';

/** What one service does with so many connections; medians of the rounds. */
export interface ServingRow {
  server: ServerName;
  connections: number;
  /** Requests a second. */
  rate: number;
  /** Times in ms that half of the requests, and all but one in a hundred, do not exceed. */
  p50: number;
  p99: number;
}

export interface ServingOptions {
  peers: boolean;
  threads: number;
  rounds: number;
  /** Length of one measurement. */
  seconds: number;
  log(line: string): void;
}

const connections = [1, 8, 64];

/** @throws Error when a service answers wrongly, or not at all */
export async function timeServing({ peers, threads, rounds, seconds, log }: ServingOptions): Promise<ServingRow[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lstm-serving-'));
  const servers: Server[] = [];
  try {
    const served = servedIn(folder);
    for (const name of ['ours', 'ours_unbatched', ...(peers ? ['fastapi' as const] : [])] as ServerName[]) {
      log(`starting ${name}`);
      servers.push(await Server.start(name, served, threads));
    }
    await checkSame(servers, served.texts[0]);
    const measured = new Map<string, ServingRow[]>();
    for (let round = 0; round <= rounds; round++)
      for (const count of connections)
        for (const server of servers) {
          log(`round ${round} of ${rounds}: ${server.name}, ${count} connections`);
          const row = await load(server, served, count, round === 0 ? 1 : seconds);
          if (round === 0) continue; // each has been asked once before it counts
          const key = `${server.name} ${count}`;
          measured.set(key, [...(measured.get(key) ?? []), row]);
        }
    return [...measured.values()].map((rows) => {
      const median = (of: 'rate' | 'p50' | 'p99') => medianOf(rows.map((row) => row[of]));
      return { ...rows[0], rate: median('rate'), p50: median('p50'), p99: median('p99') };
    });
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    removeFolder(folder);
  }
}

async function checkSame(servers: Server[], text: string): Promise<void> {
  const [expected, ...others] = await Promise.all(servers.map((server) => server.probability(text)));
  const wrong = others.findIndex((p) => !(Math.abs(p - expected) < 1e-4));
  if (wrong >= 0) throw new Error(`${servers[wrong + 1].name} gives ${others[wrong]}, ours ${expected}.`);
}

async function load(server: Server, { texts }: Served, count: number, duration: number): Promise<ServingRow> {
  const result = await autocannon({
    url: `${server.url}/predict`,
    connections: count,
    duration,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    requests: texts.map((text) => ({ body: JSON.stringify({ text }) })),
  });
  const failed = result.errors + result.timeouts + result.non2xx;
  if (failed > 0) throw new Error(`${server.name} failed at ${failed} of ${result.requests.total} requests.`);
  const { p50, p99 } = result.latency;
  return { server: server.name, connections: count, rate: result.requests.average, p50, p99 };
}

/** The rows for a terminal. */
export function servingTable(rows: ServingRow[]): string {
  const cells = [...rows]
    .sort((a, b) => a.connections - b.connections)
    .map(({ server, connections: count, rate, p50, p99 }) => [count, server, Math.round(rate), p50, p99]);
  return String(new Table(['Connections', 'Service', 'Requests a second', 'p50 (ms)', 'p99 (ms)'], cells));
}
