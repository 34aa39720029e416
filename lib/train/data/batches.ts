/** Where batches come from: tensors held in memory, a `tf.data` dataset, or a generator. */
import { tf } from '../../backend';
import { RandomStream } from '../../random';
import type { Batch } from '../loss/objective';
import { listTensors, targetLike, type ModelData, type TensorData } from './tensors';

/** One batch of a generator or dataset; `fit` disposes of its tensors. */
export type GeneratedBatch =
  | { xs: ModelData; ys: ModelData; weights?: TensorData }
  | [xs: ModelData, ys: ModelData, weights?: TensorData];
/** Called once an epoch; what it returns is read batch by batch. */
export type BatchGenerator = () => Iterable<GeneratedBatch> | AsyncIterable<GeneratedBatch> | Iterator<GeneratedBatch>;
/** What a training can read its batches from. */
export type BatchStream = BatchGenerator | tf.data.Dataset<tf.TensorContainer>;

/** A source that can be read epoch by epoch. */
export interface BatchSource {
  /** Batches in an epoch; undefined when only the end of the stream will tell. */
  readonly steps: number | undefined;
  readonly samples: number | undefined;
  /** Whether some of its numbers are NaN; false where it cannot be told without reading the stream. */
  hasNaN(): boolean;
  /**
   * The batches of an epoch (from 0). Shuffled tensors come in an order that depends on `seed` and epoch alone. Whoever takes a batch
   * disposes of it.
   */
  epoch(epoch: number, seed: number): Iterable<Batch> | AsyncIterable<Batch>;
  /** Disposes of what the source itself has made. */
  dispose(): void;
}

/** Rows of tensors in memory, in order or shuffled anew each epoch. */
export class TensorSource implements BatchSource {
  readonly steps: number;
  readonly samples: number;

  /** `rows`: first and one past the last; `made`: tensors that this source has to dispose of. */
  constructor(
    private readonly data: Batch,
    private readonly rows: [number, number],
    private readonly batchSize: number,
    private readonly shuffle: boolean,
    private readonly made: tf.Tensor[],
  ) {
    this.samples = rows[1] - rows[0];
    this.steps = Math.ceil(this.samples / batchSize);
  }

  *epoch(epoch: number, seed: number): Iterable<Batch> {
    const order = this.shuffle ? permutation(this.samples, seed, epoch) : undefined;
    for (let start = 0; start < this.samples; start += this.batchSize) {
      const size = Math.min(this.batchSize, this.samples - start);
      yield tf.tidy(() => {
        const take = order ? gatherRows(order, start, size, this.rows[0]) : sliceRows(this.rows[0] + start, size);
        const { xs, ys, weights } = this.data;
        // tf.tidy keeps the tensors of an object, but knows no optional ones
        const batch: Batch & tf.TensorContainerObject = { xs: xs.map(take), ys: ys.map(take) };
        if (weights) batch.weights = take(weights);
        return batch;
      });
    }
  }

  hasNaN(): boolean {
    const { xs, ys } = this.data;
    return [...xs, ...ys].some((tensor) => tf.tidy(() => tf.any(tf.isNaN(tensor)).dataSync()[0] === 1));
  }

  dispose(): void {
    tf.dispose(this.made);
  }
}

/** A dataset or generator, made anew each epoch and cut after `stepsPerEpoch` batches. */
export class StreamSource implements BatchSource {
  samples: number | undefined;
  steps: number | undefined;
  private readonly limited: boolean;

  constructor(
    private readonly model: tf.LayersModel,
    private readonly stream: BatchStream,
    stepsPerEpoch: number | undefined,
    private readonly name: string,
  ) {
    this.steps = stepsPerEpoch;
    this.limited = stepsPerEpoch !== undefined;
  }

  async *epoch(): AsyncIterable<Batch> {
    let batches = 0;
    let samples = 0;
    const iterator = await iterate(this.stream);
    try {
      while (!this.limited || batches < this.steps!) {
        const next = await iterator.next();
        if (next.done) break;
        const batch = this.read(next.value);
        batches++;
        samples += batch.xs[0].shape[0];
        yield batch;
      }
    } finally {
      await iterator.return?.();
    }
    if (batches === 0)
      throw new Error(`${this.name} gave no batch. A generator is a function that starts anew when it is called.`);
    this.steps = batches;
    this.samples = samples;
  }

  hasNaN(): boolean {
    return false;
  }

  dispose(): void {}

  private read(given: GeneratedBatch): Batch {
    const pair = Array.isArray(given) ? { xs: given[0], ys: given[1], weights: given[2] } : given;
    if (!pair || typeof pair !== 'object' || pair.xs === undefined || pair.ys === undefined) {
      throw new Error(`${this.name} must give batches of the form { xs, ys } or [xs, ys].`);
    }
    const xs = listTensors(this.model, 'inputs', pair.xs, `${this.name}'s xs`).tensors;
    const ys = listTensors(this.model, 'outputs', pair.ys, `${this.name}'s ys`).tensors.map((y, i) => {
      const target = targetLike(this.model, y, i);
      if (target !== y) y.dispose();
      return target;
    });
    if (pair.weights === undefined) return { xs, ys };
    return { xs, ys, weights: pair.weights instanceof tf.Tensor ? pair.weights : tf.tensor(pair.weights) };
  }
}

/** Whether `x` is a stream of batches, not the data itself. */
export function isStream(x: unknown): x is BatchStream {
  return typeof x === 'function' || x instanceof tf.data.Dataset;
}

/** The order of an epoch's rows: a Fisher-Yates shuffle that depends on seed and epoch alone, so that a resumed training repeats it. */
function permutation(count: number, seed: number, epoch: number): Int32Array {
  const stream = RandomStream.from(seed + 0x9e3779b1 * (epoch + 1));
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = stream.integer(0, i);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

function gatherRows(order: Int32Array, start: number, size: number, first: number): (tensor: tf.Tensor) => tf.Tensor {
  const rows = tf.tensor1d(
    order.subarray(start, start + size).map((row) => row + first),
    'int32',
  );
  return (tensor) => tf.gather(tensor, rows);
}

const sliceRows =
  (start: number, size: number) =>
  (tensor: tf.Tensor): tf.Tensor =>
    tf.slice(tensor, start, size);

async function iterate(stream: BatchStream): Promise<AnyIterator> {
  if (stream instanceof tf.data.Dataset) return (await stream.iterator()) as unknown as AnyIterator;
  const made = stream() as Partial<AsyncIterable<GeneratedBatch> & Iterable<GeneratedBatch> & AnyIterator>;
  if (made?.[Symbol.asyncIterator]) return made[Symbol.asyncIterator]!() as AnyIterator;
  if (made?.[Symbol.iterator]) return made[Symbol.iterator]!() as AnyIterator;
  if (typeof made?.next === 'function') return made as AnyIterator;
  throw new Error(
    'A generator function returns something to iterate over, for example `function* () { yield { xs, ys }; }`.',
  );
}

interface AnyIterator {
  next(): IteratorResult<GeneratedBatch> | Promise<IteratorResult<GeneratedBatch>>;
  return?(): unknown;
}
