/** Tables as HTML and text, with the middle cut out of long and wide ones. */
import { escapeHtml } from './html';
import { asShortText } from './text';

export interface Table {
  columns: string[];
  types?: string[];
  /** Row labels; absent when rows have none. */
  index?: (row: number) => unknown;
  rows: number;
  row(index: number): unknown[];
}

const mostRows = 20;
const mostColumns = 16;
const mostCharacters = 80;

/** A table's two forms. */
export function renderTable(table: Table): { 'text/html': string; 'text/plain': string } {
  const columns = kept(table.columns.length, mostColumns);
  const rows = kept(table.rows, mostRows);
  const pick = <T>(values: T[], gap: T) => columns.map((at) => (at === undefined ? gap : values[at]));
  const labelled = table.index !== undefined;
  const head = [...(labelled ? [''] : []), ...pick(table.columns.map(formatted), '…')];
  const types = table.types && [...(labelled ? [''] : []), ...pick(table.types, '…')];
  const body = rows.map((at) => {
    if (at === undefined) return head.map(() => '…');
    const cells = pick(table.row(at).map(formatted), '…');
    return labelled ? [formatted(table.index!(at)), ...cells] : cells;
  });
  const size = `${table.rows} ${table.rows === 1 ? 'row' : 'rows'} × ${table.columns.length} ${
    table.columns.length === 1 ? 'column' : 'columns'
  }`;
  return { 'text/html': html(head, types, body, labelled, size), 'text/plain': plain(head, types, body, size) };
}

/** Indices to show, with `undefined` where some are left out. */
function kept(count: number, most: number): (number | undefined)[] {
  if (count <= most) return Array.from({ length: count }, (_, at) => at);
  const half = most / 2;
  return Array.from({ length: most + 1 }, (_, at) =>
    at === half ? undefined : at < half ? at : count - most + at - 1,
  );
}

function formatted(value: unknown): string {
  if (typeof value === 'number') return number(value);
  if (value instanceof Date && !Number.isNaN(value.getTime()))
    return value.toISOString().replace(/T00:00:00\.000Z$/, '');
  if (typeof value === 'bigint') return String(value);
  const text = typeof value === 'string' ? onOneLine(value) : asShortText(value);
  const characters = [...text.slice(0, 2 * mostCharacters + 2)];
  return characters.length > mostCharacters ? `${characters.slice(0, mostCharacters - 1).join('')}…` : text;
}

/** Six decimals, and at least six digits; so 32-bit and rounding noise is left out, and no digit in front of the point. */
function number(value: number): string {
  const shortest = String(value);
  const rounded = Number(Math.abs(value) < 1 ? value.toPrecision(6) : value.toFixed(6));
  return Number.isInteger(value) || !Number.isFinite(rounded) ? shortest : String(rounded);
}

function onOneLine(text: string): string {
  return text.replace(/[\n\r\t]/g, (character) => ({ '\n': '\\n', '\r': '\\r', '\t': '\\t' })[character]!);
}

function html(head: string[], types: string[] | undefined, body: string[][], labelled: boolean, size: string): string {
  const row = (cells: string[], tag: (at: number) => string) =>
    `<tr>${cells.map((cell, at) => `<${tag(at)}>${escapeHtml(cell)}</${tag(at)}>`).join('')}</tr>`;
  const th = () => 'th';
  const typeRow = types ? row(types, th).replaceAll('<th>', '<th style="font-weight:normal;opacity:0.6">') : '';
  const lines = body.map((cells) => row(cells, (at) => (labelled && at === 0 ? 'th' : 'td')));
  return `<table class="dataframe"><thead>${row(head, th)}${typeRow}</thead><tbody>${lines.join('')}</tbody></table><p>${size}</p>`;
}

function plain(head: string[], types: string[] | undefined, body: string[][], size: string): string {
  const all = [head, ...(types ? [types] : []), ...body];
  const widths = head.map((_, at) => Math.max(...all.map((cells) => cells[at].length)));
  const lines = all.map((cells) => cells.map((cell, at) => cell.padStart(widths[at])).join('  '));
  return [...lines, size].join('\n');
}
