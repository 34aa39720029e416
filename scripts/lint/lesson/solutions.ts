/** Once there are solutions, each exercise that a lesson checks is solved in the notebook of its solutions. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { readNotebook, textOf, type Notebook } from '../../notebooks/notebook';
import type { Rule } from './lesson';

export const solutions: Rule = (lesson) => {
  if (lesson.isSolution) return [];
  const checked = exercisesIn(lesson.notebook);
  if (checked.length === 0) return [];
  const folder = path.join(path.dirname(lesson.file), 'solutions');
  if (!existsSync(folder)) return [];
  const file = path.join(folder, path.basename(lesson.file));
  if (!existsSync(file))
    return [{ message: `has exercises, and no ${path.relative(path.dirname(lesson.file), file)} that solves them` }];
  const solved = exercisesIn(readNotebook(file));
  const open = checked.filter((id) => !solved.includes(id));
  return open.length > 0 ? [{ message: `its solutions leave out ${open.join(', ')}` }] : [];
};

const exercisesIn = (notebook: Notebook): string[] => [
  ...new Set(
    notebook.cells
      .filter((cell) => cell.cell_type === 'code')
      .flatMap((cell) => [...textOf(cell.source).matchAll(/\bexercise\('([^']+)'\)/g)].map((match) => match[1])),
  ),
];
