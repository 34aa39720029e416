/** An error as Jupyter shows it: name, message, and a traceback that points into cells. */
import type { Failure, Frame } from '../link';
import { excerpt } from './excerpt';

/** The content of an `error` output and of a failed `execute_reply`. */
export interface ErrorReport {
  ename: string;
  evalue: string;
  traceback: string[];
}

const red = (text: string) => `\x1b[31m${text}\x1b[39m`;

/** A report of something thrown; `sourceOf` gives the text of an executed cell. */
export function reportFailure(failure: Failure, sourceOf: (cell: number) => string | undefined): ErrorReport {
  const traceback = describe(failure, sourceOf);
  return { ename: failure.name, evalue: failure.message, traceback: traceback.flatMap((part) => part.split('\n')) };
}

/** A report that has no stack: the head line, then `lines`. */
export function reportWithout(ename: string, evalue: string, ...lines: string[]): ErrorReport {
  return { ename, evalue, traceback: [`${red(ename)}: ${evalue}`, ...lines].flatMap((part) => part.split('\n')) };
}

function describe(failure: Failure, sourceOf: (cell: number) => string | undefined): string[] {
  const lines = [failure.message ? `${red(failure.name)}: ${failure.message}` : red(failure.name)];
  const origin = failure.frames.find((frame) => frame.cell !== undefined);
  const source = origin?.cell === undefined ? undefined : sourceOf(origin.cell);
  if (origin && source !== undefined) lines.push('', ...excerpt(origin.where, source, origin.line, origin.column));
  if (failure.frames.length > 0) lines.push('', ...failure.frames.map((frame) => `    at ${placed(frame)}`));
  for (const { label, failure: related } of failure.related) {
    const [head, ...rest] = describe(related, sourceOf);
    lines.push('', `${label} ${head}`, ...rest);
  }
  return lines;
}

function placed({ name, where, line, cell, column }: Frame): string {
  const place = cell === undefined ? `${where}:${line}:${column}` : `${where}, line ${line}`;
  return name ? `${name} (${place})` : place;
}
