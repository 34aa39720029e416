/** A data set of rows and typed columns. */
// eslint-disable-next-line @typescript-eslint/ban-ts-comment -- kept in the declarations: a program without polars compiles, and its frame is `any`
/** @ts-ignore */
import type { DataFrame } from 'nodejs-polars';
import { displaySymbol, type Displayable, type MimeBundle } from '../notebook';
import { optionalPackage } from '../optional-package';
import { Table, type TableCell } from '../table';

/** What a column holds: numbers, dates (YYYY-MM-DD), free text, or one of the listed words. */
export type ColumnKind = 'number' | 'date' | 'text' | readonly string[];
/** The columns of a table by name, each with what it holds. */
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
  private polarsFrame: DataFrame | undefined;

  constructor(
    /** The path of the CSV file, for `danfo.readCSV(file)` and `pl.readCSV(file)`. */
    readonly file: string,
    private readonly columns: C,
    /** Every row in the file's order. */
    readonly rows: readonly Row<C>[],
  ) {}

  get length(): number {
    return this.rows.length;
  }

  /** The same data as a polars DataFrame, made when it is first asked for. */
  get frame(): DataFrame {
    return (this.polarsFrame ??= this.makeFrame());
  }

  /** One column of numbers, in the file's order. */
  column(name: NumberColumn<C>): Float64Array {
    if (this.columns[name] !== 'number') throw new Error(`"${name}" is no column of numbers of ${this.file}.`);
    return Float64Array.from(this.rows, (row) => row[name] as number);
  }

  [displaySymbol](): MimeBundle {
    const names = Object.keys(this.columns);
    const shown = this.rows.slice(0, 5).map((row) => names.map((name) => shownCell(row[name])));
    const caption = `${this.length.toLocaleString('en-US')} rows, ${names.length} columns; the first ${shown.length}:`;
    return new Table(names, shown, caption)[displaySymbol]();
  }

  private makeFrame(): DataFrame {
    const pl = optionalPackage<typeof import('nodejs-polars')>('nodejs-polars', 'A polars frame');
    const names = Object.keys(this.columns);
    const frame = pl.DataFrame(Object.fromEntries(names.map((name) => [name, this.rows.map((row) => row[name])])));
    const dates = names.filter((name) => this.columns[name] === 'date').map((name) => pl.col(name).cast(pl.Date));
    return frame.withColumns(...dates);
  }
}

const shownCell = (value: unknown): TableCell =>
  value instanceof Date ? value.toISOString().slice(0, 10) : (value as TableCell);
