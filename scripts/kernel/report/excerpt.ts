/** The lines of a cell around a position, with an arrow and a caret. */

/** Lines shown before and after the one meant. */
const around = 2;
/** Characters shown of a longer line. */
const widest = 200;

/** `line` and `column` count from 1; `length` characters are underlined. */
export function excerpt(where: string, source: string, line: number, column: number, length = 1): string[] {
  const all = source.split('\n');
  const first = Math.max(1, line - around);
  const last = Math.min(all.length, line + around);
  const width = String(last).length;
  const shown = [`${where}, line ${line}`];
  for (let number = first; number <= last; number++) {
    const { text, cut } = visible(all[number - 1] ?? '', number === line ? column : 1);
    shown.push(`${number === line ? '>' : ' '} ${String(number).padStart(width)} | ${text}`.trimEnd());
    if (number !== line) continue;
    const at = column - 1 - cut;
    // Tabs stay tabs, so that the caret stands under its character.
    const indent = text.slice(0, at).replace(/[^\t]/g, ' ');
    shown.push(`  ${' '.repeat(width)} | ${indent}${'^'.repeat(Math.max(1, Math.min(length, text.length - at)))}`);
  }
  return shown;
}

/** The part of a line around a column that fits, and by how much its characters have moved to the left. */
function visible(line: string, column: number): { text: string; cut: number } {
  if (line.length <= widest) return { text: line, cut: 0 };
  const start = Math.max(0, Math.min(column - 1 - widest / 2, line.length - widest));
  const end = start + widest;
  const before = start > 0 ? '…' : '';
  return {
    text: `${before}${line.slice(start, end)}${end < line.length ? '…' : ''}`,
    cut: start - before.length,
  };
}
