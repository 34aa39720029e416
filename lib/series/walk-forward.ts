/** Evaluation that walks through time: train on the past, test on what comes next, move on. */
import { checkOptions, positiveInteger } from '../options';

/** Options of {@link walkForward}, which are those of scikit-learn's `TimeSeriesSplit`. */
export interface WalkForwardOptions {
  /** How many times to train and test. Default 5. */
  folds?: number;
  /** Rows of each test part; the parts follow each other without a gap and end with the series. Default floor(rows / (folds + 1)). */
  testSize?: number;
  /** Rows left out between a train part and its test part: those whose targets reach into it. Default 0. */
  gap?: number;
  /** The most recent rows that train sees; default all that came before, a window that grows. */
  maxTrainSize?: number;
}

/** A stretch of rows: the first, and the one after the last, as `slice(start, end)` takes them. */
export interface Stretch {
  /** The first row. */
  readonly start: number;
  /** The row after the last. */
  readonly end: number;
}

/** What one step trains on, and the rows right after it that it is tested on. */
export interface Fold {
  /** The rows to learn from. */
  readonly train: Stretch;
  /** The rows right after them. */
  readonly test: Stretch;
}

/**
 * The folds of a walk-forward evaluation of `rows` rows, in the order of time; the first train part also takes the rest of the division.
 * The same folds as scikit-learn's `TimeSeriesSplit`.
 * @throws RangeError when the folds do not fit into the rows.
 *
 * @example
 * const folds = series.walkForward(10, { folds: 2, testSize: 2, gap: 1 });
 * console.log(folds.map(({ train, test }) => [train.end, test.start, test.end])); // [ [ 5, 6, 8 ], [ 7, 8, 10 ] ]
 */
export function walkForward(rows: number, options: WalkForwardOptions = {}): Fold[] {
  checkOptions('walkForward', options, ['folds', 'testSize', 'gap', 'maxTrainSize']);
  const { folds = 5, gap = 0, maxTrainSize = Infinity } = options;
  positiveInteger('walkForward: rows', rows);
  positiveInteger('walkForward: folds', folds);
  const testSize = positiveInteger('walkForward: testSize', options.testSize ?? Math.floor(rows / (folds + 1)));
  if (!Number.isSafeInteger(gap) || gap < 0)
    throw new RangeError(`walkForward: gap is a number of rows, 0 or more; got ${gap}.`);
  if (maxTrainSize !== Infinity) positiveInteger('walkForward: maxTrainSize', maxTrainSize);
  const first = rows - folds * testSize;
  if (first - gap < 1) {
    throw new RangeError(
      `walkForward: ${folds} folds of ${testSize} rows and a gap of ${gap} leave no row of ${rows} to train on first.`,
    );
  }
  return Array.from({ length: folds }, (_, k) => {
    const start = first + k * testSize;
    const end = start - gap;
    return { train: { start: Math.max(0, end - maxTrainSize), end }, test: { start, end: start + testSize } };
  });
}
