import { tf } from '../../backend';

/**
 * The means of loss and metrics over an epoch. Batches are added as tensors, `[loss, ...metrics, count]`, and read together: a read
 * waits for the device, which a training should not do at every step.
 */
export class Averages {
  /** The losses read by the last `read`, batch by batch. */
  private waiting: { summary: tf.Tensor1D; size: number }[] = [];
  private readonly sums: number[];
  private samples = 0;
  private counted = 0;

  constructor(private readonly names: string[]) {
    this.sums = names.map(() => 0);
  }

  /** Adds a batch of `size` samples and takes over its tensor. */
  add(summary: tf.Tensor1D, size: number): void {
    this.waiting.push({ summary, size });
  }

  /** Reads what is waiting; gives the loss of each of those batches. */
  read(): number[] {
    const losses = this.waiting.map(({ summary, size }) => {
      const values = summary.dataSync();
      const count = values[values.length - 1];
      this.sums[0] += values[0] * size;
      for (let i = 1; i < this.names.length; i++) this.sums[i] += values[i] * count;
      this.samples += size;
      this.counted += count;
      return values[0];
    });
    this.dispose();
    return losses;
  }

  /** The means of everything read so far: the loss over samples, a metric over what it counts. */
  logs(prefix = ''): Record<string, number> {
    const means = this.sums.map((sum, i) => sum / (i === 0 ? this.samples : this.counted));
    return Object.fromEntries(this.names.map((name, i) => [prefix + name, means[i]]));
  }

  /** Drops what is waiting. */
  dispose(): void {
    for (const { summary } of this.waiting) summary.dispose();
    this.waiting = [];
  }
}
