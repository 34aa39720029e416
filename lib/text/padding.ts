import { tf } from '../backend';
import { checkOptions } from '../options';

/** How `padSequences` makes all sequences equally long; names and defaults are those of Keras's `pad_sequences`. */
export interface PaddingOptions {
  /** The common length. Default: the longest sequence's. */
  maxLen?: number;
  /** Where padding goes. Default: 'pre'. */
  padding?: 'pre' | 'post';
  /** What is cut from a sequence that is too long: its beginning, its end, or its middle (first and last halves stay). Default: 'pre'. */
  truncating?: 'pre' | 'post' | 'middle';
  /** The padding value. Default: 0. */
  value?: number;
}

/** The names of `PaddingOptions`. */
export const paddingOptions = ['maxLen', 'padding', 'truncating', 'value'] as const;

/**
 * Cuts one sequence to at most `maxLen` entries, from the front, the end or the middle.
 *
 * @example
 * console.log(text.truncate([1, 2, 3, 4], 2, 'pre'), text.truncate([1, 2, 3, 4], 2, 'middle')); // [ 3, 4 ] [ 1, 4 ]
 */
export function truncate(sequence: ArrayLike<number>, maxLen: number, from: 'pre' | 'post' | 'middle'): number[] {
  const all = Array.from(sequence);
  if (all.length <= maxLen) return all;
  if (from === 'post') return all.slice(0, maxLen);
  if (from === 'pre') return all.slice(all.length - maxLen);
  const head = Math.ceil(maxLen / 2);
  return [...all.slice(0, head), ...all.slice(all.length - (maxLen - head))];
}

/**
 * Sequences of unequal length as one tensor of indices `[batch, time]`, int32. Throws on an empty list or a bad option.
 *
 * @example
 * console.log(text.padSequences([[1, 2, 3, 4], [5]], { maxLen: 3 }).arraySync()); // [ [ 2, 3, 4 ], [ 0, 0, 5 ] ]
 * const after = text.padSequences([[1, 2, 3, 4], [5]], { maxLen: 3, padding: 'post', truncating: 'post' });
 * console.log(after.arraySync()); // [ [ 1, 2, 3 ], [ 5, 0, 0 ] ]
 */
export function padSequences(sequences: ArrayLike<number>[], options: PaddingOptions = {}): tf.Tensor2D {
  checkOptions('padSequences', options, paddingOptions);
  const { padding = 'pre', truncating = 'pre', value = 0 } = options;
  oneOf('padding', padding, ['pre', 'post']);
  oneOf('truncating', truncating, ['pre', 'post', 'middle']);
  if (sequences.length === 0) throw new Error('padSequences got no sequences; give at least one.');
  const maxLen = options.maxLen ?? sequences.reduce((longest, s) => Math.max(longest, s.length), 0);
  if (!Number.isInteger(maxLen) || maxLen < 0)
    throw new RangeError(`maxLen is ${maxLen}; give a whole number of time steps.`);
  const padded = new Int32Array(sequences.length * maxLen).fill(value);
  sequences.forEach((sequence, row) => {
    const kept = truncate(sequence, maxLen, truncating);
    padded.set(kept, row * maxLen + (padding === 'pre' ? maxLen - kept.length : 0));
  });
  return tf.tensor2d(padded, [sequences.length, maxLen], 'int32');
}

function oneOf(name: string, given: string, known: string[]): void {
  if (!known.includes(given)) throw new RangeError(`${name} is "${given}"; give '${known.join("' or '")}'.`);
}
