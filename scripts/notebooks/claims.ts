/** The runner's side of claims: what `claims.json` demands of a lesson, and what its outputs report. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Claim, ClaimsFile } from '../../lib/course/claims-file';
import { allowedRange, type Measurement } from '../../lib/course/judgement';

export type { Claim, ClaimsFile, Measurement };

export { exercisesIn, measurementsIn, type ExerciseReport, type Reports } from '../../lib/course/reports';

/** The lesson that a notebook is: the number at the front of its name, `01` or `01b`; undefined for a notebook that is no lesson. */
export const lessonOf = (file: string): string | undefined => /^(\d\d[a-z]?)-/.exec(path.basename(file))?.[1];

/** A notebook of solutions: it is not held to its lesson's claims, and its exercises must pass. */
export const isSolution = (file: string): boolean => path.basename(path.dirname(file)) === 'solutions';

/**
 * The `claims.json` that a notebook is held to: the nearest one in its folder or above, as in lib/course.
 * @throws Error with one sentence when the file is not what it should be.
 */
export function claimsFor(notebookFile: string): ClaimsFile {
  for (let folder = path.dirname(path.resolve(notebookFile)); ; folder = path.dirname(folder)) {
    const file = path.join(folder, 'claims.json');
    if (existsSync(file)) return readClaimsFile(file);
    if (folder === path.dirname(folder)) return { lessons: {}, claims: {} };
  }
}

/** Reads and checks a `claims.json`. */
export function readClaimsFile(file: string): ClaimsFile {
  let content: ClaimsFile;
  const isFields = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
  try {
    content = JSON.parse(readFileSync(file, 'utf8')) as ClaimsFile;
  } catch (error) {
    throw new Error(`${path.basename(file)} is not valid JSON: ${(error as Error).message}`);
  }
  if (!isFields(content) || !isFields(content.claims) || !isFields(content.lessons)) {
    throw new Error(`${path.basename(file)} must be an object with claims and lessons.`);
  }
  for (const [id, claim] of Object.entries(content.claims)) {
    if (!isFields(claim)) throw new Error(`${path.basename(file)}: ${id} is no claim.`);
    checkClaim(path.basename(file), id, claim);
    if (!(claim.lesson in content.lessons)) {
      throw new Error(
        `${path.basename(file)}: ${id} belongs to lesson ${claim.lesson}, which is not among the lessons.`,
      );
    }
  }
  return content;
}

function checkClaim(file: string, id: string, { quick, full, states }: Claim): void {
  for (const [profile, range] of Object.entries({ quick, full })) {
    const isRange = Array.isArray(range) && range.length === 2 && range.every((end) => typeof end === 'number');
    if (range !== undefined && !(isRange && range[0] <= range[1]))
      throw new Error(`${file}: ${id} has no range [low, high] for the ${profile} profile.`);
  }
  const unknown = Object.keys(states ?? {}).find((key) => !['order', 'atLeast', 'atMost'].includes(key));
  if (unknown) throw new Error(`${file}: ${id} states "${unknown}"; a claim states an order, atLeast or atMost.`);
  if (states?.order !== undefined && !['below', 'above', 'alike'].includes(states.order))
    throw new Error(`${file}: ${id} states the order "${states.order}"; it must be below, above or alike.`);
  if (full === undefined && states === undefined)
    throw new Error(`${file}: ${id} has no range [low, high] for the full profile, and states nothing.`);
  const [low, high] = allowedRange(full, states);
  if (low > high) throw new Error(`${file}: no value of ${id} lies both in its full range and where it states.`);
}
