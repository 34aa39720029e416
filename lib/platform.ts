/**
 * What the library asks of the program that it runs in, here of a process of Node; `browser/platform.ts` is the same of a page. With
 * `files.ts`, `backend/start.ts` and `plot/static` it is all that differs between the two.
 */
import os from 'node:os';

export { setImmediate as nextTurn } from 'node:timers/promises';

/** A setting of the surroundings, an environment variable; undefined when it is not set or empty. */
export const setting = (name: string): string | undefined => process.env[name] || undefined;

/** Writes to whoever reads what the program says. */
export const print = (text: string): void => void process.stdout.write(text);

/** Says a sentence beside what the program says, once for every call. */
export const warn = (sentence: string): void => void process.stderr.write(`lstm-lab: ${sentence}\n`);

/** How many columns the terminal has that somebody watches this program in; undefined where nobody does. */
export const terminalWidth = (): number | undefined =>
  process.stdout.isTTY && !process.env.CI ? process.stdout.columns || 100 : undefined;

/** A name for this process, as none beside it has. */
export const processName = (): string => `${os.hostname()}.${process.pid}`;
