/** The workloads of the speed table; peers/*.py read the same file. */
import workloads from './workloads.json';

export interface Regression {
  model: 'regression';
  cell: 'lstm' | 'gru' | 'rnn';
  batch: number;
  time: number;
  features: number;
  units: number;
  layers: number;
}

export interface Sentiment {
  model: 'sentiment';
  batch: number;
  time: number;
  vocabulary: number;
  embedding: number;
  units: number;
  bidirectional: boolean;
}

export interface Language {
  model: 'language';
  batch: number;
  time: number;
  vocabulary: number;
  embedding: number;
  units: number;
  layers: number;
}

export type Workload = Regression | Sentiment | Language;
export type WorkloadName = keyof typeof workloads;

export const workloadNames = Object.keys(workloads) as WorkloadName[];
/** Those that a laptop's processor computes in a moment. */
export const everyday = workloadNames.filter((name) => name !== 'large');
export const named = workloads as Record<WorkloadName, Workload>;

/** What a contender can be asked to time. */
export type Task = 'train' | 'predict';

/** A line that a contender reads: so many times this task. */
export interface Order {
  workload: Workload;
  task: Task;
  count: number;
}

/** A line that a contender writes: the milliseconds of each time. */
export interface Answer {
  ms: number[];
}
