import {
  display,
  displaySymbol,
  notebookHost,
  type DisplayHandle,
  type Displayable,
  type MimeBundle,
} from '../../notebook';
import type { History } from './history';

/** A figure that follows the training; made again after an epoch, and now and then within one. */
export class LiveView {
  private handle: DisplayHandle | undefined;
  private nextAt = 0;
  private running: Promise<void> | undefined;

  constructor(private readonly draw: (history: History) => Displayable | MimeBundle) {}

  /** Draws the figure again unless that would take more than a twentieth of the time. */
  refresh(history: History): void {
    if (this.running || performance.now() < this.nextAt) return;
    this.running = this.show(history).finally(() => {
      this.running = undefined;
    });
  }

  /** Draws the last state. */
  async end(history: History): Promise<void> {
    await this.running;
    await this.show(history);
  }

  private async show(history: History): Promise<void> {
    if (!notebookHost()) return;
    const start = performance.now();
    const drawn = this.draw(history);
    const bundle = displaySymbol in drawn ? await (drawn as Displayable)[displaySymbol]() : (drawn as MimeBundle);
    if (this.handle) this.handle.update(bundle);
    else this.handle = display(bundle);
    const took = performance.now() - start;
    this.nextAt = performance.now() + Math.max(1000, 20 * took);
  }
}
