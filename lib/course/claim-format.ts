/** A number as its claim wants it written. */

/**
 * `integer` (10,400), `percent` and `percent:N` (of a fraction: 85.2 %), `points` and `points:N` (a difference of two such fractions:
 * +2.2 points), `spread` and `spread:N` (how far such fractions lie apart: 0.6 points), `fixed:N` decimals, `sig:N` significant digits,
 * or `seconds`. Throws on an unknown format.
 */
export function formatValue(value: number, format: string, unit = ''): string {
  const [, kind, digits] = /^(integer|percent|points|spread|fixed|sig|seconds)(?::(\d+))?$/.exec(format) ?? [];
  const withUnit = (text: string) => (unit ? `${text} ${unit}` : text);
  switch (kind) {
    case 'integer':
      return withUnit(grouped(value, 0));
    case 'percent':
      return `${grouped(100 * value, Number(digits ?? 1))} %`;
    case 'points':
      return `${value > 0 ? '+' : ''}${grouped(100 * value, Number(digits ?? 1))} points`;
    case 'spread':
      return `${grouped(100 * value, Number(digits ?? 1))} points`;
    case 'fixed':
      return withUnit(grouped(value, Number(digits ?? 2)));
    case 'sig':
      return withUnit(significant(value, Number(digits ?? 3)));
    case 'seconds':
      return `${grouped(value, Number(digits ?? 1))} s`;
    default:
      throw new Error(
        `"${format}" is no format of a claim; use integer, percent, points, spread, fixed:N, sig:N or seconds.`,
      );
  }
}

/** A value with its standard error, where it has one: `-0.0023 ± 0.0004`. */
export function formatMeasurement(
  { value, error }: { value: number; error?: number },
  write: (value: number) => string,
): string {
  return error === undefined ? write(value) : `${write(value)} ± ${write(error).replace(/^\+/, '')}`;
}

const grouped = (value: number, decimals: number): string =>
  value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });

const significant = (value: number, digits: number): string =>
  value.toLocaleString('en-US', { minimumSignificantDigits: digits, maximumSignificantDigits: digits });
