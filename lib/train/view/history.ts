import { displaySymbol, interruptSignal, notebookHost, type Displayable, type MimeBundle } from '../../notebook';
import { Table } from '../../table';
import { significant, spread } from './format';

/** How a training was set up; `steps` and `samples` are undefined as long as a generator has not ended. */
export interface TrainingParams {
  /** Passes over the data that were asked for. */
  epochs: number;
  /** Samples in a step; undefined for streams. */
  batchSize?: number;
  /** Samples in an epoch. */
  samples?: number;
  /** Batches in an epoch. */
  steps?: number;
}

/** The rows that a long history shows: the first, the last, and some between. */
const shownEpochs = 12;

/** What happened in a training: every metric after each epoch, and the loss of every batch. Shows itself as a table. */
export class History implements Displayable {
  /** The finished epochs, counted from 1. */
  readonly epochs: number[] = [];
  /** One value an epoch: `loss`, `accuracy`, `val_loss`, … */
  readonly metrics: Record<string, number[]> = {};
  /** How long each epoch took, validation included. */
  readonly seconds: number[] = [];
  /** The loss of each batch of the whole training, regularization included. */
  readonly batchLosses: number[] = [];
  /** Why the training ended before its last epoch; empty when it did not. */
  stopped = '';
  private shownIn?: { cell: AbortSignal | undefined; epochs: number };

  constructor(readonly params: TrainingParams) {}

  /** `metrics` by the name that Keras has for it. */
  get history(): Record<string, number[]> {
    return this.metrics;
  }

  /** The finished epochs counted from 0, as in Keras. */
  get epoch(): number[] {
    return this.epochs.map((epoch) => epoch - 1);
  }

  /** Adds a finished epoch. */
  add(epoch: number, logs: Record<string, number>, seconds: number): void {
    this.epochs.push(epoch);
    this.seconds.push(seconds);
    for (const [name, value] of Object.entries(logs)) (this.metrics[name] ??= []).push(value);
  }

  /** The last value of a metric; throws on a name that was not measured, and lists those that were. */
  last(name: string): number {
    return this.values(name)[this.values(name).length - 1];
  }

  /** The epoch (from 1) in which a metric was best, and its value there: lowest, or highest with `'max'`. */
  best(name: string, mode: 'min' | 'max' = 'min'): { epoch: number; value: number } {
    const values = this.values(name);
    const value = mode === 'min' ? Math.min(...values) : Math.max(...values);
    return { epoch: this.epochs[values.indexOf(value)], value };
  }

  /** One row an epoch; of a long training the first, the last and some between. */
  table(): Table {
    const names = Object.keys(this.metrics);
    const count = this.epochs.length;
    const rows = spread(count, shownEpochs).map((i) => [
      this.epochs[i],
      ...names.map((name) => significant(this.metrics[name][i])),
      this.seconds[i].toFixed(1),
    ]);
    return new Table(['epoch', ...names, 'seconds'], rows, this.summary());
  }

  /** `5 epochs, 20,000 samples, 625 steps each, 83.2 s`, and why it stopped early. */
  summary(): string {
    const { samples, steps } = this.params;
    const count = this.epochs.length;
    const parts = [`${count} epoch${count === 1 ? '' : 's'}`];
    if (samples !== undefined) parts.push(`${samples.toLocaleString('en-US')} samples`);
    if (steps !== undefined) parts.push(`${steps.toLocaleString('en-US')} steps each`);
    parts.push(`${this.seconds.reduce((sum, s) => sum + s, 0).toFixed(1)} s`);
    return parts.join(', ') + (this.stopped ? `. ${this.stopped}` : '');
  }

  toString(): string {
    return this.table().toString();
  }

  /** Remembers that the running cell already shows this history, so that its last expression does not show it again. */
  markShown(): void {
    this.shownIn = { cell: interruptSignal(), epochs: this.epochs.length };
  }

  [displaySymbol](): MimeBundle {
    const shown = this.shownIn;
    const again = notebookHost() && shown && shown.cell === interruptSignal() && shown.epochs === this.epochs.length;
    return again ? {} : this.table()[displaySymbol]();
  }

  private values(name: string): number[] {
    const values = Object.hasOwn(this.metrics, name) ? this.metrics[name] : undefined;
    if (!values?.length) {
      throw new Error(
        `The history has no "${name}"; it has ${Object.keys(this.metrics).join(', ') || 'no epoch yet'}.`,
      );
    }
    return values;
  }
}
