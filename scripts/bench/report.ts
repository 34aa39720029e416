/** The results as a table for people and as JSON for everything else. */
import os from 'node:os';
import { backendInfo } from '../../lib/backend';
import type { ContenderName } from './contender';
import type { Timing, Timings } from './measure';
import type { WorkloadName } from './workload';

/** What `--json` writes. Times are medians, in milliseconds unless the name says seconds. */
export interface Results {
  date: string;
  machine: string;
  threads: number;
  versions: Record<string, string>;
  workloads: Timings;
  /** One epoch of 20,000 reviews through train.fit. */
  imdb_epoch_s?: number;
  imdb_epoch_peak_mb?: number;
  /** From an empty process to the end of the first training step of the imdb workload. */
  cold_start_s?: number;
  cold_start?: Partial<Record<ContenderName, { seconds: number; peakMB: number }>>;
  /** Milliseconds of a training step of ours as one size grows. */
  scaling?: Record<string, Record<string, number>>;
}

const titles: Record<ContenderName, string> = {
  ours: 'lstm-lab',
  tfjs: 'stock tfjs',
  keras: 'Keras',
  torch: 'PyTorch',
  torch_flush: 'PyTorch, tuned',
};

/** The fields that do not depend on what was measured. */
export function emptyResults(threads: number): Results {
  const { tensorflow, tfjs } = backendInfo();
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `${os.cpus()[0]?.model.trim()}, ${os.platform()} ${os.arch()}`,
    threads,
    versions: { node: process.version, tfjs, ...(tensorflow ? { tensorflow } : {}) },
    workloads: {},
  };
}

/** Markdown: milliseconds of each contender, and in brackets how many times as long as ours it takes. */
export function table(timings: Timings, task: 'train' | 'predict'): string {
  const rows = Object.entries(timings) as [WorkloadName, Partial<Record<ContenderName, Timing>>][];
  const names = Object.keys(rows[0]?.[1] ?? {}) as ContenderName[];
  const head = [task === 'train' ? 'training step, ms' : 'prediction, ms', ...names.map((name) => titles[name])];
  const cells = rows.map(([workload, row]) => {
    const ours = row.ours?.[`${task}_ms`];
    const cell = (name: ContenderName) => {
      const timing = row[name];
      if (!timing) return '';
      const ms = timing[`${task}_ms`];
      const [low, high] = timing[`${task}_quartiles`];
      const ratio = name === 'ours' || !ours ? '' : ` (${(ms / ours).toPrecision(2)} x)`;
      return `${ms.toPrecision(3)} [${low.toPrecision(3)}-${high.toPrecision(3)}]${ratio}`;
    };
    return [workload, ...names.map(cell)];
  });
  const widths = head.map((_, k) => Math.max(...[head, ...cells].map((row) => row[k].length)));
  const line = (row: string[]) => `| ${row.map((cell, k) => cell.padEnd(widths[k])).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...cells.map(line)].join('\n');
}
