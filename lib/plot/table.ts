/** Rows of results as a table. */
import { Table, type TableCell } from '../table';
import { readable } from './values';

/** Options of {@link table}. */
export interface TableOptions {
  /** What stands above the table. */
  caption?: string;
  /** Which keys, in which order; default: all, as they first appear. Give `{ key: 'heading' }` to rename them. */
  columns?: readonly string[] | Record<string, string>;
  /** How many rows to show; default 20. */
  most?: number;
}

function cell(value: unknown): TableCell {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return readable(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/**
 * Objects as rows of a table, numbers with four significant digits and on the right.
 * @throws if there are no rows.
 *
 * @example
 * const table = plot.table([{ network: 'LSTM', loss: 0.32 }, { network: 'GRU', loss: 0.36 }], { caption: 'Losses' });
 * console.log(String(table)); // Losses network loss ------- ---- LSTM 0.32 GRU 0.36
 */
export function table(rows: readonly object[], { caption = '', columns, most = 20 }: TableOptions = {}): Table {
  if (!rows?.length) throw new Error(`The table ${caption && `"${caption}" `}has no rows.`);
  const records = rows as readonly Record<string, unknown>[];
  const isList = (c: TableOptions['columns']): c is readonly string[] => Array.isArray(c);
  const all = [...new Set(records.flatMap((r) => Object.keys(r)))];
  const headings: [string, string][] = !columns
    ? all.map((key) => [key, key])
    : isList(columns)
      ? columns.map((key) => [key, key])
      : Object.entries(columns);
  const unknown = headings.find(([key]) => !all.includes(key));
  if (unknown) throw new Error(`No row has "${unknown[0]}"; there is ${all.join(', ')}.`);
  const cut = rows.length > most ? `first ${most} of ${rows.length.toLocaleString('en-US')} rows` : '';
  return new Table(
    headings.map(([, heading]) => heading),
    records.slice(0, most).map((r) => headings.map(([key]) => cell(r[key]))),
    [caption, cut].filter(Boolean).join('; '),
  );
}
