import { displaySymbol, type Displayable, type MimeBundle } from './notebook';

/** What one cell of a table may hold. */
export type TableCell = string | number | boolean | null | undefined;

/** A table that a notebook shows as HTML and a terminal as aligned text. */
export class Table implements Displayable {
  constructor(
    readonly columns: readonly string[],
    readonly rows: readonly (readonly TableCell[])[],
    readonly caption = '',
  ) {}

  toString(): string {
    const text = [this.columns, ...this.rows].map((row) => row.map(cellText));
    const widths = this.columns.map((_, c) => Math.max(...text.map((row) => row[c].length)));
    const lines = text.map((row, r) =>
      row
        .map((cell, c) => (r > 0 && isNumber(this.rows[r - 1][c]) ? cell.padStart(widths[c]) : cell.padEnd(widths[c])))
        .join('  ')
        .trimEnd(),
    );
    lines.splice(1, 0, widths.map((width) => '-'.repeat(width)).join('  '));
    return (this.caption ? [this.caption, ...lines] : lines).join('\n');
  }

  toHTML(): string {
    const head = this.columns.map((name) => `<th style="text-align:left">${escapeHTML(name)}</th>`).join('');
    const body = this.rows.map((row) => {
      const cells = row.map((cell) => {
        const align = isNumber(cell) ? 'right' : 'left';
        return `<td style="text-align:${align}">${escapeHTML(cellText(cell))}</td>`;
      });
      return `<tr>${cells.join('')}</tr>`;
    });
    const caption = this.caption ? `<caption>${escapeHTML(this.caption)}</caption>` : '';
    return `<table>${caption}<thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table>`;
  }

  [displaySymbol](): MimeBundle {
    return { 'text/html': this.toHTML(), 'text/plain': this.toString() };
  }
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** `text` with the characters that HTML and XML give a meaning made harmless, also within an attribute's quotes of either kind. */
export function escapeHTML(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]);
}

const cellText = (cell: TableCell): string => (cell === null || cell === undefined ? '' : String(cell));

/** Numbers and numbers with thousands separators or a unit stand on the right. */
const isNumber = (cell: TableCell): boolean =>
  typeof cell === 'number' ||
  (typeof cell === 'string' && /^[-−+]?\d[\d,]*(\.\d+)?(e[-+]?\d+)?( ?(%|s|ms|MB))?$/.test(cell));
