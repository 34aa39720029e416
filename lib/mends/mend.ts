/**
 * How this library changes what a dependency does. Each change is a file of this room, which says what is wrong there, where that is
 * reported and which versions it was tested with. A mend is handed what it changes, or takes `tf` from here below the backend; a test in
 * tests/mends fails when the dependency no longer needs it.
 */

import { warn } from '../platform';

/** One change to a dependency. */
export interface Mend {
  /** What the dependency does wrong, in a few words. */
  wrong: string;
  /** Where that is reported, for example `tensorflow/tfjs #8609`; `none` where nobody has. */
  issue: string;
  /** The package that is changed. */
  dependency: string;
  /** The version that the change was tested with; others of the same major and minor number are taken for the same. */
  version: string;
}

const done = Symbol.for('lstm-lab.mends');

/**
 * Makes a change once for each `target`, also when several copies of this library are loaded. In a version of the dependency that the mend
 * was not tested with nothing is changed, and one sentence on stderr says so.
 *
 * @param target the object that is changed, or that owns what is
 * @param found the version of the dependency that is installed
 * @returns whether the change was made now
 */
export function applyMend(name: string, mend: Mend, target: object, found: string, change: () => void): boolean {
  const marked = target as { [done]?: Set<string> };
  if (marked[done]?.has(name)) return false;
  if (!marked[done]) Object.defineProperty(target, done, { value: new Set<string>() });
  marked[done]!.add(name);
  if (minor(found) !== minor(mend.version)) {
    warn(
      `${mend.dependency} ${found} is not ${mend.version}, which "${name}" was written for, so it is left as it is (${mend.wrong}).`,
    );
    return false;
  }
  change();
  return true;
}

const minor = (version: string): string => version.split('.').slice(0, 2).join('.');
