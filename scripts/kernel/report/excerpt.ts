/** The lines of a cell around a position, with an arrow and a caret. */

/** Lines shown before and after the one meant. */
const around = 2;

/** `line` and `column` count from 1; `length` characters are underlined. */
export function excerpt(where: string, source: string, line: number, column: number, length = 1): string[] {
  const all = source.split('\n');
  const first = Math.max(1, line - around);
  const last = Math.min(all.length, line + around);
  const width = String(last).length;
  const shown = [`${where}, line ${line}`];
  for (let number = first; number <= last; number++) {
    const text = all[number - 1] ?? '';
    shown.push(`${number === line ? '>' : ' '} ${String(number).padStart(width)} | ${text}`.trimEnd());
    if (number !== line) continue;
    // Tabs stay tabs, so that the caret stands under its character.
    const indent = text.slice(0, column - 1).replace(/[^\t]/g, ' ');
    shown.push(
      `  ${' '.repeat(width)} | ${indent}${'^'.repeat(Math.max(1, Math.min(length, text.length - column + 1)))}`,
    );
  }
  return shown;
}
