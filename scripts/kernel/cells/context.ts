/** Which cell a piece of running code belongs to, also long after the cell has ended. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { inspect } from 'node:util';

/** Thrown into a cell that the reader interrupts. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';

  constructor() {
    super('The cell was interrupted. The kernel and its variables are kept.');
  }
}

/** One execution of a cell. */
export class CellContext {
  private readonly controller = new AbortController();
  private giveUp!: (reason: Interrupted) => void;
  private usesSignal = false;
  /** Rejects when an interrupted cell has had its time to stop by itself. */
  readonly abandoned = new Promise<never>((_, reject) => (this.giveUp = reject));

  constructor(readonly id: number) {
    this.abandoned.catch(() => undefined);
  }

  get interrupted(): boolean {
    return this.controller.signal.aborted;
  }

  /** For the cell's own code: whoever asks for it promises to stop soon after it is aborted. */
  get signal(): AbortSignal {
    this.usesSignal = true;
    return this.controller.signal;
  }

  /** Node 20 shows it as a field of promises. */
  [inspect.custom](): string {
    return `cell ${this.id}`;
  }

  interrupt(): void {
    if (this.interrupted) return;
    this.controller.abort(new Interrupted());
    // Training stops at the next batch, which may take its time; other code has no reason to wait for.
    setTimeout(() => this.giveUp(new Interrupted()), this.usesSignal ? 20_000 : 1_000).unref();
  }
}

const storage = new AsyncLocalStorage<CellContext>();
let running: CellContext | undefined;
let latest: CellContext | undefined;

/** The cell being executed now. */
export function runningCell(): CellContext | undefined {
  return running;
}

/** The cell that started this timer or promise, where that is known. */
export function owningCell(): CellContext | undefined {
  return storage.getStore();
}

/** The cell whose code is asking: the one that started this timer or promise, else the running one, else the latest. */
export function askingCell(): CellContext | undefined {
  return storage.getStore() ?? running ?? latest;
}

/** The id of the latest cell that has ended; an interrupt may already mean a later one. */
export function endedCells(): number {
  return running ? running.id - 1 : (latest?.id ?? 0);
}

/** Runs `body` as the cell's code. */
export async function asCell<T>(cell: CellContext, body: () => Promise<T>): Promise<T> {
  running = latest = cell;
  try {
    return await storage.run(cell, body);
  } finally {
    running = undefined;
  }
}
