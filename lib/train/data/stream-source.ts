/** Batches from a `tf.data` dataset or a generator. */
import { tf } from '../../backend';
import type { Batch, BatchSource } from './batches';
import { batchSizeFor, fixedBatchSize } from './batch-size';
import { fitTarget } from './targets';
import { asWeights, listTensors, type ModelData, type TensorData } from './tensors';

/** One batch of a generator or dataset; `fit` disposes of its tensors. */
export type GeneratedBatch =
  | { xs: ModelData; ys: ModelData; weights?: TensorData }
  | [xs: ModelData, ys: ModelData, weights?: TensorData];
/** Called once an epoch; what it returns is read batch by batch. */
export type BatchGenerator = () => Iterable<GeneratedBatch> | AsyncIterable<GeneratedBatch> | Iterator<GeneratedBatch>;
/** What a training can read its batches from. */
export type BatchStream = BatchGenerator | tf.data.Dataset<tf.TensorContainer>;

/** Whether `x` is a stream of batches, not the data itself. */
export function isStream(x: unknown): x is BatchStream {
  return typeof x === 'function' || x instanceof tf.data.Dataset;
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
    const made: tf.Tensor[] = [];
    const list = (side: 'inputs' | 'outputs', data: ModelData, name: string) => {
      const listed = listTensors(this.model, side, data, name);
      made.push(...listed.made);
      return listed.tensors;
    };
    const batch: Batch = { xs: [], ys: [] };
    try {
      batch.xs = list('inputs', pair.xs, `${this.name}'s xs`);
      const targets = list('outputs', pair.ys, `${this.name}'s ys`);
      const rows = batch.xs[0].shape[0];
      batchSizeFor(this.model, fixedBatchSize(this.model), rows, `A batch of ${lowered(this.name)}`);
      if (targets[0].shape[0] !== rows)
        throw new Error(`${this.name} has a batch with ${rows} samples in xs and ${targets[0].shape[0]} in ys.`);
      batch.ys = targets.map((target, i) => fitTarget(this.model, target, i, `${lowered(this.name)}'s targets`));
      made.push(...targets);
      if (pair.weights !== undefined) batch.weights = asWeights(pair.weights, rows, made);
      return batch;
    } catch (error) {
      tf.dispose([batch.xs, batch.ys]);
      throw error;
    } finally {
      const kept = new Set([...batch.xs, ...batch.ys, batch.weights]);
      for (const tensor of [...made, ...tensorsIn(pair.xs), ...tensorsIn(pair.ys), ...tensorsIn(pair.weights)]) {
        if (!kept.has(tensor)) tensor.dispose();
      }
    }
  }
}

/** The tensors that a part of a batch was given as. */
function tensorsIn(data: ModelData | undefined): tf.Tensor[] {
  if (data instanceof tf.Tensor) return [data];
  if (typeof data !== 'object' || ArrayBuffer.isView(data)) return [];
  return Object.values(data as object).filter((part): part is tf.Tensor => part instanceof tf.Tensor);
}

const lowered = (name: string): string => name[0].toLowerCase() + name.slice(1);

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
