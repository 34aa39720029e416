/** What the bench measures: steps in interleaved rounds, cold starts, an epoch through train.fit, and growth. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { median } from '../../lib/series/statistics';
import { commandOf, Contender, environmentOf, onlyPredicts, type ContenderName } from './contender';
import { pairedRatio, quartiles } from './statistics';
import { named, type Task, type Workload, type WorkloadName } from './workload';

/** Medians in milliseconds, with the quartiles around them; how many times as long as ours. Of training only where a contender trains. */
export interface Timing {
  train_ms?: number;
  predict_ms: number;
  train_quartiles?: [number, number];
  predict_quartiles: [number, number];
  train_ratio?: number;
  predict_ratio: number;
}

export type Timings = Partial<Record<WorkloadName, Partial<Record<ContenderName, Timing>>>>;

const tasks: Task[] = ['train', 'predict'];

/**
 * Times every workload with every contender, ours among them. In each round every contender has a short turn at a task before the next task
 * comes, and another one begins; its first run there, with cold caches, does not count. A ratio is the median over the rounds of those
 * between turns of one round: a machine whose speed changes from minute to minute, as those of a cloud do, hits all turns of a round
 * alike, and medians over the whole run may not.
 */
export async function timeSteps(
  workloads: WorkloadName[],
  names: ContenderName[],
  options: { rounds: number; threads: number; secondsPerTurn: number; log(line: string): void },
): Promise<Timings> {
  const { rounds, threads, secondsPerTurn, log } = options;
  const contenders = names.map((name) => new Contender(name, threads));
  const turns = new Map<string, number[][]>();
  const count = new Map<string, number>();
  try {
    for (let round = 0; round < rounds; round++) {
      for (const workload of workloads) {
        for (const task of tasks) {
          for (let k = 0; k < contenders.length; k++) {
            const contender = contenders[(round + k) % contenders.length];
            if (task === 'train' && onlyPredicts(contender.name)) continue;
            const key = `${workload} ${contender.name} ${task}`;
            const order = { workload: named[workload], task };
            if (!count.has(key)) {
              const [, ms] = await contender.time({ ...order, count: 2 });
              count.set(key, Math.max(1, Math.min(200, Math.round((secondsPerTurn * 1000) / ms))));
            }
            const [, ...ms] = await contender.time({ ...order, count: 1 + count.get(key)! });
            turns.set(key, [...(turns.get(key) ?? []), ms]);
          }
        }
        log(`round ${round + 1} of ${rounds}: ${workload}`);
      }
    }
  } finally {
    contenders.forEach((contender) => contender.end());
  }
  const timing = (workload: WorkloadName, name: ContenderName): Timing => {
    const of = (task: Task): Partial<Timing> => {
      const own = turns.get(`${workload} ${name} ${task}`);
      if (!own) return {};
      return {
        [`${task}_ms`]: median(own.flat()),
        [`${task}_quartiles`]: quartiles(own.flat()),
        [`${task}_ratio`]: pairedRatio(own, turns.get(`${workload} ours ${task}`)!),
      };
    };
    return { ...of('train'), ...of('predict') } as Timing;
  };
  return Object.fromEntries(
    workloads.map((workload) => [workload, Object.fromEntries(names.map((name) => [name, timing(workload, name)]))]),
  );
}

/** A fresh process up to its first training step of the imdb workload: seconds and the peak of its memory, the middle of three. */
export async function coldStart(name: ContenderName, threads: number): Promise<{ seconds: number; peakMB: number }> {
  const [file, ...rest] = commandOf(name);
  const inNode = file === process.execPath;
  const args = inNode
    ? [path.join(__dirname, 'first-step.cjs'), name.startsWith('ours') ? 'ours' : 'tfjs']
    : [rest[0], JSON.stringify(named.imdb), ...rest.slice(1)];
  const runs = [];
  for (let k = 0; k < 3; k++) runs.push(await once(file, args, environmentOf(name, threads)));
  return { seconds: median(runs.map(({ seconds }) => seconds)), peakMB: median(runs.map(({ peakMB }) => peakMB)) };
}

async function once(
  file: string,
  args: string[],
  env: NodeJS.ProcessEnv,
): Promise<{ seconds: number; peakMB: number }> {
  const start = performance.now();
  const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (errors += chunk));
  await new Promise((resolve) => child.on('close', resolve));
  const line = output.trim().split('\n').at(-1) ?? '';
  if (!line.startsWith('{')) throw new Error(`${file} ${args[0]} failed: ${errors.trim().slice(-2000)}`);
  return { seconds: (performance.now() - start) / 1000, peakMB: (JSON.parse(line) as { peakMB: number }).peakMB };
}

/** Milliseconds of a training step of ours as one size grows. */
export async function timeGrowth(threads: number): Promise<Record<string, Record<string, number>>> {
  const base = { model: 'regression', cell: 'lstm', batch: 32, time: 100, features: 64, units: 64, layers: 1 } as const;
  const sizes = { time: [25, 50, 100, 200, 400], units: [16, 32, 64, 128, 256], batch: [1, 8, 32, 128, 256] };
  const contender = new Contender('ours', threads);
  try {
    const growth: Record<string, Record<string, number>> = {};
    for (const [axis, values] of Object.entries(sizes)) {
      growth[axis] = {};
      for (const value of values) {
        const workload: Workload = { ...base, [axis]: value };
        growth[axis][value] = median(await contender.time({ workload, task: 'train', count: 20 }));
      }
    }
    return growth;
  } finally {
    contender.end();
  }
}
