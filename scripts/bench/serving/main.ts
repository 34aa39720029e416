/** `npm run bench -- --serve`: how many requests a second a service answers, how long they take, and what memory, all in one run. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import autocannon from 'autocannon';
import { removeFolder } from '../../../lib/system';
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

/** What `--json` writes. */
export interface ServingResults {
  rows: ServingRow[];
  /** Resident memory of ours and its workers, in MB, after each tenth of so many requests. */
  memory?: { requests: number; megabytes: number[] };
}

export interface ServingOptions {
  peers: boolean;
  threads: number;
  rounds: number;
  /** Length of one measurement. */
  seconds: number;
  /** Over how many requests the memory is measured; 0 leaves it out. */
  requests: number;
  log(line: string): void;
}

const connections = [1, 8, 64];

/** @throws Error when a service answers wrongly, or not at all */
export async function timeServing(options: ServingOptions): Promise<ServingResults> {
  const { peers, threads, rounds, seconds, requests, log } = options;
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
          const { requests: done, latency } = await load(server, served, count, {
            duration: round === 0 ? 1 : seconds,
          });
          if (round === 0) continue; // each has been asked once before it counts
          const { p50, p99 } = latency;
          const row = { server: server.name, connections: count, rate: done.average, p50, p99 };
          const key = `${server.name} ${count}`;
          measured.set(key, [...(measured.get(key) ?? []), row]);
        }
    const rows = [...measured.values()].map((rounds) => {
      const median = (of: 'rate' | 'p50' | 'p99') => medianOf(rounds.map((row) => row[of]));
      return { ...rounds[0], rate: median('rate'), p50: median('p50'), p99: median('p99') };
    });
    if (requests === 0) return { rows };
    const megabytes: number[] = [];
    const amount = Math.ceil(requests / 10);
    for (let tenth = 1; tenth <= 10; tenth++) {
      await load(servers[0], served, Math.min(amount, connections.at(-1)!), { amount });
      megabytes.push(servers[0].megabytes());
      log(`${tenth} of 10 tenths of ${requests} requests: ${megabytes.at(-1)} MB`);
    }
    return { rows, memory: { requests, megabytes } };
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

async function load(
  server: Server,
  { texts }: Served,
  count: number,
  length: { duration: number } | { amount: number },
): Promise<autocannon.Result> {
  const result = await autocannon({
    url: `${server.url}/predict`,
    connections: count,
    ...length,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    requests: texts.map((text) => ({ body: JSON.stringify({ text }) })),
  });
  const failed = result.errors + result.timeouts + result.non2xx;
  if (failed > 0) throw new Error(`${server.name} failed at ${failed} of ${result.requests.total} requests.`);
  return result;
}
