/** Splits data by time: what comes later is never seen while training on what came before. */
import { tf } from '../backend';
import { checkOptions } from '../options';

/** Options of {@link split}: fractions of the whole below 1, or counts of rows from 1 up. */
export interface SplitOptions {
  /** The first part. */
  train: number;
  /** The part after it. Default 0. */
  validation?: number;
  /**
   * Rows that `validation` and `test` repeat from the end of the part before them, so that their first window
   * predicts their own first row. Give the window size when you cut windows after splitting. Default 0.
   */
  context?: number;
}

/** The three parts, in the order of time; `test` is what the other two leave. */
export interface Split<T> {
  /** The first rows, to learn from. */
  train: T;
  /** The rows after them, to choose by. */
  validation: T;
  /** The last rows, looked at once. */
  test: T;
}

/** Anything with rows in the order of time. */
export type Rows = tf.Tensor | readonly unknown[] | Float32Array | Float64Array;

/**
 * Cuts rows into train, validation and test in the order of time, without shuffling; tensors are cut along their first axis.
 * Fractions are rounded to rows; what train's rounding takes is validation's loss where both together are the whole.
 * @throws RangeError when the parts do not fit, or one that was asked for has no row.
 *
 * @example
 * const { train, validation, test } = series.split([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], { train: 0.6, validation: 0.2 });
 * console.log(train, validation, test); // [ 1, 2, 3, 4, 5, 6 ] [ 7, 8 ] [ 9, 10 ]
 */
export function split<T extends Rows>(rows: T, options: SplitOptions): Split<T> {
  checkOptions('split', options, ['train', 'validation', 'context']);
  const { train, validation = 0, context = 0 } = options;
  const total = rows instanceof tf.Tensor ? rows.shape[0] : rows.length;
  if (total === undefined) throw new RangeError('split cannot cut a single number: give a tensor with rows.');
  const trainRows = count(train, total, 'train');
  const asked = count(validation, total, 'validation');
  const testShare = train < 1 && validation < 1 ? 1 - train - validation : NaN;
  const validationRows = testShare > -1e-9 ? Math.min(asked, total - trainRows) : asked;
  const ends = [trainRows, trainRows + validationRows, total];
  if (trainRows === 0) throw new RangeError(`split leaves no row of ${total} to train on; got train: ${train}.`);
  if (validationRows === 0 && validation > 0)
    throw new RangeError(`split leaves no row of ${total} to validate on; got validation: ${validation}.`);
  if (ends[1] === total && testShare > 1e-9)
    throw new RangeError(`split leaves no row of ${total} to test on; got train: ${train}, validation: ${validation}.`);
  if (ends[1] > total) {
    throw new RangeError(`split asks for ${trainRows} + ${validationRows} rows, but there are ${total}.`);
  }
  if (!Number.isSafeInteger(context) || context < 0 || context > trainRows) {
    throw new RangeError(`context is a number of rows from 0 to the ${trainRows} of train; got ${context}.`);
  }
  const part = (start: number, end: number) => slice(rows, start === end ? start : start - context, end) as T;
  return {
    train: slice(rows, 0, ends[0]) as T,
    validation: part(ends[0], ends[1]),
    test: part(ends[1], ends[2]),
  };
}

function count(share: number, total: number, name: string): number {
  if (share >= 0 && share < 1) return Math.round(share * total);
  if (Number.isSafeInteger(share) && share > 0) return share;
  throw new RangeError(`${name} is a fraction from 0 to below 1, or a whole number of rows; got ${share}.`);
}

function slice(rows: Rows, start: number, end: number): Rows {
  return rows instanceof tf.Tensor ? rows.slice(start, end - start) : rows.slice(start, end);
}
