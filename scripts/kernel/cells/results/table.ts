/** Tables as HTML and text, with the middle cut out of long and wide ones. */
import { escapeHtml } from './html';

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

/** A table's two forms. */
export function renderTable(table: Table): { 'text/html': string; 'text/plain': string } {
  const columns = kept(table.columns.length, mostColumns);
  const rows = kept(table.rows, mostRows);
  const pick = <T>(values: T[], gap: T) => columns.map((at) => (at === undefined ? gap : values[at]));
  const labelled = table.index !== undefined;
  const head = [...(labelled ? [''] : []), ...pick(table.columns, '…')];
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
  const all = Array.from({ length: count }, (_, at) => at);
  if (count <= most) return all;
  const half = most / 2;
  return [...all.slice(0, half), undefined, ...all.slice(count - half)];
}

function formatted(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
  if (value instanceof Date) return value.toISOString().replace(/T00:00:00\.000Z$/, '');
  if (value === undefined || value === null) return String(value);
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value as string | boolean | bigint | symbol);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
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
