/** What the kernel (front) and the process that runs the cells say to each other, over Node's own channel between processes. */
import type { CompiledScript } from './compile/compiler';

/** A cell in JavaScript, ready to run. */
export interface CompiledCell {
  /** Sequence number of the execution; never reused. */
  id: number;
  /** What a reader knows the cell by: `Cell [3]`. */
  label: string;
  script: CompiledScript;
}

/** One line of a stack, in the reader's terms. */
export interface Frame {
  /** The function, with `new` or `async` before it; absent at a cell's top level. */
  name?: string;
  /** The execution whose source `line` and `column` point into. */
  cell?: number;
  /** `Cell [3]`, or a file. */
  where: string;
  line: number;
  column: number;
}

/** Something thrown by a cell. */
export interface Failure {
  name: string;
  message: string;
  frames: Frame[];
  /** Errors that belong to this one, each with what it is to it: `Caused by`, `Error 1 of 2:`. */
  related: { label: string; failure: Failure }[];
}

/** State of the process that runs the cells. */
export interface Usage {
  /** Largest resident memory so far, in MiB. */
  peakMegabytes: number;
  /** Tensors that TensorFlow.js holds; 0 when it is not loaded. */
  tensors: number;
  /** Timers still pending. */
  pendingTimers: number;
}

export type ToCells =
  | { type: 'load'; package: string }
  | { type: 'run'; cell: CompiledCell; drainSeconds: number }
  /** Runs code for the value of its last expression, which comes back instead of being shown. */
  | { type: 'evaluate'; cell: CompiledCell }
  | { type: 'drain'; cell: number; seconds: number }
  | { type: 'interrupt'; cell: number };

/** What a cell asks the reader. */
export interface Question {
  id: number;
  cell: number;
  text: string;
}

/** What the reader has answered, or a sentence that says why nobody was asked. */
export interface Answer {
  id: number;
  text?: string;
  refusal?: string;
}

/** To the thread beside the cells, which hears it while a cell computes or waits. */
export type ToThread = { type: 'interrupt'; cell: number } | ({ type: 'answer' } & Answer);

export type OutputType = 'stream' | 'display_data' | 'update_display_data' | 'execute_result' | 'clear_output';

export type FromCells =
  | { type: 'output'; cell: number; kind: OutputType; content: Record<string, unknown> }
  | { type: 'late'; cell: number; failure: Failure }
  | { type: 'done'; cell: number; failure?: Failure; value?: Record<string, unknown>; usage: Usage };
