/** The linter of notebooks: every rule over every lesson and every notebook of solutions. */
import path from 'node:path';
import { notebooksIn } from '../notebooks/select';
import { cellLength, cellWidth, outputs } from './lesson/cells';
import { altText, figures } from './lesson/figures';
import { format, noMachinePaths, stored } from './lesson/format';
import { readLesson, type Rule } from './lesson/lesson';
import { links } from './lesson/links';
import { numbers } from './lesson/numbers';
import { orders } from './lesson/orders';
import { solutions } from './lesson/solutions';
import { exercises, header, headings, sections, summary } from './lesson/structure';
import type { Problem } from './problem';

const rules: Rule[] = [
  format,
  stored,
  noMachinePaths,
  header,
  sections,
  headings,
  summary,
  exercises,
  solutions,
  cellLength,
  cellWidth,
  outputs,
  figures,
  altText,
  numbers,
  orders,
  links,
];

/** The notebooks that the linter reads. */
export function lessonFiles(root: string): string[] {
  const folder = path.join(root, 'notebooks');
  return [...notebooksIn(folder), ...notebooksIn(path.join(folder, 'solutions'))];
}

/** What is wrong with a notebook. */
export function checkLesson(file: string, root: string): Problem[] {
  try {
    const lesson = readLesson(file, root);
    return rules.flatMap((rule) => rule(lesson).map((problem) => ({ file: lesson.name, ...problem })));
  } catch (error) {
    return [{ file: path.relative(root, file), message: (error as Error).message }];
  }
}
