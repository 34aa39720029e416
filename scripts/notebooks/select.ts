/** Which notebooks a run is about. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from './options';

/**
 * The notebooks that the given lesson numbers, names, files or folders stand for; for none, every notebook of the course.
 * Paths are absolute, in the order given, each once.
 * @throws UsageError for a name that stands for nothing, with the nearest names.
 */
export function selectNotebooks(targets: string[], courseFolder: string, cwd = process.cwd()): string[] {
  const course = [...notebooksIn(courseFolder), ...notebooksIn(path.join(courseFolder, 'solutions'))];
  if (targets.length === 0) {
    if (course.length === 0) throw new UsageError(`There is no notebook in ${courseFolder}.`);
    return course;
  }
  return [...new Set(targets.flatMap((target) => resolve(target, courseFolder, course, cwd)))];
}

/** The notebooks directly in a folder, in reading order. */
export function notebooksIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.ipynb'))
    .sort()
    .map((name) => path.join(folder, name));
}

function resolve(target: string, courseFolder: string, course: string[], cwd: string): string[] {
  const candidates = [path.resolve(cwd, target), path.resolve(courseFolder, target)];
  for (const candidate of candidates.flatMap((c) => [c, `${c}.ipynb`])) {
    if (!existsSync(candidate)) continue;
    if (statSync(candidate).isDirectory()) {
      const inside = notebooksIn(candidate);
      if (inside.length > 0) return inside;
      if (/^\d+$/.test(target)) continue;
      throw new UsageError(`There is no notebook in the folder ${target}.`);
    }
    if (candidate.endsWith('.ipynb')) return [candidate];
    throw new UsageError(`${target} is not a notebook: its name does not end in .ipynb.`);
  }
  const lessons = course.filter((file) => path.dirname(file) === path.resolve(courseFolder));
  const numbered = lessons.filter((file) => isNumbered(path.basename(file), target));
  if (numbered.length > 0) return numbered;
  const near = nearest(
    target,
    lessons.map((file) => path.basename(file, '.ipynb')),
  );
  const hint = near.length > 0 ? ` The nearest: ${near.join(', ')}.` : '';
  throw new UsageError(`There is no notebook called ${target}.${hint}`);
}

/** Whether a lesson's name bears a number: `1` and `01` mean both parts of a lesson in two, `01b` its second. */
function isNumbered(name: string, target: string): boolean {
  const [, number, part] = /^(\d{1,2})([a-z]?)$/.exec(target) ?? [];
  if (number === undefined) return false;
  const [, own, ownPart] = /^(\d\d)([a-z]?)-/.exec(name) ?? [];
  return own === number.padStart(2, '0') && (part === '' || part === ownPart);
}

function nearest(target: string, names: string[]): string[] {
  const wanted = path.basename(target, '.ipynb').toLowerCase();
  return names
    .map((name) => ({ name, distance: name.includes(wanted) ? 0 : editDistance(wanted, name) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ name }) => name);
}

/** Levenshtein's distance; a number at the front of a lesson's name need not be typed. */
function editDistance(wanted: string, name: string): number {
  return Math.min(levenshtein(wanted, name), levenshtein(wanted, name.replace(/^\d+-/, '')));
}

function levenshtein(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      row[j] = Math.min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    previous = row;
  }
  return previous[b.length];
}
