/** Rules of code cells and of what they show. */
import { tagsOf, textOf, type Cell, type Output } from '../../notebooks/notebook';
import { codeCells, inCell, outputsOf, type Rule } from './lesson';

const mostLines = 15;
const mostColumns = 120;
const mostOutputLines = 60;

/** A cell holds one step. A longer one carries the tag long-cell, and its metadata a `reason`. */
export const cellLength: Rule = (lesson) =>
  codeCells(lesson).flatMap((cell) => {
    const lines = textOf(cell.source).trimEnd().split('\n').length;
    if (lines <= mostLines) return [];
    if (!tagsOf(cell).includes('long-cell')) {
      return [
        inCell(
          lesson,
          cell,
          `has ${lines} lines; at most ${mostLines}, or the tag long-cell and a reason in its metadata`,
        ),
      ];
    }
    return typeof cell.metadata.reason === 'string' && cell.metadata.reason.trim()
      ? []
      : [inCell(lesson, cell, 'is tagged long-cell without a reason in its metadata')];
  });

/** A line that is wider than a laptop's screen is read by nobody to its end. */
export const cellWidth: Rule = (lesson) =>
  codeCells(lesson).flatMap((cell) => {
    const longest = Math.max(
      ...textOf(cell.source)
        .split('\n')
        .map((line) => line.length),
    );
    return longest > mostColumns
      ? [inCell(lesson, cell, `has a line of ${longest} characters; at most ${mostColumns}`)]
      : [];
  });

export const outputs: Rule = (lesson) =>
  codeCells(lesson).flatMap((cell) => problemsOf(cell).map((message) => inCell(lesson, cell, message)));

function problemsOf(cell: Cell): string[] {
  const problems: string[] = [];
  const shown = outputsOf(cell).reduce((lines, output) => lines + shownLines(output), 0);
  if (shown > mostOutputLines) problems.push(`shows ${shown} lines of text; at most ${mostOutputLines}`);
  const meantToRaise = tagsOf(cell).includes('raises-exception');
  if (outputsOf(cell).some(({ output_type }) => output_type === 'error') && !meantToRaise)
    problems.push('stores an error');
  if (outputsOf(cell).some(({ name }) => name === 'stderr') && !meantToRaise) problems.push('stores text from stderr');
  return problems;
}

/** Lines that a reader sees: text beside a richer form of the same output is not shown. */
function shownLines(output: Output): number {
  const types = Object.keys(output.data ?? {}).filter((type) => !type.startsWith('application/vnd.lstm-lab.'));
  const text =
    output.output_type === 'stream' ? output.text : types.length === 1 ? output.data?.['text/plain'] : undefined;
  return text === undefined
    ? 0
    : textOf(text as string)
        .trimEnd()
        .split('\n').length;
}
