/** Strict reading of comma-separated files: every row and every value is what the columns say, or one sentence says which is not. */
import fs from 'node:fs';
import type { DataFrame } from 'nodejs-polars';
import { displaySymbol, type Displayable, type MimeBundle } from '../notebook';
import { Table, type TableCell } from '../table';

/** What a column holds: numbers, dates (YYYY-MM-DD), free text, or one of the listed words. */
export type ColumnKind = 'number' | 'date' | 'text' | readonly string[];
export type Columns = Record<string, ColumnKind>;

/** One row, typed by its columns. */
export type Row<C extends Columns> = {
  [K in keyof C]: C[K] extends 'number'
    ? number
    : C[K] extends 'date'
      ? Date
      : C[K] extends readonly (infer W)[]
        ? W
        : string;
};

/** The names of the columns that hold numbers. */
export type NumberColumn<C extends Columns> = { [K in keyof C]: C[K] extends 'number' ? K : never }[keyof C] & string;

/** A data set of rows and named columns, shown in a notebook by its first rows. */
export class DataTable<C extends Columns> implements Displayable {
  constructor(
    /** The path of the CSV file, for `danfo.readCSV(file)` and `pl.readCSV(file)`. */
    readonly file: string,
    /** The same data as a polars DataFrame. */
    readonly frame: DataFrame,
    /** Every row in the file's order. */
    readonly rows: readonly Row<C>[],
  ) {}

  get length(): number {
    return this.rows.length;
  }

  /** One column of numbers, in the file's order. */
  column(name: NumberColumn<C>): Float64Array {
    if (typeof this.rows[0]?.[name] !== 'number') throw new Error(`"${name}" is no column of numbers of ${this.file}.`);
    return Float64Array.from(this.rows, (row) => row[name] as number);
  }

  [displaySymbol](): MimeBundle {
    const names = Object.keys(this.rows[0] ?? {});
    const shown = this.rows.slice(0, 5).map((row) => names.map((name) => shownCell(row[name])));
    const caption = `${this.length.toLocaleString('en-US')} rows, ${names.length} columns; the first ${shown.length}:`;
    return new Table(names, shown, caption)[displaySymbol]();
  }
}

/**
 * Reads a CSV file with a header line into typed rows and a polars DataFrame. Throws one sentence that names the file, the line and
 * the column when the header, the number of fields or a value is not what `columns` says.
 */
export function readCSV<C extends Columns>(file: string, columns: C): DataTable<C> {
  let content: string;
  try {
    content = fs.readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    throw new Error(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
  const names = Object.keys(columns);
  checkShape(file, content, names);
  const pl = polars();
  let text: DataFrame;
  try {
    text = pl.readCSV(Buffer.from(content), { inferSchemaLength: 0 }); // no inference: every field stays text
  } catch (error) {
    throw new Error(`${file} is not a CSV file: ${String((error as Error).message).split('\n')[0]}.`);
  }
  const records = text.toRecords() as Record<string, string | null>[];
  const rows = records.map((record, i) => {
    const row: Record<string, unknown> = {};
    for (const name of names) row[name] = readValue(record[name], columns[name], `${file}, line ${i + 2}, ${name}`);
    return row as Row<C>;
  });
  const dates = names.filter((name) => columns[name] === 'date').map((name) => pl.col(name).cast(pl.Date));
  const numbers = names.filter((name) => columns[name] === 'number').map((name) => pl.col(name).cast(pl.Float64));
  return new DataTable(file, text.withColumns(...dates, ...numbers), rows);
}

function checkShape(file: string, content: string, names: string[]): void {
  const lines = content.split(/\r?\n/);
  while (lines.length && lines[lines.length - 1] === '') lines.pop();
  if (lines.length === 0) throw new Error(`${file} is empty; a header and at least one row were expected.`);
  if (lines[0] !== names.join(',')) {
    throw new Error(`${file} begins with "${lines[0].slice(0, 100)}"; the header "${names.join(',')}" was expected.`);
  }
  if (lines.length === 1) throw new Error(`${file} holds a header and no rows.`);
  lines.forEach((line, i) => {
    const fields = line.replace(/"(?:[^"]|"")*"/g, '').split(',').length;
    if (fields !== names.length) {
      throw new Error(`${file}, line ${i + 1} has ${fields} fields; ${names.length} were expected.`);
    }
  });
}

function readValue(field: string | null, kind: ColumnKind, place: string): number | string | Date {
  const given = field ?? '';
  if (kind === 'number') {
    const value = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(given) ? Number(given) : NaN;
    if (!Number.isFinite(value)) throw new Error(`${place}: "${given}" is no number.`);
    return value;
  }
  if (kind === 'date') {
    const value = /^\d{4}-\d\d-\d\d$/.test(given) ? new Date(`${given}T00:00:00Z`) : new Date(NaN);
    // new Date turns 2012-02-30 into March 1
    if (Number.isNaN(value.getTime()) || value.toISOString().slice(0, 10) !== given) {
      throw new Error(`${place}: "${given}" is no date of the form YYYY-MM-DD.`);
    }
    return value;
  }
  if (kind !== 'text' && !kind.includes(given)) throw new Error(`${place}: "${given}" is none of ${kind.join(', ')}.`);
  return given;
}

/** polars, loaded when a table is first read: 0.1 s that other lessons do not pay. */
function polars(): typeof import('nodejs-polars') {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded on first use
  return require('nodejs-polars');
}

const shownCell = (value: unknown): TableCell =>
  value instanceof Date ? value.toISOString().slice(0, 10) : (value as TableCell);
