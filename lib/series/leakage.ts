/** Catches a forecast that has seen what it forecasts: change the future, and look whether the forecasts of the past notice. */
import { RandomStream } from '../random';
import { checkOptions, positiveInteger } from '../options';
import { mean } from './statistics';

/** One row of the series: its target and its features. */
export type SeriesRow = readonly number[];

/** The row that is forecast, and what is forecast for the target there. */
export interface RowForecast {
  /** Which row of the series, counted from 0. */
  readonly row: number;
  /** What is forecast. */
  readonly value: number;
}

/**
 * Everything from the series to the forecasts: scaling, windows, split, training, prediction, with seeds of its own.
 * A forecast of row t may depend on rows before t - horizon + 1 only.
 */
export type Pipeline = (rows: SeriesRow[]) => readonly RowForecast[] | Promise<readonly RowForecast[]>;

/** Options of {@link detectLeakage}. */
export interface LeakageOptions {
  /** The first row of the future that is changed. Default: the row in the middle of those that are forecast. */
  from?: number;
  /** Steps ahead of the forecasts. Default 1. */
  horizon?: number;
  /** The column that is forecast. Default 0. */
  target?: number;
  /** Of the permutation. Default 0. */
  seed?: number;
}

/** What {@link detectLeakage} has found. */
export interface LeakageReport {
  /** Whether any of the three tests has caught something. */
  readonly leaks: boolean;
  /** What was caught, a sentence each; empty for a clean pipeline. */
  readonly reasons: readonly string[];
  /** Forecasts that the future must not change. */
  readonly checked: number;
  /** How many of them changed when the rows of the future were put in another order. */
  readonly permuted: number;
  /** How many of them changed when the rows of the future were doubled, which moves means, deviations, minima and maxima. */
  readonly doubled: number;
  /** The correlation of forecast and truth from `from` on: of the series as it is, and with its future permuted. */
  readonly correlation: { readonly original: number; readonly permuted: number };
}

/**
 * Runs a pipeline on the series, then on the series with its future permuted, then doubled. Three things give a leak away: forecasts of
 * rows up to `from + horizon - 1` that change with the order of what comes later, or with its size (a permutation leaves the mean and
 * deviation of the whole as they are, so a scaler that was fitted on all is caught by the second alone), and a score that survives
 * the permutation: the order of permuted rows cannot be forecast, so the correlation must be within 4 / sqrt(n) of zero.
 * @throws RangeError when the pipeline forecasts too little on either side of `from`, gives other forecasts when run again, or
 * leaves out rows that it forecast before.
 *
 * @example
 * const rows = Array.from({ length: 60 }, (_, k) => [Math.sin(k) + k / 10]);
 * const honest: series.Pipeline = (known) => known.slice(1).map((_, k) => ({ row: k + 1, value: known[k][0] }));
 * const cheating: series.Pipeline = (known) => known.slice(1).map(([value], k) => ({ row: k + 1, value }));
 * const reports = [await series.detectLeakage(honest, rows), await series.detectLeakage(cheating, rows)];
 * console.log(reports.map(({ leaks }) => leaks)); // [ false, true ]
 */
export async function detectLeakage(
  pipeline: Pipeline,
  rows: readonly SeriesRow[],
  options: LeakageOptions = {},
): Promise<LeakageReport> {
  checkOptions('detectLeakage', options, ['from', 'horizon', 'target', 'seed']);
  const { horizon = 1, target = 0, seed = 0 } = options;
  positiveInteger('detectLeakage: horizon', horizon);
  const run = async (series: readonly SeriesRow[]) => byRow(await pipeline(series.map((row) => [...row])));
  const original = await run(rows);
  const forecastRows = [...original.keys()].sort((a, b) => a - b);
  const from = options.from ?? forecastRows[forecastRows.length >> 1];
  const guarded = forecastRows.filter((row) => row < from + horizon);
  const future = forecastRows.filter((row) => row >= from);
  const isInside = Number.isSafeInteger(from) && from > 0 && rows.length - from >= 2;
  if (!isInside || guarded.length === 0 || future.length < 20) {
    throw new RangeError(
      `detectLeakage: ${guarded.length} forecasts up to row ${from} and ${future.length} after it; ` +
        'at least 1 and 20 are needed. Choose another "from", or let the pipeline forecast more rows.',
    );
  }
  const repeated = changes(original, await run(rows), guarded);
  if (repeated > 0) {
    throw new RangeError(
      `detectLeakage: run again on the same rows, the pipeline changes ${repeated} of ${guarded.length} forecasts. ` +
        'Give its initial weights, shuffling and dropout a seed inside the pipeline.',
    );
  }
  const permutedRows = [...rows.slice(0, from), ...derangement(rows.slice(from), seed)];
  const doubledRows = rows.map((row, i) => (i < from ? row : row.map((value) => 2 * value)));
  const onPermuted = await run(permutedRows);
  const permuted = changes(original, onPermuted, guarded);
  const doubled = changes(original, await run(doubledRows), guarded);
  const score = (forecasts: Map<number, number>, series: readonly SeriesRow[]) =>
    correlation(
      future.map((row) => forecasts.get(row)!),
      future.map((row) => series[row][target]),
    );
  const found = { original: score(original, rows), permuted: score(onPermuted, permutedRows) };
  const limit = 4 / Math.sqrt(future.length);
  const reasons: string[] = [];
  const of = `of ${guarded.length} forecasts up to row ${from + horizon - 1} changed`;
  if (permuted > 0) reasons.push(`${permuted} ${of} with the order of later rows: they were made from the future.`);
  if (doubled > 0 && permuted === 0)
    reasons.push(`${doubled} ${of} with the size of later rows: a statistic was fitted on the future.`);
  if (found.permuted > limit) {
    reasons.push(
      `The score survives a permutation of the future: correlation ${found.permuted.toFixed(2)}, ` +
        `where ${limit.toFixed(2)} is chance. The forecasts see their targets.`,
    );
  }
  return { leaks: reasons.length > 0, reasons, checked: guarded.length, permuted, doubled, correlation: found };
}

function byRow(forecasts: readonly RowForecast[]): Map<number, number> {
  const map = new Map<number, number>();
  for (const { row, value } of forecasts) {
    if (!Number.isSafeInteger(row) || !Number.isFinite(value))
      throw new RangeError(
        `detectLeakage: a forecast is { row, value } with finite numbers; got { ${row}, ${value} }.`,
      );
    map.set(row, value);
  }
  return map;
}

/** How many forecasts of these rows differ by more than the rounding of 32 bits. Throws where forecasts of `before` are missing. */
function changes(before: Map<number, number>, after: Map<number, number>, rows: readonly number[]): number {
  const missing = [...before.keys()].find((row) => !after.has(row));
  if (missing !== undefined)
    throw new RangeError(
      `detectLeakage: row ${missing} was forecast before and is not now; which rows are forecast must not depend on values.`,
    );
  const scale = Math.max(...rows.map((row) => Math.abs(before.get(row)!)));
  return rows.filter((row) => Math.abs(after.get(row)! - before.get(row)!) > 1e-6 * scale).length;
}

/** The rows in a random order in which none stays where it was: Sattolo's algorithm (1986). */
function derangement<T>(rows: readonly T[], seed: number): T[] {
  const result = [...rows];
  const stream = RandomStream.from(seed);
  for (let i = result.length - 1; i > 0; i--) {
    const j = stream.integer(0, i - 1);
    [result[i], result[j]] = [result[j], result[i]];
  }
  return result;
}

/** Pearson's correlation; 0 where one of the two never varies. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const [middleA, middleB] = [mean(a), mean(b)];
  let [product, squareA, squareB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] - middleA, b[i] - middleB];
    product += x * y;
    squareA += x * x;
    squareB += y * y;
  }
  return squareA > 0 && squareB > 0 ? product / Math.sqrt(squareA * squareB) : 0;
}
