/** Estimates how long a training will still take. */
export class Clock {
  private firstBatch = 0;
  private batches = 0;
  private trainingMs = 0;
  private last = 0;
  private validationMs = 0;

  constructor(private readonly epochs: number) {}

  /** A batch is about to be made; time that passed since the last one (validation, callbacks) does not count. */
  start(): void {
    this.last = performance.now();
  }

  /** A batch was learnt from. The first one, which also compiles and allocates, is left out of the pace. */
  tick(): void {
    const now = performance.now();
    if (this.batches === 0) this.firstBatch = now - this.last;
    else this.trainingMs += now - this.last;
    this.batches++;
    this.last = now;
  }

  /** A validation took this many ms. */
  validationTook(ms: number): void {
    this.validationMs = ms;
  }

  /** Seconds to the end, after `batch` of `steps` in `epoch` (from 0); undefined when that cannot be told yet. */
  secondsLeft(epoch: number, batch: number, steps: number | undefined): number | undefined {
    if (steps === undefined || this.batches === 0) return undefined;
    const pace = this.batches > 1 ? this.trainingMs / (this.batches - 1) : this.firstBatch;
    const batchesLeft = steps - batch + (this.epochs - epoch - 1) * steps;
    return (batchesLeft * pace + (this.epochs - epoch) * this.validationMs) / 1000;
  }
}
