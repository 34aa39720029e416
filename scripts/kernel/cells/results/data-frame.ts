/** Tables and series of danfo.js and nodejs-polars, told by their shape. */
import type { Table } from './table';

interface Danfo {
  $isSeries: boolean;
  columns: string[];
  dtypes: string[];
  index: unknown[];
  values: unknown[];
}

interface PolarsFrame {
  columns: string[];
  dtypes: unknown[];
  height: number;
  row(index: number): unknown[];
}

interface PolarsSeries {
  name: string;
  dtype: unknown;
  length: number;
  get(index: number): unknown;
}

/** The value as a table; nothing when it is neither library's. */
export function asTable(value: unknown): Table | undefined {
  if (isDanfo(value)) return fromDanfo(value);
  if (isPolarsFrame(value)) {
    const { columns, dtypes, height } = value;
    return { columns, types: dtypes.map(typeName), rows: height, row: (at) => value.row(at) };
  }
  if (isPolarsSeries(value)) {
    const { name, dtype, length } = value;
    return { columns: [name], types: [typeName(dtype)], rows: length, row: (at) => [value.get(at)] };
  }
  return undefined;
}

function fromDanfo({ $isSeries, columns, dtypes, index, values }: Danfo): Table {
  return {
    columns: columns.map(String),
    types: dtypes,
    index: (at) => index[at],
    rows: values.length,
    row: (at) => ($isSeries ? [values[at]] : (values[at] as unknown[])),
  };
}

function isDanfo(value: unknown): value is Danfo {
  return typeof value === 'object' && value !== null && '$isSeries' in value && '$dtypes' in value;
}

function isPolarsFrame(value: unknown): value is PolarsFrame {
  const frame = value as PolarsFrame;
  return Object.prototype.toString.call(value) === '[object DataFrame]' && typeof frame.row === 'function';
}

function isPolarsSeries(value: unknown): value is PolarsSeries {
  if (typeof value !== 'object' || value === null || !('_s' in value)) return false;
  const series = value as Partial<PolarsSeries>;
  return typeof series.name === 'string' && typeof series.get === 'function' && typeof series.length === 'number';
}

/** polars prints `DataType(Float64)`; the name inside says enough. */
function typeName(type: unknown): string {
  return /^DataType\((.*)\)$/s.exec(String(type))?.[1] ?? String(type);
}
