/** Looking up the rows of a table, with a gradient that stays rows for as long as possible. */
import { nativeBackend, nativeOp, tf, type NativeBackend, type NativeData } from '../backend';
import { isRecording, record, save, withoutRecording } from './tape';

/** The gradients of looked-up rows: `values` `[...ids.shape, width]` belong to the rows `ids` of the table. */
export interface LookupGradients {
  ids: tf.Tensor;
  values: tf.Tensor;
}

/**
 * The rows `ids` of `table` `[rows, width]`, as `[...ids.shape, width]`. Its gradient knows the look-ups that it is the sum of (`rowsOf`);
 * with lib/native it is not even summed before something reads it.
 *
 * @param ids int32, from 0 to rows - 1
 */
export function embedding(table: tf.Tensor2D, ids: tf.Tensor): tf.Tensor {
  if (!isRecording()) return tf.gather(table, ids as tf.Tensor1D);
  const rows = withoutRecording(() => tf.gather(table, ids as tf.Tensor1D));
  const shape = [...table.shape] as [number, number];
  const backend = nativeOp('LabEmbeddingGrad') && nativeBackend();
  const saved = save(ids);
  record('LabEmbedding', { table }, [rows], [saved], ([gradient]) => {
    const found = { ids: saved, values: gradient! };
    return {
      table: () => (backend ? new LazyGradient(backend, shape, found).tensor() : writtenGradient(shape, found)),
    };
  });
  return rows;
}

const known = new WeakMap<object, { rows?: LookupGradients }>();

/** The look-ups that a gradient is the sum of; undefined for any other tensor, and for one that was computed from such a gradient. */
export function rowsOf(gradient: tf.Tensor): LookupGradients | undefined {
  return known.get(gradient.dataId)?.rows;
}

function keep({ ids, values }: LookupGradients): LookupGradients {
  return { ids: save(ids), values: save(values) };
}

function writtenGradient([rows, width]: [number, number], found: LookupGradients): tf.Tensor {
  const { ids, values } = found;
  const flat = tf.reshape(ids, [ids.size]) as tf.Tensor1D;
  const sum = tf.unsortedSegmentSum(tf.reshape(values, [ids.size, width]), flat, rows);
  const kept = keep(found);
  known.set(sum.dataId, { rows: kept });
  const dispose = sum.dispose.bind(sum);
  sum.dispose = () => {
    if (!sum.isDisposed) tf.dispose([kept.ids, kept.values]);
    dispose();
  };
  return sum;
}

/** Data of a tensor in tfjs-node that is computed when it is first read. */
class LazyGradient implements NativeData {
  readonly dtype: number;
  id = -1;
  rows: LookupGradients | undefined;
  private references = 1;

  constructor(
    private readonly backend: NativeBackend,
    readonly shape: [number, number],
    rows: LookupGradients,
  ) {
    this.dtype = backend.binding.TF_FLOAT;
    this.rows = keep(rows);
  }

  /** A tensor with this data. */
  tensor(): tf.Tensor {
    const dataId = {};
    this.backend.tensorMap.set(dataId, this);
    known.set(dataId, this);
    return tf.engine().makeTensorFromTensorInfo({ dataId, shape: this.shape, dtype: 'float32' });
  }

  // tfjs-node asks for values before it takes the handle.
  get values(): null {
    if (this.rows) {
      const { ids, values } = this.rows;
      const backend = nativeBackend()!;
      const rows = { name: 'rows', type: backend.binding.TF_ATTR_INT, value: this.shape[0] };
      const [written] = backend.binding.executeOp(
        'LabEmbeddingGrad',
        [rows],
        backend.getInputTensorIds([ids, values]),
        1,
      );
      this.id = written.id;
      this.release();
    }
    return null;
  }

  get refCount(): number {
    return this.references;
  }

  set refCount(count: number) {
    this.references = count;
    if (count <= 0) this.release();
  }

  private release(): void {
    if (this.rows) tf.dispose([this.rows.ids, this.rows.values]);
    this.rows = undefined;
  }
}
