/** The lessons as their notebooks store them: what they have measured, what they cost, how much there is to read. */
import fs from 'node:fs';
import path from 'node:path';
import { courseFolder, readClaims } from './claims-file';
import type { Measurement } from './judgement';
import { measurementsIn, type Reporting } from './reports';

/** One lesson, counted. */
export interface LessonFacts {
  /** '01', '01b'. */
  lesson: string;
  title: string;
  /** Words of prose, without code, formulas and comments. */
  words: number;
  codeCells: number;
  exercises: number;
  /** The stored full run: seconds, peak memory and the processor cores of its machine; undefined before one is stored. */
  seconds?: number;
  megabytes?: number;
  cores?: number;
}

interface StoredNotebook extends Reporting {
  cells: (Reporting['cells'][number] & { cell_type: string; source: string | string[] })[];
  metadata: { lstm_lab?: { costs?: { full?: { seconds: number; megabytes: number; cores: number } } } };
}

/** Every lesson of the course, in order, with what its notebook stores. Throws when there is no course here. */
export function lessonFacts(): LessonFacts[] {
  const { lessons } = readClaims();
  return storedNotebooks().map(({ lesson, notebook }) => {
    const prose = textOf(notebook, 'markdown');
    return {
      lesson,
      title: lessons[lesson]?.title ?? '',
      words: wordsIn(prose),
      codeCells: notebook.cells.filter((cell) => cell.cell_type === 'code').length,
      exercises: prose.match(/^\*\*\d+\./gm)?.length ?? 0,
      ...notebook.metadata.lstm_lab?.costs?.full,
    };
  });
}

/** The values that the notebooks of the course store, by the id of their claim. */
export function storedMeasurements(folder = courseFolder()): Map<string, Measurement> {
  const found = storedNotebooks(folder).flatMap(({ notebook }) => measurementsIn(notebook).measurements);
  return new Map(found.map((one) => [one.id, one]));
}

function storedNotebooks(folder = courseFolder()): { lesson: string; notebook: StoredNotebook }[] {
  const lessons = fs.readdirSync(folder).flatMap((file) => {
    const lesson = /^(\d\d[a-z]?)-.*\.ipynb$/.exec(file)?.[1];
    return lesson === undefined ? [] : [{ lesson, file }];
  });
  return lessons
    .sort((a, b) => (a.lesson < b.lesson ? -1 : 1))
    .map(({ lesson, file }) => ({
      lesson,
      notebook: JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8')) as StoredNotebook,
    }));
}

const textOf = (notebook: StoredNotebook, type: string): string =>
  notebook.cells
    .filter((cell) => cell.cell_type === type)
    .map(({ source }) => [source].flat().join(''))
    .join('\n\n');

function wordsIn(markdown: string): number {
  const prose = markdown
    .replace(/<!--[\s\S]*?-->|```[\s\S]*?```|`[^`\n]*`|\$\$[\s\S]*?\$\$|\$[^$\n]+\$/g, ' ')
    .replace(/\]\([^()\s]*\)|<[^<>]+>/g, ' ');
  return prose.match(/\p{L}[\p{L}\p{N}'’-]*/gu)?.length ?? 0;
}
