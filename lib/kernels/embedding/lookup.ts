/** What a look-up is, and what its gradient is the sum of. */
import { tf } from '../../backend';
import { firstOutside, rowError } from './row-error';

/** Rows `ids` of a `table` `[rows, width]`. */
export interface Lookup {
  table: tf.TensorInfo;
  ids: tf.TensorInfo;
  /** Who looks up, for errors. */
  owner: string;
}

/** The gradients of looked-up rows: `values` `[...ids.shape, width]` belong to the rows `ids` of the table. */
export interface LookupGradients {
  ids: tf.Tensor;
  values: tf.Tensor;
}

/** The shape of the rows. */
export function shapeOf({ table, ids }: Lookup): number[] {
  return [...ids.shape, table.shape[1]];
}

/** Runs what reads the rows of a look-up; where that fails, says which index is not in the table. */
export function within<T>({ table, ids, owner }: Lookup, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const [rows] = table.shape;
    const numbers = tf.engine().backend.readSync(ids.dataId) as Int32Array;
    const wrong = firstOutside(numbers, rows);
    throw wrong === undefined ? error : rowError(owner, wrong, rows, error);
  }
}
