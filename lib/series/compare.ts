import { deviation, mean } from './statistics';

/** A difference of two means, `a` minus `b`, and the standard error of that difference. */
export interface Difference {
  /** The mean of `a` minus that of `b`. */
  readonly mean: number;
  /** Undefined where a group has too few values to tell its spread. */
  readonly error: number | undefined;
}

/**
 * The difference of the means of two groups of measurements, `a` minus `b`, with its standard error (Welch's, or, with `paired`, that
 * of the differences of values that belong together because they share their data and their seed).
 * @throws RangeError on an empty group, on a value that is not finite, and on paired groups of different sizes.
 *
 * @example
 * const { mean, error } = series.difference([0.31, 0.33, 0.32], [0.41, 0.4, 0.42]); // a loss for each seed
 * console.log(mean.toFixed(3), error?.toFixed(3)); // -0.090 0.008
 */
export function difference(a: readonly number[], b: readonly number[], { paired = false } = {}): Difference {
  const bad = [...a, ...b].find((value) => !Number.isFinite(value));
  if (bad !== undefined)
    throw new RangeError(`difference: a measurement is ${bad}; every one must be a finite number.`);
  if (a.length === 0 || b.length === 0) throw new RangeError('difference: a group without measurements has no mean.');
  if (paired && a.length !== b.length) {
    throw new RangeError(`difference: paired groups have as many values each, these have ${a.length} and ${b.length}.`);
  }
  const gap = mean(a) - mean(b);
  if (Math.min(a.length, b.length) < 2) return { mean: gap, error: undefined };
  if (paired) return { mean: gap, error: deviation(a.map((value, i) => value - b[i])) / Math.sqrt(a.length) };
  return { mean: gap, error: Math.hypot(deviation(a) / Math.sqrt(a.length), deviation(b) / Math.sqrt(b.length)) };
}
