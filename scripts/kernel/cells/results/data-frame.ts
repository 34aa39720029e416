/** Tables and series of danfo.js and nodejs-polars, told by their shape. */
import type { Table } from './table';

/** danfo's own fields: a column named `values` or `index` hides the public ones. */
interface Danfo {
  $isSeries: boolean;
  $columns: unknown[];
  $dtypes: string[];
  $index: unknown[];
  $data: unknown[];
}

/** A row by its number; a column that has a number for its name hides it. */
type PolarsFrame = Record<number, unknown[]>;

interface PolarsSeries {
  name: string;
  dtype: unknown;
  length: number;
  alias(name: string): PolarsSeries;
  toFrame(): PolarsFrame;
}

/** The value as a table; nothing when it is neither library's. */
export function asTable(value: unknown): Table | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (isDanfo(value)) return fromDanfo(value);
  if (Object.prototype.toString.call(value) === '[object DataFrame]') return fromPolars(polarsColumns(value));
  if (isPolarsSeries(value)) return fromPolars([value]);
  return undefined;
}

function fromDanfo({ $isSeries, $columns, $dtypes, $index, $data }: Danfo): Table {
  return {
    columns: $columns.map(String),
    types: $dtypes,
    index: (at) => $index[at],
    rows: $data.length,
    row: (at) => ($isSeries ? [$data[at]] : ($data[at] as unknown[])),
  };
}

/** The columns of a frame by the one way that no column's name hides: its names are its keys, and its columns their values. */
function polarsColumns(frame: object): PolarsSeries[] {
  return Reflect.ownKeys(frame).map((name) => Object.getOwnPropertyDescriptor(frame, name)!.value as PolarsSeries);
}

/** Values are read as rows of frames: nodejs-polars 0.24 has no `get` for series of lists, structs and dates. */
function fromPolars(columns: PolarsSeries[]): Table {
  const frames = columns.map((series) => series.alias('value').toFrame());
  return {
    columns: columns.map(({ name }) => name),
    types: columns.map(({ dtype }) => typeName(dtype)),
    rows: columns[0]?.length ?? 0,
    row: (at) => frames.map((frame) => frame[at][0]),
  };
}

function isDanfo(value: object): value is Danfo {
  return '$isSeries' in value && '$dtypes' in value;
}

function isPolarsSeries(value: object): value is PolarsSeries {
  if (!('_s' in value)) return false;
  const series = value as Partial<PolarsSeries>;
  return typeof series.name === 'string' && typeof series.toFrame === 'function' && typeof series.length === 'number';
}

/** polars prints `DataType(List(DataType(Float64)))`; `List(Float64)` says enough. */
function typeName(type: unknown): string {
  const kept: boolean[] = [];
  const parts = String(type).split(/(DataType\(|[()])/);
  return parts
    .filter((part) => {
      if (part.endsWith('(')) kept.push(part === '(');
      return part === ')' ? kept.pop() !== false : part !== 'DataType(';
    })
    .join('');
}
