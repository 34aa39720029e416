/** Shows a running training: in place in a notebook and in a terminal, a few plain lines elsewhere. */
import { display, displaySymbol, notebookHost, type DisplayHandle, type MimeBundle } from '../../notebook';
import { print, terminalWidth } from '../../platform';
import { escapeHTML } from '../../table';
import { duration, significant } from './format';
import type { History } from './history';

/** 0: nothing; 1: a bar in place; 2: a line for an epoch. */
export type Verbosity = 0 | 1 | 2;

/** Where a training stands. Epoch and batch are counted from 1. */
export interface Standing {
  epoch: number;
  epochs: number;
  batch: number;
  steps: number | undefined;
  /** The means of the running epoch. */
  logs: Record<string, number>;
  secondsLeft: number | undefined;
}

/** Something that shows a training. */
export interface ProgressView {
  /** Called after batches; may leave most of them out. */
  batch(standing: Standing): void;
  epoch(standing: Standing, history: History): void;
  /** The training has ended, for whatever reason. */
  end(history: History): void;
}

/** The view for the place where this process writes. */
export function progressView(verbose: Verbosity | undefined): ProgressView {
  const place = notebookHost() ? 'notebook' : terminalWidth() ? 'terminal' : 'log';
  if (verbose === 0) return { batch() {}, epoch() {}, end() {} };
  if (verbose === 2 || place === 'log') return new LogView();
  return place === 'notebook' ? new NotebookView() : new TerminalView();
}

const refreshMs = 200;

/** A bar that is replaced in place, and at last by the table of epochs. */
class NotebookView implements ProgressView {
  private handle: DisplayHandle | undefined;
  private shownAt = -Infinity;

  batch(standing: Standing): void {
    if (performance.now() - this.shownAt < refreshMs) return;
    const share = standing.steps ? standing.batch / standing.steps : undefined;
    const bar = `<progress value="${share ?? ''}" max="1" style="width:12em;vertical-align:middle"></progress>`;
    const line = describe(standing);
    this.show({
      'text/html': `<div style="font-variant-numeric:tabular-nums">${bar} ${escapeHTML(line)}</div>`,
      'text/plain': line,
    });
  }

  epoch(standing: Standing): void {
    this.batch(standing);
  }

  end(history: History): void {
    this.show(history.table()[displaySymbol]());
    history.markShown();
  }

  private show(bundle: MimeBundle): void {
    if (this.handle) this.handle.update(bundle);
    else this.handle = display(bundle);
    this.shownAt = performance.now();
  }
}

/** One line that is rewritten, and a line that stays for each epoch. */
class TerminalView implements ProgressView {
  private shownAt = -Infinity;

  batch(standing: Standing): void {
    if (performance.now() - this.shownAt < refreshMs) return;
    const width = 20;
    const done = Math.round(width * (standing.steps ? standing.batch / standing.steps : 0));
    const bar = standing.steps ? `${'━'.repeat(done)}${'─'.repeat(width - done)} ` : '';
    const line = `${bar}${describe(standing)}`.slice(0, terminalWidth()! - 1);
    print(`\r\x1b[2K${line}`);
    this.shownAt = performance.now();
  }

  epoch(standing: Standing, history: History): void {
    print(`\r\x1b[2K${epochLine(standing, history)}\n`);
  }

  end(history: History): void {
    print(`\r\x1b[2K${history.summary()}\n`);
  }
}

/** At most about ten lines for a whole training, for logs that nobody watches. */
class LogView implements ProgressView {
  batch(): void {}

  epoch(standing: Standing, history: History): void {
    const every = Math.ceil(standing.epochs / 10);
    const { epoch, epochs } = standing;
    if (epoch === 1 || epoch === epochs || epoch % every === 0) print(`${epochLine(standing, history)}\n`);
  }

  end(history: History): void {
    if (history.stopped && history.epochs.length) print(`${history.summary()}\n`);
  }
}

function describe(standing: Standing): string {
  const { epoch, epochs, batch, steps, logs, secondsLeft } = standing;
  const parts = [`epoch ${epoch}/${epochs}`, steps ? `batch ${batch}/${steps}` : `batch ${batch}`];
  if (secondsLeft !== undefined) parts.push(`${duration(secondsLeft)} left`);
  return [...parts, ...metricParts(logs)].join(' · ');
}

function epochLine({ epoch, epochs }: Standing, history: History): string {
  const last = history.epochs.length - 1;
  const logs = Object.fromEntries(Object.entries(history.metrics).map(([name, values]) => [name, values[last]]));
  return [`Epoch ${epoch}/${epochs}`, duration(history.seconds[last]), ...metricParts(logs)].join(' · ');
}

const metricParts = (logs: Record<string, number>): string[] =>
  Object.entries(logs).map(([name, value]) => `${name} ${significant(value)}`);
