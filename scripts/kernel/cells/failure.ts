/** Anything thrown, described: with its causes, and with the errors that it gathers. */
import type { Failure } from '../link';
import { asShortText, asText, bounded } from './results/text';
import { framesOf, readable } from './stack';

const mostMessageCharacters = 10_000;
const mostNameCharacters = 200;
/** Of the errors in an AggregateError. */
const mostErrors = 10;
/** Causes behind causes. */
const deepest = 10;

/** Describes a thrown value. Never throws, whatever the value's own code does. */
export function toFailure(thrown: unknown): Failure {
  return describe(thrown, []);
}

/** The cell that an error was thrown in, as far as its stack tells. */
export function cellOf(failure: Failure): number | undefined {
  return failure.frames.find((frame) => frame.cell !== undefined)?.cell;
}

function describe(thrown: unknown, above: unknown[]): Failure {
  if (!isError(thrown)) return { name: 'Thrown', message: messageOf(asText(thrown)), frames: [], related: [] };
  const path = [...above, thrown];
  const related = parts(thrown).map(({ label, error }) => ({ label, failure: describeRelated(error, path) }));
  const name = nameOf(thrown);
  const message = readable(messageOf(read(thrown, 'message'))) || summary(thrown);
  return { name, message, frames: attempt(() => framesOf(thrown)) ?? [], related };
}

function describeRelated(error: unknown, above: unknown[]): Failure {
  if (above.includes(error))
    return { name: 'Circular', message: 'the error is one of those above.', frames: [], related: [] };
  if (above.length >= deepest)
    return { name: 'Deeper', message: 'further errors are not shown.', frames: [], related: [] };
  return describe(error, above);
}

/** The errors that belong to one: its cause, those of an AggregateError, the two of a SuppressedError. */
function parts(error: Error): { label: string; error: unknown }[] {
  const errors = gathered(error);
  const found = errors
    .slice(0, mostErrors)
    .map((each, at) => ({ label: `Error ${at + 1} of ${errors.length}:`, error: each }));
  if (read(error, 'cause') !== undefined) found.push({ label: 'Caused by', error: read(error, 'cause') });
  if (nameOf(error) === 'SuppressedError')
    found.push(
      { label: 'Thrown while disposing:', error: read(error, 'error') },
      { label: 'It came after, and hid:', error: read(error, 'suppressed') },
    );
  return found;
}

function gathered(error: Error): unknown[] {
  const errors = read(error, 'errors');
  return nameOf(error) === 'AggregateError' && Array.isArray(errors) ? errors : [];
}

/** An AggregateError often has no message of its own: Node's connections throw such. */
function summary(error: Error): string {
  const errors = gathered(error);
  if (errors.length === 0) return '';
  const first = isError(errors[0]) ? messageOf(read(errors[0], 'message')) : asShortText(errors[0]);
  return `${errors.length} ${errors.length === 1 ? 'error' : 'errors'}, the first: ${first}`;
}

function messageOf(message: unknown): string {
  const text = typeof message === 'string' ? message : (attempt(() => String(message ?? '')) ?? asShortText(message));
  return bounded(text, mostMessageCharacters);
}

function nameOf(error: Error): string {
  const given = read(error, 'name');
  const name = typeof given === 'string' && given ? given : 'Error';
  const own = attempt(() => error.constructor?.name);
  return bounded(name === 'Error' && typeof own === 'string' && own ? own : name, mostNameCharacters);
}

function isError(value: unknown): value is Error {
  return attempt(() => value instanceof Error || Object.prototype.toString.call(value) === '[object Error]') ?? false;
}

function read(error: Error, key: string): unknown {
  return attempt(() => (error as unknown as Record<string, unknown>)[key]);
}

/** What `body` gives; nothing when it throws. */
function attempt<T>(body: () => T): T | undefined {
  try {
    return body();
  } catch {
    return undefined;
  }
}
