/** What the service and its workers say to each other, as JSON. */
import type { Answer, Explanation, GenerateOptions } from '../export';

/** What a worker says of its bundle when it is ready. */
export interface About {
  title?: string;
  task: 'classify' | 'regress' | 'generate';
  reads: 'text' | 'window';
  labels?: string[];
  window?: { time: number | null; features: number };
  parameters: number;
  /** What computes: `native` or `wasm`. */
  backend: string;
}

export type Order =
  | { kind: 'answer' | 'explain'; id: number; inputs: unknown[] }
  | { kind: 'generate'; id: number; prompt: string; options: Omit<GenerateOptions, 'signal'> }
  | { kind: 'stop'; id: number };

/** What became of one input: its answer, or a sentence on what is wrong with it, or that the worker failed. */
export type Outcome = { answer: Answer | Explanation } | { refused: string } | { failed: string };

export type Report =
  | { kind: 'ready'; about: About }
  | { kind: 'unusable'; sentence: string }
  | { kind: 'outcomes'; id: number; outcomes: Outcome[] }
  | { kind: 'text'; id: number; text: string }
  | { kind: 'end'; id: number; refused?: string; failed?: string }
  | { kind: 'memory'; rss: number; tensors: number };
