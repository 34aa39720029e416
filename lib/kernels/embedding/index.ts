/** Looking up the rows of a table: a result and a gradient that stay look-ups for as long as possible. */
import { nativeBackend, nativeOp, tf, wasmKernels } from '../../backend';
import { hold, isRecording, record, release, save, withoutRecording } from '../../mends/tape';
import { portableTier, type Tier, wasmTier } from '../tier';
import { shapeOf, within, type Lookup, type LookupGradients } from './lookup';
import { nativeTables } from './native';
import { wasmTables } from './wasm';
import type { TableWriter } from './writer';

export { within, type Lookup, type LookupGradients } from './lookup';

export const embeddingTiers: readonly Tier[] = [
  {
    name: 'native',
    condition: 'lib/native is built; rows and their gradient are written when something reads them',
    isHere: () => nativeOp('LabEmbeddingGrad') !== undefined,
  },
  wasmTier('rows and their gradient are written when something reads them'),
  portableTier,
];

/** What writes rows and gradients late; undefined where they are written at once. */
function tableWriter(): TableWriter | undefined {
  const native = nativeOp('LabEmbeddingGrad') && nativeBackend();
  const wasm = wasmKernels();
  return native ? nativeTables(native) : wasm && wasmTables(wasm);
}

/**
 * The rows `ids` of `table` `[rows, width]`, as `[...ids.shape, width]`. Its gradient knows the look-ups that it is the sum of (`rowsOf`).
 * With kernels of our own neither the rows nor the sum are written before something reads them: a recurrent kernel reads the table itself
 * (`lookupOf`).
 *
 * @param ids int32, from 0 to rows - 1
 * @param owner whom an error names
 * @throws RangeError when `ids` are no int32, and, with kernels of our own when the rows are first read, when one is not in the table
 *
 * @example
 * const table = tf.tensor2d([[0, 0], [1, 10], [2, 20]]);
 * console.log(kernels.embedding(table, tf.tensor1d([2, 1], 'int32')).arraySync()); // [ [ 2, 20 ], [ 1, 10 ] ]
 */
export function embedding(table: tf.Tensor2D, ids: tf.Tensor, owner = 'embedding'): tf.Tensor {
  if (ids.dtype !== 'int32')
    throw new RangeError(`${owner}: rows are looked up by int32 indices; it was given ${ids.dtype}.`);
  const writer = tableWriter();
  if (!isRecording()) return lookUp(writer, { table, ids, owner });
  const rows = withoutRecording(() => lookUp(writer, { table, ids, owner }));
  const shape = [...table.shape] as [number, number];
  const saved = save(ids);
  record('LabEmbedding', { table }, [rows], [saved], ([gradient]) => {
    const found = { ids: saved, values: gradient! };
    return { table: () => (writer ? sumLater(writer, shape, found) : writtenGradient(shape, found)) };
  });
  return rows;
}

const gradients = new WeakMap<object, { parts?: LookupGradients }>();
const lookups = new WeakMap<object, { parts?: Lookup }>();

/** The look-ups that a gradient is the sum of; undefined for any other tensor, and for one that was computed from such a gradient. */
export function rowsOf(gradient: tf.Tensor): LookupGradients | undefined {
  return gradients.get(gradient.dataId)?.parts;
}

/** The look-up that a tensor `[...ids.shape, width]` stands for; undefined for any other tensor, and when its rows have been written. */
export function lookupOf(rows: tf.Tensor): Lookup | undefined {
  const found = lookups.get(rows.dataId)?.parts;
  return found && tf.util.arraysEqual(rows.shape, shapeOf(found)) ? found : undefined;
}

function lookUp(writer: TableWriter | undefined, given: Lookup & { table: tf.Tensor2D; ids: tf.Tensor }): tf.Tensor {
  const { table, ids, owner } = given;
  if (!writer) return within(given, () => tf.gather(table, ids as tf.Tensor1D));
  const { tensor, data } = writer.rows(shapeOf(given), {
    parts: { table: hold(table), ids: hold(ids), owner },
    release: (held) => [held.table, held.ids].forEach(release),
  });
  lookups.set(tensor.dataId, data);
  return tensor;
}

function sumLater(writer: TableWriter, shape: [number, number], found: LookupGradients): tf.Tensor {
  const { tensor, data } = writer.gradient(shape, {
    parts: keep(found),
    release: ({ ids, values }) => tf.dispose([ids, values]),
  });
  gradients.set(tensor.dataId, data);
  return tensor;
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
