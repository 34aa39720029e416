/** Requests on their way to a worker. */
import type { Answer, Explanation, GenerateOptions } from '../export';
import type { Order } from './protocol';

interface Asked {
  /** When it came, in ms of `performance.now()`. */
  since: number;
  fail(error: Error): void;
  /** Whether whoever asked is gone. */
  readonly isDropped: boolean;
}

/** A raw input for which an answer, or an explained one, is wanted. */
export interface AnswerJob extends Asked {
  kind: 'answer' | 'explain';
  input: unknown;
  done(answer: Answer | Explanation): void;
}

/** A text that is to go on. */
export interface GenerateJob extends Asked {
  kind: 'generate';
  prompt: string;
  options: Omit<GenerateOptions, 'signal'>;
  text(piece: string): void;
  done(): void;
}

export type Job = AnswerJob | GenerateJob;

/**
 * The jobs of the next order, taken out of the queue: one that is a batch of its own, or all answers up to `most` that wait. No one waits for
 * a batch to fill: it is made of what came while the worker was busy.
 */
export function nextJobs(queue: Job[], most: number): Job[] {
  const [first] = queue;
  if (!first) return [];
  if (first.kind !== 'answer') return queue.splice(0, 1);
  const other = queue.findIndex((job) => job.kind !== 'answer');
  return queue.splice(0, Math.min(most, other < 0 ? queue.length : other));
}

/** What a worker is told to do. */
export function orderOf(id: number, jobs: Job[]): Order {
  const [first] = jobs;
  if (first.kind === 'generate') return { kind: 'generate', id, prompt: first.prompt, options: first.options };
  return { kind: first.kind, id, inputs: jobs.map((job) => (job as AnswerJob).input) };
}
