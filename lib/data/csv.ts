/** Strict reading of CSV files: every row and every value is what the columns say, or one sentence says which is not. */
import fs from 'node:fs';
import { CsvError, parse, type Info } from 'csv-parse/sync';
import { checkOptions } from '../options';
import { DataTable, type ColumnKind, type Columns, type Row } from './data-table';
import { decodeText } from './encoding';

/** How a CSV file is written. */
export interface CSVOptions {
  /** What stands between two fields. Default: a comma. */
  delimiter?: string;
  /** The encoding, by a name that `TextDecoder` knows: 'latin1', 'utf-16le'. Default: UTF-8, or UTF-16 where the file begins so. */
  encoding?: string;
  /** The decimal sign. Default: a point. */
  decimal?: string;
  /** What may separate the thousands of a number. Default: nothing may. */
  thousands?: string;
  /** Leave out spaces around fields. Default: false. */
  trim?: boolean;
}

/** The fields of one row, and the line where it begins. */
interface Fields {
  fields: string[];
  line: number;
}

/**
 * Reads a CSV file with a header line into typed rows; fields are quoted as RFC 4180 says, empty lines are left out. Throws one sentence
 * that names the file, the line and the column when the encoding, the header, the number of fields or a value is not as stated.
 *
 * @example
 * import fs from 'node:fs';
 * fs.writeFileSync('weather.csv', 'day,rain\n2012-01-01,0.5\n2012-01-02,1.5\n');
 * const table = data.readCSV('weather.csv', { day: 'date', rain: 'number' });
 * console.log(table.length, table.column('rain')); // 2 Float64Array(2) [ 0.5, 1.5 ]
 */
export function readCSV<C extends Columns>(file: string, columns: C, options: CSVOptions = {}): DataTable<C> {
  checkOptions('readCSV', options, ['delimiter', 'encoding', 'decimal', 'thousands', 'trim']);
  if (typeof columns !== 'object' || columns === null)
    throw new TypeError(`readCSV needs the kinds of the columns, for example { date: 'date', price: 'number' }.`);
  const { decimal = '.', thousands } = options;
  if (decimal === thousands) throw new RangeError(`readCSV: "${decimal}" cannot be decimal and thousands at once.`);
  const names = Object.keys(columns);
  const content = readText(file, options.encoding);
  const [header] = readFields(file, content, options, 1);
  if (!header) throw new Error(`${file} is empty; a header and at least one row were expected.`);
  checkHeader(file, header.fields, names, options);
  const [, ...lines] = readFields(file, content, options);
  if (lines.length === 0) throw new Error(`${file} holds a header and no rows.`);
  const rows = lines.map(({ fields, line }) => {
    if (fields.length !== names.length)
      throw new Error(`${file}, line ${line} has ${fields.length} fields; ${names.length} were expected.`);
    const values = names.map((name, k) => {
      const value = readValue(fields[k], columns[name], options);
      if (value instanceof Refusal) throw new Error(`${file}, line ${line}, ${name}: ${value.reason}`);
      return [name, value];
    });
    return Object.fromEntries(values) as Row<C>;
  });
  return new DataTable(file, columns, rows);
}

/** The rows of a text, at most `most`. */
function readFields(file: string, content: string, options: CSVOptions, most = -1): Fields[] {
  const { delimiter = ',', trim = false } = options;
  try {
    const records = parse(content, {
      delimiter,
      trim,
      to: most,
      info: true,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      skip_empty_lines: true,
    }) as unknown as { record: string[]; info: Info }[];
    let before = { lines: 0, empty_lines: 0 };
    return records.map(({ record, info }) => {
      const line = before.lines + info.empty_lines - before.empty_lines + 1;
      before = info;
      return { fields: record, line };
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const { lines } = error as CsvError & { lines?: number };
    const place = lines === undefined ? file : `${file}, line ${lines}`;
    throw new Error(`${place}: ${quoteFaults[error.code] ?? error.message}.`, { cause: error });
  }
}

const quoteFaults: Record<string, string> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote is opened here and never closed',
  INVALID_OPENING_QUOTE:
    'a quote stands within a field; a field with quotes is quoted as a whole, and its quotes are doubled',
  CSV_INVALID_CLOSING_QUOTE: 'text follows a closing quote; quotes within a field are doubled',
};

function readText(file: string, encoding: string | undefined): string {
  let bytes: Buffer;
  try {
    bytes = fs.readFileSync(file);
  } catch (error) {
    throw new Error(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`, { cause: error });
  }
  return decodeText(file, bytes, { encoding, cure: `state its encoding, for example { encoding: 'latin1' }` });
}

function checkHeader(file: string, found: string[], names: string[], { delimiter = ',' }: CSVOptions): void {
  if (found.length === names.length && found.every((name, k) => name === names[k])) return;
  const twice = found.find((name, k) => found.indexOf(name) !== k);
  if (twice !== undefined) throw new Error(`${file} has two columns "${twice}"; each column needs a name of its own.`);
  const other = [';', '\t', '|', ','].find(
    (sign) => found.length === 1 && found[0].split(sign).join() === names.join(),
  );
  const cure = other ? ` Its fields are separated otherwise: give { delimiter: ${JSON.stringify(other)} }.` : '';
  const shown = (fields: string[]) => fields.join(delimiter);
  throw new Error(
    `${file} begins with "${shown(found).slice(0, 100)}"; the header "${shown(names)}" was expected.${cure}`,
  );
}

/** Why a field is not what its column holds. */
class Refusal {
  constructor(readonly reason: string) {}
}

function readValue(given: string, kind: ColumnKind, options: CSVOptions): number | string | Date | Refusal {
  if (kind === 'number') return readNumber(given, options);
  if (kind === 'date') {
    const value = /^\d{4}-\d\d-\d\d$/.test(given) ? new Date(`${given}T00:00:00Z`) : new Date(NaN);
    // new Date turns 2012-02-30 into March 1
    const isDate = !Number.isNaN(value.getTime()) && value.toISOString().slice(0, 10) === given;
    return isDate ? value : new Refusal(`"${given}" is no date of the form YYYY-MM-DD.`);
  }
  if (kind !== 'text' && !kind.includes(given)) return new Refusal(`"${given}" is none of ${kind.join(', ')}.`);
  return given;
}

function readNumber(given: string, { decimal = '.', thousands }: CSVOptions): number | Refusal {
  const parts = given.split(decimal);
  if (thousands && grouped(thousands).test(parts[0])) parts[0] = parts[0].replaceAll(thousands, '');
  const plain = parts.some((part) => part.includes('.')) ? '' : parts.join('.');
  const value = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(plain) ? Number(plain) : NaN;
  if (Number.isFinite(value)) return value;
  const hasCommas = thousands === undefined && decimal === '.' && grouped(',').test(given.split('.')[0]);
  const cure = hasCommas ? `; if commas separate its thousands, give { thousands: ',' }` : '';
  return new Refusal(`"${given}" is no number${cure}.`);
}

/** Matches digits in groups of three with a sign between them. */
const grouped = (sign: string): RegExp =>
  new RegExp(`^[-+]?\\d{1,3}(${sign.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}\\d{3})+$`);
