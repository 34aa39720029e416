/** What the functions of this room take as numbers, and how they read it. */
import { tf } from '../backend';

/** Numbers in any common form: a list (one feature), a table `[row][feature]`, a typed array or a tensor. */
export type Values = readonly number[] | readonly (readonly number[])[] | Float32Array | Float64Array | tf.Tensor;

/** Numbers flat in C order, with the shape that they had. */
export interface Flat {
  readonly data: ArrayLike<number>;
  readonly shape: readonly number[];
}

/**
 * Reads values flat, and refuses what no statistic survives.
 * @throws an error naming `what` and the place of the first number that is NaN or infinite, of what is no number, or of a ragged row.
 */
export function flatten(values: Values, what: string): Flat {
  const flat = read(values, what);
  for (let i = 0; i < flat.data.length; i++) {
    const value: unknown = flat.data[i];
    if (Number.isFinite(value)) continue;
    if (typeof value !== 'number')
      throw new TypeError(
        `${what} holds ${typeof value === 'string' ? JSON.stringify(value) : String(value)} at [${position(i, flat.shape)}], and that is no number.`,
      );
    throw new RangeError(
      `${what} holds ${value} at [${position(i, flat.shape)}]. Remove or fill it first: every number must be finite.`,
    );
  }
  return flat;
}

function read(values: Values, what: string): Flat {
  if (values instanceof tf.Tensor) return { data: values.dataSync(), shape: values.shape };
  if (values instanceof Float32Array || values instanceof Float64Array) {
    return { data: values, shape: [values.length] };
  }
  if (!Array.isArray(values)) throw new TypeError(`${what} is an array or a tensor; got ${typeof values}.`);
  const first: unknown = values[0];
  if (!Array.isArray(first)) return { data: values as number[], shape: [values.length] };
  const rows = values as number[][];
  const ragged = rows.findIndex((row) => row?.length !== first.length);
  if (ragged >= 0) {
    throw new RangeError(
      `${what} is no table: row ${ragged} has ${rows[ragged]?.length} numbers, row 0 has ${first.length}.`,
    );
  }
  return { data: rows.flat(), shape: [rows.length, first.length] };
}

function position(index: number, shape: readonly number[]): string {
  const place: number[] = [];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    place.unshift(index % shape[axis]);
    index = Math.floor(index / shape[axis]);
  }
  return place.join(', ');
}
