import { tf } from '../../backend';

/**
 * The means of loss and metrics over an epoch. Batches are added as tensors, `[loss, ...metrics, ...counts]`, and read together: a read
 * waits for the device, which a training should not do at every step.
 */
export class Averages {
  /** The losses read by the last `read`, batch by batch. */
  private waiting: { summary: tf.Tensor1D; size: number }[] = [];
  private readonly sums: number[];
  private readonly counts: number[];

  constructor(private readonly names: string[]) {
    this.sums = names.map(() => 0);
    this.counts = names.map(() => 0);
  }

  /** Adds a batch of `size` samples and takes over its tensor. */
  add(summary: tf.Tensor1D, size: number): void {
    this.waiting.push({ summary, size });
  }

  /** Reads what is waiting; gives the loss of each of those batches. */
  read(): number[] {
    const losses = this.waiting.map(({ summary, size }) => {
      const values = summary.dataSync();
      for (let i = 0; i < this.names.length; i++) {
        const count = i === 0 ? size : values[this.names.length - 1 + i];
        this.sums[i] += values[i] * count;
        this.counts[i] += count;
      }
      return values[0];
    });
    this.dispose();
    return losses;
  }

  /** The means of everything read so far: the loss over samples, a metric over what it counts, 0 where that is nothing. */
  logs(prefix = ''): Record<string, number> {
    const least = this.counts[0] > 0 ? 1 : 0; // NaN as long as nothing is read
    const means = this.sums.map((sum, i) => sum / (this.counts[i] || least));
    return Object.fromEntries(this.names.map((name, i) => [prefix + name, means[i]]));
  }

  /** Drops what is waiting. */
  dispose(): void {
    for (const { summary } of this.waiting) summary.dispose();
    this.waiting = [];
  }
}
