/** The results as a table for people and as JSON for everything else. */
import { spawnSync } from 'node:child_process';
import os from 'node:os';
import { backendInfo } from 'lstm-lab';
import type { ContenderName } from './contender';
import type { Timing, Timings } from './measure';
import { named, type WorkloadName } from './workload';

/** What `--json` writes. Times are medians, in milliseconds unless the name says seconds. */
export interface Results {
  date: string;
  machine: string;
  threads: number;
  /** The card's name, where one was measured. */
  card?: string;
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
  ours_card: 'lstm-lab, all on the card',
  ours_processor: 'lstm-lab, card hidden',
  ours_wasm: 'lstm-lab on WebAssembly',
  ours_wasm_alone: 'with one thread',
  tfjs: 'stock tfjs',
  tfjs_wasm: 'stock tfjs on WebAssembly',
  onnx_wasm: 'onnxruntime-web',
  keras: 'Keras',
  torch: 'PyTorch',
  torch_flush: 'PyTorch, flushing denormals',
  torch_card: 'PyTorch on the card',
};

/** The name of the NVIDIA card that is here. */
export function cardName(): string | undefined {
  const { stdout } = spawnSync('nvidia-smi', ['--query-gpu=name', '--format=csv,noheader'], { encoding: 'utf8' });
  return stdout?.split('\n')[0].trim() || undefined;
}

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

/** The sentence on when and with what something was measured. */
export function measuredOn({ date, machine, threads, card, versions }: Omit<Results, 'workloads'>): string {
  const about = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `Measured on ${date}: ${[machine, `${threads} thread${threads === 1 ? '' : 's'}`, ...(card ? [card] : []), ...about].join(', ')}.`;
}

/**
 * A table of the README: milliseconds of ours, how many times as long the others take, and what else was measured, as Markdown. Rows are the
 * workloads, for training and for prediction.
 */
export function summary(results: Results): string {
  const rows = Object.entries(results.workloads) as [WorkloadName, Partial<Record<ContenderName, Timing>>][];
  const peers = (Object.keys(rows[0][1]) as ContenderName[]).filter((name) => name !== 'ours');
  const row = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const lines = [row(['workload', '', titles.ours, ...peers.map((name) => titles[name])])];
  lines.push(
    row(
      lines[0]
        .split('|')
        .slice(1, -1)
        .map(() => '---'),
    ),
  );
  for (const [workload, timings] of rows) {
    for (const [task, title] of [
      ['train', 'training step'],
      ['predict', 'prediction'],
    ] as const) {
      const ours = timings.ours![`${task}_ms`]!;
      const factors = peers.map((name) => {
        const ratio = timings[name]![`${task}_ratio`];
        return ratio === undefined ? '' : `${digits(ratio, 2)} ×`;
      });
      lines.push(
        row([task === 'train' ? `${workload}: ${describe(workload)}` : '', title, `${digits(ours, 2)} ms`, ...factors]),
      );
    }
  }
  const { imdb_epoch_s, cold_start } = results;
  const notes = [measuredOn(results)];
  if (imdb_epoch_s) notes.push(`An epoch of 20,000 reviews through \`train.fit\`: ${digits(imdb_epoch_s, 2)} s.`);
  const starts = Object.entries(cold_start ?? {}) as [ContenderName, { seconds: number; peakMB: number }][];
  if (starts.length > 0) {
    const each = starts.map(
      ([name, { seconds, peakMB }]) => `${titles[name]} ${digits(seconds, 2)} s and ${Math.round(peakMB)} MB`,
    );
    notes.push(
      `From an empty process to the end of the first step of imdb, and the peak of its memory: ${each.join('; ')}.`,
    );
  }
  return [...lines, '', ...notes].join('\n');
}

/** Whole numbers in full, others with so many digits. */
function digits(value: number, count: number): string {
  return value >= 10 ** count ? String(Math.round(value)) : value.toPrecision(count);
}

function describe(name: WorkloadName): string {
  const workload = named[name];
  const { batch, time, units } = workload;
  const cell = workload.model === 'regression' ? { lstm: 'LSTM', gru: 'GRU', rnn: 'SimpleRNN' }[workload.cell] : 'LSTM';
  const layer = `${cell}(${units})`;
  const depth = 'layers' in workload && workload.layers > 1 ? `${workload.layers} × ${layer}` : layer;
  const network = workload.model === 'sentiment' && workload.bidirectional ? `Bidirectional(${layer})` : depth;
  const input =
    workload.model === 'regression'
      ? `${workload.features} features`
      : `Embedding(${workload.vocabulary}, ${workload.embedding})`;
  return `${input}, ${network}, ${time} steps, batch ${batch}`;
}

/** Markdown: milliseconds of each contender, and in brackets how many times as long as ours it takes. */
export function table(timings: Timings, task: 'train' | 'predict'): string {
  const rows = Object.entries(timings) as [WorkloadName, Partial<Record<ContenderName, Timing>>][];
  const names = Object.keys(rows[0]?.[1] ?? {}) as ContenderName[];
  const head = [task === 'train' ? 'training step, ms' : 'prediction, ms', ...names.map((name) => titles[name])];
  const cells = rows.map(([workload, row]) => {
    const cell = (name: ContenderName) => {
      const timing = row[name];
      const ms = timing?.[`${task}_ms`];
      if (!timing || ms === undefined) return '';
      const [low, high] = timing[`${task}_quartiles`]!;
      const ratio = name === 'ours' ? '' : ` (${timing[`${task}_ratio`]!.toPrecision(2)} x)`;
      return `${ms.toPrecision(3)} [${low.toPrecision(3)}-${high.toPrecision(3)}]${ratio}`;
    };
    return [workload, ...names.map(cell)];
  });
  const widths = head.map((_, k) => Math.max(...[head, ...cells].map((row) => row[k].length)));
  const line = (row: string[]) => `| ${row.map((cell, k) => cell.padEnd(widths[k])).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...cells.map(line)].join('\n');
}
