/** Batches of examples, shuffled as PyTorch shuffles them. */
import { tf } from '../backend';
import { Generator } from './generator';
import { defaultGenerator } from './random';

/** Options of {@link DataLoader}. */
export interface DataLoaderOptions {
  /** Examples in a batch. Default 1. */
  batchSize?: number;
  /** A new order in every epoch. Default false. */
  shuffle?: boolean;
  /** Leave out a last batch that is not full. Default false. */
  dropLast?: boolean;
}

/**
 * PyTorch's `DataLoader` over a `TensorDataset`: each turn of the loop gives one batch of every tensor, each pass is an epoch.
 * A batch is freed when the next one is asked for. After `manualSeed` the order is PyTorch's.
 *
 *     for (const [x, y] of new torch.DataLoader([inputs, targets], { batchSize: 32, shuffle: true })) { … }
 *
 * @example
 * const [x, y] = [tf.ones([10, 3]), tf.zeros([10])];
 * const loader = new torch.DataLoader([x, y], { batchSize: 4, shuffle: true });
 * const shapes = [...loader].map(([inputs]) => inputs.shape);
 * console.log(loader.length, shapes); // 3 [ [ 4, 3 ], [ 4, 3 ], [ 2, 3 ] ]
 */
export class DataLoader<T extends tf.Tensor[]> implements Iterable<T> {
  private readonly batchSize: number;
  private readonly shuffle: boolean;
  private readonly dropLast: boolean;

  /** @throws RangeError when the tensors have different numbers of rows or the batch size is not positive. */
  constructor(
    private readonly tensors: readonly [...T],
    { batchSize = 1, shuffle = false, dropLast = false }: DataLoaderOptions = {},
  ) {
    if (!(Number.isSafeInteger(batchSize) && batchSize > 0)) {
      throw new RangeError(`torch.DataLoader: batchSize is an integer of 1 or more; got ${batchSize}.`);
    }
    const rows = tensors.map((tensor) => tensor.shape[0]);
    if (rows.length === 0 || rows.some((n) => n === undefined || n !== rows[0])) {
      throw new RangeError(`torch.DataLoader takes tensors with the same number of rows; got [${rows.join(', ')}].`);
    }
    this.batchSize = batchSize;
    this.shuffle = shuffle;
    this.dropLast = dropLast;
  }

  /** Examples in an epoch. */
  get size(): number {
    return this.tensors[0].shape[0];
  }

  /** Batches in an epoch. */
  get length(): number {
    return (this.dropLast ? Math.floor : Math.ceil)(this.size / this.batchSize);
  }

  /** One epoch. */
  *[Symbol.iterator](): Iterator<T> {
    const order = this.drawOrder();
    for (let i = 0; i < this.length; i++) {
      const rows = tf.tensor1d(order.slice(i * this.batchSize, (i + 1) * this.batchSize), 'int32');
      const batch = this.tensors.map((tensor) => tf.gather(tensor, rows)) as unknown as T;
      try {
        yield batch;
      } finally {
        tf.dispose([rows, ...batch]);
      }
    }
  }

  /** PyTorch draws a seed for its workers, whether there are any or not, and one for the order. */
  private drawOrder(): number[] {
    defaultGenerator.random64();
    if (!this.shuffle) return Array.from({ length: this.size }, (_, i) => i);
    const seed = defaultGenerator.random64() & 0xffffffffn;
    return new Generator(Number(seed)).randperm(this.size);
  }
}
