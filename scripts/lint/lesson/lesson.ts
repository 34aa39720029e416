/** A lesson under the linter: its file, its cells, and the claims that it is held to. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { claimsFor, isSolution, lessonOf, type ClaimsFile } from '../../notebooks/claims';
import { readNotebook, textOf, type Cell, type Notebook, type Output } from '../../notebooks/notebook';
import type { Problem } from '../problem';

export interface Lesson {
  file: string;
  /** Relative to the root of the course. */
  name: string;
  root: string;
  /** The two digits at the front of the file's name. */
  number?: string;
  isSolution: boolean;
  notebook: Notebook;
  claims: ClaimsFile;
  bytes: number;
}

/** A rule finds what is wrong with a lesson. */
export type Rule = (lesson: Lesson) => Omit<Problem, 'file'>[];

/** Reads a lesson; throws one sentence when the file is no notebook. */
export function readLesson(file: string, root: string): Lesson {
  return {
    file,
    name: path.relative(root, file),
    root,
    number: lessonOf(file),
    isSolution: isSolution(file),
    notebook: readNotebook(file),
    claims: claimsFor(file),
    bytes: readFileSync(file).length,
  };
}

/** Where a cell is, in words: its position among all cells and its first words. */
export function placeOf(lesson: Lesson, cell: Cell): string {
  const position = lesson.notebook.cells.indexOf(cell) + 1;
  const [first = ''] = textOf(cell.source).trim().split('\n');
  return `cell ${position} (${first.length > 40 ? `${first.slice(0, 39)}…` : first})`;
}

export const markdownCells = ({ notebook }: Lesson): Cell[] =>
  notebook.cells.filter((cell) => cell.cell_type === 'markdown');
export const codeCells = ({ notebook }: Lesson): Cell[] => notebook.cells.filter((cell) => cell.cell_type === 'code');
export const outputsOf = (cell: Cell): Output[] => cell.outputs ?? [];

/** A problem with a cell. */
export const inCell = (lesson: Lesson, cell: Cell, message: string) => ({ place: placeOf(lesson, cell), message });

/** HTML comments. Like every pattern for foreign text it stops where the next match may begin: no text makes it look twice at the rest. */
export const comment = /<!--(?:(?!<!--)[\s\S])*?-->/g;
