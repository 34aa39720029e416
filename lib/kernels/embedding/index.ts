/** Looking up the rows of a table: a result and a gradient that stay look-ups for as long as possible. */
import { nativeBackend, nativeOp, tf, type NativeBackend } from '../../backend';
import { LazyData } from '../../mends/lazy-data';
import { hold, isRecording, record, release, save, withoutRecording } from '../../mends/tape';
import type { Tier } from '../tier';
import { rowError } from './row-error';

export const embeddingTiers: readonly Tier[] = [
  {
    name: 'native',
    condition: 'lib/native is built; rows and their gradient are written when something reads them',
    isHere: () => nativeOp('LabEmbeddingGrad') !== undefined,
  },
  { name: 'portable', condition: 'always', isHere: () => true },
];

/** The gradients of looked-up rows: `values` `[...ids.shape, width]` belong to the rows `ids` of the table. */
export interface LookupGradients {
  ids: tf.Tensor;
  values: tf.Tensor;
}

/** Rows `ids` of a `table` `[rows, width]`. */
export interface Lookup {
  table: tf.TensorInfo;
  ids: tf.TensorInfo;
  /** Who looks up, for errors. */
  owner: string;
}

/**
 * The rows `ids` of `table` `[rows, width]`, as `[...ids.shape, width]`. Its gradient knows the look-ups that it is the sum of (`rowsOf`).
 * With lib/native neither the rows nor the sum are written before something reads them: a recurrent kernel reads the table itself
 * (`lookupOf`).
 *
 * @param ids int32, from 0 to rows - 1
 * @param owner whom an error names
 * @throws RangeError when `ids` are no int32, and, with lib/native when the rows are first read, when one is not in the table
 */
export function embedding(table: tf.Tensor2D, ids: tf.Tensor, owner = 'embedding'): tf.Tensor {
  if (ids.dtype !== 'int32')
    throw new RangeError(`${owner}: rows are looked up by int32 indices; it was given ${ids.dtype}.`);
  const backend = nativeOp('LabEmbeddingGrad') && nativeBackend();
  if (!isRecording()) return lookUp(backend, { table, ids, owner });
  const rows = withoutRecording(() => lookUp(backend, { table, ids, owner }));
  const shape = [...table.shape] as [number, number];
  const saved = save(ids);
  record('LabEmbedding', { table }, [rows], [saved], ([gradient]) => {
    const found = { ids: saved, values: gradient! };
    return { table: () => (backend ? sumLater(backend, shape, found) : writtenGradient(shape, found)) };
  });
  return rows;
}

const gradients = new WeakMap<object, { parts?: LookupGradients }>();
const lookups = new WeakMap<object, LazyData<Lookup>>();

/** The look-ups that a gradient is the sum of; undefined for any other tensor, and for one that was computed from such a gradient. */
export function rowsOf(gradient: tf.Tensor): LookupGradients | undefined {
  return gradients.get(gradient.dataId)?.parts;
}

/** The look-up that a tensor `[...ids.shape, width]` stands for; undefined for any other tensor, and when its rows have been written. */
export function lookupOf(rows: tf.Tensor): Lookup | undefined {
  const found = lookups.get(rows.dataId)?.parts;
  return found && tf.util.arraysEqual(rows.shape, shapeOf(found)) ? found : undefined;
}

function shapeOf({ table, ids }: Lookup): number[] {
  return [...ids.shape, table.shape[1]];
}

const gatherTypes = { Tparams: { type: 'float32' as const }, Tindices: { type: 'int32' as const } };

function lookUp(backend: NativeBackend | undefined, given: Lookup & { table: tf.Tensor2D; ids: tf.Tensor }): tf.Tensor {
  const { table, ids, owner } = given;
  if (!backend) return within(given, () => tf.gather(table, ids as tf.Tensor1D));
  const gather = nativeOp('Gather')!;
  const data = new LazyData(backend.binding.TF_FLOAT, shapeOf(given), {
    parts: { table: hold(table), ids: hold(ids), owner },
    compute: (held) =>
      within(held, () => gather.onHandles(gatherTypes, backend.getInputTensorIds([held.table, held.ids]), 1)[0].id),
    release: (held) => [held.table, held.ids].forEach(release),
  });
  const rows = data.tensor(backend);
  lookups.set(rows.dataId, data);
  return rows;
}

/** Runs what reads the rows of a look-up; where that fails, says which index is not in the table. */
export function within<T>({ table, ids, owner }: Lookup, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const [rows] = table.shape;
    const numbers = tf.engine().backend.readSync(ids.dataId) as Int32Array;
    const wrong = numbers.find((id) => id < 0 || id >= rows);
    throw wrong === undefined ? error : rowError(owner, wrong, rows, error);
  }
}

function sumLater(backend: NativeBackend, shape: [number, number], found: LookupGradients): tf.Tensor {
  const add = nativeOp('LabEmbeddingGrad')!;
  const data = new LazyData(backend.binding.TF_FLOAT, shape, {
    parts: keep(found),
    compute: ({ ids, values }) => add.onHandles({ rows: shape[0] }, backend.getInputTensorIds([ids, values]), 1)[0].id,
    release: ({ ids, values }) => tf.dispose([ids, values]),
  });
  const sum = data.tensor(backend);
  gradients.set(sum.dataId, data);
  return sum;
}

function keep({ ids, values }: LookupGradients): LookupGradients {
  return { ids: save(ids), values: save(values) };
}

function writtenGradient([rows, width]: [number, number], found: LookupGradients): tf.Tensor {
  const { ids, values } = found;
  const flat = tf.reshape(ids, [ids.size]) as tf.Tensor1D;
  const sum = tf.unsortedSegmentSum(tf.reshape(values, [ids.size, width]), flat, rows);
  const kept = keep(found);
  gradients.set(sum.dataId, { parts: kept });
  const dispose = sum.dispose.bind(sum);
  sum.dispose = () => {
    if (!sum.isDisposed) tf.dispose([kept.ids, kept.values]);
    dispose();
  };
  return sum;
}
