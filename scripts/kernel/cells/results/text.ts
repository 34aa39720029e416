/** Any value as text: as Node prints it, and never an error. */
import { inspect } from 'node:util';

/** A page reads this much at most; a longer text is made again with less of everything. */
const mostCharacters = 50_000;

export function asText(value: unknown): string {
  const text = printed(value, { depth: 4, breakLength: 100 });
  if (text.length <= mostCharacters) return text;
  return bounded(printed(value, { depth: 2, breakLength: 100, maxArrayLength: 20 }), mostCharacters);
}

/** A value inside a message, or in one cell of a table, on one line. */
export function asShortText(value: unknown): string {
  return printed(value, { depth: 3, breakLength: Infinity, compact: true, maxArrayLength: 20, maxStringLength: 200 });
}

/** The beginning of a long text, and how much is left out. */
export function bounded(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most)}… (${text.length - most} more characters)`;
}

/** A value may say by itself how it is printed, and its own code may fail: then it is printed without it. */
function printed(value: unknown, options: object): string {
  for (const customInspect of [true, false])
    try {
      const text = inspect(value, { ...options, customInspect });
      if (typeof text === 'string') return text;
    } catch {
      continue;
    }
  return `[${typeof value} that cannot be printed]`;
}
