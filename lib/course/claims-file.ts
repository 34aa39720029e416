/** `claims.json`: the lessons with their budgets, and every number and order that a lesson states. */
import fs from 'node:fs';
import path from 'node:path';
import type { Profile } from './profile';

export type Range = [low: number, high: number];

/** What a sentence of the prose says of a value. When the value crosses it, the sentence is false. */
export interface Statement {
  /**
   * How the first of two compared groups lies to the second: `below` or `above` by more than twice the standard error of their
   * difference, or `alike`: within it, so that no difference is shown.
   */
  order?: 'below' | 'above' | 'alike';
  atLeast?: number;
  atMost?: number;
}

/** What a lesson states: a number with the range it must lie in, or an order of two groups of numbers. */
export interface Claim {
  lesson: string;
  text: string;
  /** The source tutorial's place and figure; null for a claim of our own. */
  source: { ref: string; value: string } | null;
  /** See `formatValue`. */
  format: string;
  unit: string;
  /** The range in the quick profile; none: nothing is asked of it there. */
  quick?: Range;
  /** The range in the full profile; it may be left out where the claim `states` something. */
  full?: Range;
  /** Holds in the full profile. */
  states?: Statement;
  verdict: string;
  /** Among the few that the README shows. */
  headline?: boolean;
}

/** The file `claims.json`: the lessons' budgets and every claim by its id. */
export interface ClaimsFile {
  lessons: Record<string, { title: string; budget: Record<Profile, { seconds: number; megabytes: number }> }>;
  claims: Record<string, Claim>;
}

let loaded: { file: string; changed: number; content: ClaimsFile } | undefined;

/** The folder of `claims.json`, which is that of the lessons; throws when there is none. */
export const courseFolder = (): string => path.dirname(findClaims(process.cwd()));

/** Reads `claims.json`, or `notebooks/claims.json`, from the working directory upwards; throws when there is none. */
export function readClaims(): ClaimsFile {
  const file = findClaims(process.cwd());
  const changed = fs.statSync(file).mtimeMs;
  if (loaded?.file !== file || loaded.changed !== changed) {
    try {
      loaded = { file, changed, content: JSON.parse(fs.readFileSync(file, 'utf8')) as ClaimsFile };
    } catch (error) {
      throw new Error(`${file} is not valid JSON: ${(error as Error).message}`);
    }
  }
  return loaded.content;
}

function findClaims(from: string): string {
  for (let folder = from; ; folder = path.dirname(folder)) {
    for (const candidate of ['claims.json', path.join('notebooks', 'claims.json')]) {
      const file = path.join(folder, candidate);
      if (fs.existsSync(file)) return file;
    }
    if (folder === path.dirname(folder)) {
      throw new Error(
        `No claims.json in ${from} or a folder above it; run lessons from the course's notebooks folder.`,
      );
    }
  }
}
