/** Numbers as readers hold them (arrays, typed arrays, tensors) as plain arrays that JSON can carry. */

/** What a tensor of any TensorFlow.js copy offers. */
export interface TensorLike {
  /** Its sizes. */
  readonly shape: number[];
  /** Its values, one row after the other. */
  dataSync(): ArrayLike<number>;
}

/** One row of numbers: an array, a typed array, or a tensor whose shape has one axis longer than 1. */
export type Numbers = ArrayLike<number> | TensorLike;

/** A table of numbers: an array of rows, or a tensor of shape `[rows, columns]` or `[rows, columns, 1]`. */
export type Matrix = ArrayLike<Numbers> | TensorLike;

const isTensor = (value: unknown): value is TensorLike =>
  typeof value === 'object' && value !== null && 'dataSync' in value && 'shape' in value;

const shapeText = (tensor: TensorLike): string => `[${tensor.shape.join(', ')}]`;

/**
 * One row as a plain array; `name` is what the error calls it.
 * @throws if a tensor has more than one axis longer than 1, or a value is neither a number nor null.
 */
export function row(values: Numbers, name: string): number[] {
  if (isTensor(values)) {
    if (values.shape.filter((n) => n > 1).length > 1)
      throw new Error(
        `${name} must be one row of numbers, not a tensor of shape ${shapeText(values)}; slice it first.`,
      );
    return Array.from(values.dataSync());
  }
  if (values === null || typeof values !== 'object' || typeof values.length !== 'number')
    throw new Error(
      `${name} must be an array, a typed array or a tensor, not ${values === null ? 'null' : typeof values}.`,
    );
  return Array.from(values, (v, i) => {
    if (typeof v === 'number' || v === null || v === undefined) return v ?? NaN;
    throw new Error(`${name}[${i}] must be a number, not ${JSON.stringify(v) ?? typeof v}.`);
  });
}

/**
 * Rows of equal length as plain arrays; a tensor is `[rows, columns]`, further axes of length 1 may follow.
 * @throws if the rows differ in length, or the tensor has another shape.
 */
export function matrix(values: Matrix, name: string): number[][] {
  if (isTensor(values)) {
    const shape = values.shape.slice(0, 2);
    if (shape.length !== 2 || values.shape.slice(2).some((n) => n !== 1))
      throw new Error(`${name} must be a table, not a tensor of shape ${shapeText(values)}.`);
    const flat = Array.from(values.dataSync());
    return Array.from({ length: shape[0] }, (_, i) => flat.slice(i * shape[1], (i + 1) * shape[1]));
  }
  const rows = Array.from(values, (r, i) => row(r, `${name}[${i}]`));
  if (rows.length === 0) throw new Error(`${name} is empty.`);
  const odd = rows.findIndex((r) => r.length !== rows[0].length);
  if (odd > 0) throw new Error(`${name}[${odd}] has ${rows[odd].length} values, ${name}[0] has ${rows[0].length}.`);
  return rows;
}

/** A deep copy that JSON can carry: arrays for tensors and typed arrays, null for NaN and infinities, seven digits for fractions. */
export function plain(value: unknown): unknown {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return null;
    return Number.isInteger(value) ? value : Number(value.toPrecision(7));
  }
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Date) return value.toISOString();
  if (isTensor(value)) return value.shape.length === 2 ? plain(matrix(value, 'tensor')) : plain(value.dataSync());
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>, plain);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, v]) => v !== undefined && typeof v !== 'function')
        .map(([k, v]) => [k, plain(v)]),
    );
  return value;
}

/** A number as a reader wants it: four significant digits, thousands apart. */
export function readable(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  const text = Number.isInteger(value)
    ? value.toLocaleString('en-US')
    : size >= 1e6 || size < 1e-4
      ? value.toExponential(2)
      : value.toLocaleString('en-US', { maximumSignificantDigits: 4 });
  return text.replace('-', '−');
}
