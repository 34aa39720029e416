/** Batches from tensors that are held in memory. */
import { tf } from '../../backend';
import { permutation } from '../../random';
import type { Batch, BatchSource } from './batches';
import { batchSizeFor } from './batch-size';
import { fitTarget } from './targets';
import { asWeights, listTensors, type ModelData, type TensorData } from './tensors';

/** Tensors in memory as a source of batches; throws when they do not fit the model. */
export function tensorSource(
  model: tf.LayersModel,
  x: ModelData,
  y: ModelData | undefined,
  options: { batchSize?: number; weights?: TensorData; rows?: [number, number]; shuffle?: boolean; name?: string },
): TensorSource {
  const name = options.name ?? '';
  if (y === undefined) throw new Error(`${name}y is missing: give the targets after x.`);
  const made: tf.Tensor[] = [];
  try {
    const xs = listTensors(model, 'inputs', x, `${name}x`);
    made.push(...xs.made);
    const ys = listTensors(model, 'outputs', y, `${name}y`);
    made.push(...ys.made);
    const count = xs.tensors[0].shape[0];
    if (ys.tensors[0].shape[0] !== count) {
      throw new Error(`${name}x holds ${count} samples, ${name}y ${ys.tensors[0].shape[0]}.`);
    }
    const targets = ys.tensors.map((target, i) => {
      const fitted = fitTarget(model, target, i, `${name}targets`);
      if (fitted !== target) made.push(fitted);
      return fitted;
    });
    const weights = options.weights === undefined ? undefined : asWeights(options.weights, count, made);
    const rows = options.rows ?? [0, count];
    if (rows[1] <= rows[0]) throw new Error(`${name}x holds no sample.`);
    const batchSize = batchSizeFor(model, options.batchSize, rows[1] - rows[0], `${name}x`);
    return new TensorSource({ xs: xs.tensors, ys: targets, weights }, rows, batchSize, options.shuffle ?? false, made);
  } catch (error) {
    tf.dispose(made);
    throw error;
  }
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
    const order = this.shuffle ? epochOrder(this.samples, seed, epoch) : undefined;
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
    return [...xs, ...ys].some(
      (tensor) => tensor.dtype === 'float32' && tf.tidy(() => tf.any(tf.isNaN(tensor)).dataSync()[0] === 1),
    );
  }

  dispose(): void {
    tf.dispose(this.made);
  }
}

/** The order of an epoch's rows depends on seed and epoch alone, so that a resumed training repeats it. */
const epochOrder = (count: number, seed: number, epoch: number): Int32Array =>
  permutation(count, seed + 0x9e3779b1 * (epoch + 1));

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
