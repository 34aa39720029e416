/** Is one forecast better than another, or was it lucky on these days? */
import { checkOptions, positiveInteger } from '../options';
import { mean } from './statistics';
import { studentQuantile, studentTails } from './student-t';
import { flatten, Values } from './values';

/** Options of {@link dieboldMariano}. */
export interface DieboldMarianoOptions {
  /** What an error costs: its square (the default), its absolute value, or a function of your own. */
  loss?: 'squared' | 'absolute' | ((error: number) => number);
  /** Steps ahead of the forecasts. Neighbouring errors of forecasts `horizon` steps ahead share `horizon - 1` steps. Default 1. */
  horizon?: number;
  /** Of the interval. Default 0.95. */
  confidence?: number;
}

/** What the test says; every difference is the first forecast's loss minus the second's, so that below 0 the first is closer. */
export interface DieboldMariano {
  /** The mean difference of the losses. */
  readonly mean: number;
  /** The standard error of that mean, which knows that neighbouring errors are related. */
  readonly error: number;
  /** Where the true mean difference lies with the confidence asked for. */
  readonly interval: readonly [low: number, high: number];
  /** The mean difference over its standard error, corrected for short series. */
  readonly statistic: number;
  /** How often two equally good forecasts differ by so much or more. */
  readonly pValue: number;
}

/**
 * Compares two forecasts by their errors `[n]`, in the order of time: the test of Diebold and Mariano (1995) with the correction of Harvey,
 * Leybourne and Newbold (1997), against Student's t with n - 1 degrees of freedom. The variance of the mean sums the autocovariances
 * of lags below `horizon`, with Bartlett's weights where the plain sum is not above zero. Forecasts with the same loss everywhere
 * are equal: 0, with a p-value of 1.
 *
 * The forecasts must come from data that did not see these rows. It compares forecasts, not models: nested models need another test.
 * @throws RangeError when the errors differ in number or are fewer than horizon + 2, or a loss is not finite.
 *
 * @example
 * const [a, b] = [new series.RandomState(1).standardNormal(100), new series.RandomState(2).normal(0, 2, 100)];
 * const { mean, pValue } = series.dieboldMariano(a, b); // the errors of two forecasts
 * console.log(mean < 0, pValue < 0.01); // true true
 */
export function dieboldMariano(a: Values, b: Values, options: DieboldMarianoOptions = {}): DieboldMariano {
  checkOptions('dieboldMariano', options, ['loss', 'horizon', 'confidence']);
  const { horizon = 1, confidence = 0.95, loss = 'squared' } = options;
  positiveInteger('dieboldMariano: horizon', horizon);
  if (!(confidence > 0 && confidence < 1))
    throw new RangeError(`dieboldMariano: confidence lies between 0 and 1; got ${confidence}.`);
  const of = lossFunction(loss);
  const differences = lossDifferences(flatten(a, 'The first errors').data, flatten(b, 'The second errors').data, of);
  const n = differences.length;
  if (n < horizon + 2) {
    throw new RangeError(
      `dieboldMariano: ${n} errors are too few for forecasts ${horizon} ahead; give at least ${horizon + 2}.`,
    );
  }
  const gap = mean(differences);
  const correction = (n + 1 - 2 * horizon + (horizon * (horizon - 1)) / n) / n;
  const variance = longRunVariance(differences, gap, horizon) / n;
  if (variance === 0) {
    if (gap === 0) return { mean: 0, error: 0, interval: [0, 0], statistic: 0, pValue: 1 };
    throw new RangeError(
      `dieboldMariano: the losses differ by ${gap} on every row; a difference that never varies has no standard error.`,
    );
  }
  const error = Math.sqrt(variance / correction);
  const reach = studentQuantile(1 - confidence, n - 1) * error;
  const statistic = gap / error;
  return {
    mean: gap,
    error,
    interval: [gap - reach, gap + reach],
    statistic,
    pValue: studentTails(statistic, n - 1),
  };
}

function lossFunction(loss: NonNullable<DieboldMarianoOptions['loss']>): (error: number) => number {
  if (typeof loss === 'function') return loss;
  if (loss === 'squared') return (error) => error * error;
  if (loss === 'absolute') return Math.abs;
  throw new RangeError(
    `dieboldMariano: loss is 'squared', 'absolute' or a function of the error; got ${JSON.stringify(loss)}.`,
  );
}

function lossDifferences(a: ArrayLike<number>, b: ArrayLike<number>, loss: (error: number) => number): number[] {
  if (a.length !== b.length)
    throw new RangeError(`dieboldMariano: two errors for each row are needed; got ${a.length} and ${b.length}.`);
  return Array.from({ length: a.length }, (_, i) => {
    const difference = loss(a[i]) - loss(b[i]);
    if (!Number.isFinite(difference)) throw new RangeError(`dieboldMariano: the loss of row ${i} is not finite.`);
    return difference;
  });
}

/** n times the variance of the mean of `values`, from autocovariances of lags below `horizon`. */
function longRunVariance(values: readonly number[], middle: number, horizon: number): number {
  const n = values.length;
  const covariance = (lag: number): number => {
    let sum = 0;
    for (let i = lag; i < n; i++) sum += (values[i] - middle) * (values[i - lag] - middle);
    return sum / n;
  };
  const lags = Array.from({ length: horizon - 1 }, (_, k) => covariance(k + 1));
  const own = covariance(0);
  if (own < 1e-20 * middle * middle) return 0;
  const weighted = (weight: (lag: number) => number) =>
    own + 2 * lags.reduce((sum, value, k) => sum + weight(k + 1) * value, 0);
  const plain = weighted(() => 1);
  return plain > 0 ? plain : weighted((lag) => 1 - lag / horizon);
}
