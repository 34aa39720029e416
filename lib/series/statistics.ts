/** What a few numbers have in common, such as the results of several seeds. */

/**
 * The arithmetic mean. @throws RangeError when there is no number.
 *
 * @example
 * console.log(series.mean([1, 3])); // 2
 */
export function mean(values: readonly number[]): number {
  return given(values).reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * The middle value, halfway between the two middle ones of an even number; NaN when one is. @throws RangeError when there is no number.
 *
 * @example
 * console.log(series.median([1, 10, 2])); // 2
 */
export function median(values: readonly number[]): number {
  const sorted = [...given(values)].sort((a, b) => a - b);
  if (sorted.some(Number.isNaN)) return NaN;
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/**
 * The standard deviation of a sample, with n - 1 in the denominator; 0 for a single value. @throws RangeError when there is no number.
 *
 * @example
 * console.log(series.deviation([1, 3])); // 1.4142135623730951
 */
export function deviation(values: readonly number[]): number {
  const middle = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return Math.sqrt(squares / Math.max(1, values.length - 1));
}

function given(values: readonly number[]): readonly number[] {
  if (values.length === 0) throw new RangeError('Expected at least one number, got none.');
  return values;
}
