import { nextTurn } from '../../platform';

/** Lets the process breathe during a long computation: the reader's interruption and the kernel's messages arrive between batches. */
export class Pace {
  private last = performance.now();

  /** `every`: the longest time in ms without letting the event loop run. */
  constructor(private readonly every = 20) {}

  /** Lets the event loop run once if it is due. */
  async rest(): Promise<void> {
    if (performance.now() - this.last < this.every) return;
    await nextTurn();
    this.last = performance.now();
  }
}
