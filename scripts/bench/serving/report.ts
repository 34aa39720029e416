/** What the services did, as a table for people. */
import { Table } from '../../../lib/table';
import { emptyResults, measuredOn } from '../report';
import type { ServingResults, ServingRow } from './main';
import type { ServerName } from './servers';

const titles: Record<ServerName, string> = {
  ours: 'lstm-lab',
  ours_unbatched: 'lstm-lab, each request alone',
  fastapi: 'FastAPI, uvicorn and PyTorch',
};

/** The rows for a terminal. */
export function servingTable(results: ServingResults): string {
  const cells = inOrder(results).map((row) => [row.connections, row.server, Math.round(row.rate), row.p50, row.p99]);
  const table = String(new Table(['Connections', 'Service', 'Requests a second', 'p50 (ms)', 'p99 (ms)'], cells));
  return [table, ...memoryOf(results)].join('\n');
}

/** The rows for the README, as Markdown. */
export function servingSummary(results: ServingResults, threads: number): string {
  const lines = inOrder(results).map(
    ({ connections, server, rate, p50, p99 }) =>
      `| ${connections} | ${titles[server]} | ${Math.round(rate)} | ${p50} ms | ${p99} ms |`,
  );
  const head = ['| connections | service | requests a second | p50 | p99 |', '| --- | --- | --- | --- | --- |'];
  return [...head, ...lines, '', measuredOn(emptyResults(threads)), ...memoryOf(results)].join('\n');
}

const inOrder = ({ rows }: ServingResults): ServingRow[] => [...rows].sort((a, b) => a.connections - b.connections);

function memoryOf({ memory }: ServingResults): string[] {
  if (!memory) return [];
  const { requests, megabytes } = memory;
  const count = requests.toLocaleString('en');
  const [first, last] = [megabytes[0], megabytes.at(-1)];
  return [
    `Memory of lstm-lab's service and its workers over ${count} requests: ${first} MB after the first tenth, ${last} MB after the last, ` +
      `${Math.max(...megabytes)} MB at most.`,
  ];
}
