/** Names that a caller has written: options that nobody knows are refused, and the nearest known name is offered. */

/**
 * Refuses what is no object of options, and options that are not in `known`: by name, with the nearest known one. `owner` is what takes
 * them, as the caller writes it: `train.fit`. Throws a TypeError.
 */
export function checkOptions(owner: string, given: unknown, known: readonly string[]): void {
  if (given === undefined) return;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new TypeError(`${owner} takes its options as an object, { ${known[0]}: … }; it was given ${shown(given)}.`);
  }
  const unknown = Object.keys(given).filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  const sentences = unknown.map((name) => `${owner} has no option "${name}"${orNearest(name, known)}`);
  throw new TypeError(`${sentences.join(' ')} It has: ${known.join(', ')}.`);
}

/** The end of a sentence that refuses `name`: `; did you mean "batchSize"?`, or a full stop where no known name is near. */
export function orNearest(name: string, known: readonly string[]): string {
  const found = nearest(name, known);
  return found === undefined ? '.' : `; did you mean "${found}"?`;
}

/**
 * The known name that was probably meant: the same but for case and separators (`batch_size` for `batchSize`), or the one that is fewest
 * insertions, deletions, replacements and swaps away (Damerau 1964), at most a third of the letters; undefined where none is so near.
 */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const wanted = plain(name);
  let best: { name: string; distance: number } | undefined;
  for (const candidate of known) {
    const compared = plain(candidate);
    const distance = editDistance(wanted, compared);
    const allowed = Math.floor(Math.max(wanted.length, compared.length) / 3);
    if (distance <= allowed && distance < (best?.distance ?? Infinity)) best = { name: candidate, distance };
  }
  return best?.name;
}

/** `value` if it is an integer above zero; throws a RangeError otherwise. */
export function positiveInteger(name: string, value: number): number {
  if (!Number.isInteger(value) || value < 1)
    throw new RangeError(`${name} is ${shown(value)}; it must be an integer of at least 1.`);
  return value;
}

const plain = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** How many insertions, deletions, replacements and swaps of neighbours turn `a` into `b`. */
function editDistance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => [i, ...new Array<number>(b.length).fill(0)]);
  for (let j = 1; j <= b.length; j++) rows[0][j] = j;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const replaced = rows[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      rows[i][j] = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, replaced);
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwapped) rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
    }
  }
  return rows[a.length][b.length];
}

/** A value as a sentence shows it. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return `"${value}"`;
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'function' ? 'a function' : String(value);
}
