/** How far predictions are from the truth. */
import { flatten, Values } from './values';

/**
 * Mean squared error, in the square of the data's unit. Both have one shape. @throws RangeError otherwise, or on NaN.
 *
 * @example
 * console.log(series.mse([1, 2, 3], [1, 2, 6])); // 3
 */
export function mse(truth: Values, prediction: Values): number {
  return mean(truth, prediction, (error) => error * error);
}

/**
 * Mean absolute error, in the data's unit. Both have one shape. @throws RangeError otherwise, or on NaN.
 *
 * @example
 * console.log(series.mae([1, 2, 3], [1, 2, 6])); // 1
 */
export function mae(truth: Values, prediction: Values): number {
  return mean(truth, prediction, Math.abs);
}

/**
 * Root of the mean squared error, in the data's unit. Both have one shape. @throws RangeError otherwise, or on NaN.
 *
 * @example
 * console.log(series.rmse([1, 2, 3], [1, 2, 6]).toFixed(3)); // 1.732
 */
export function rmse(truth: Values, prediction: Values): number {
  return Math.sqrt(mse(truth, prediction));
}

function mean(truth: Values, prediction: Values, of: (error: number) => number): number {
  const a = flatten(truth, 'The truth');
  const b = flatten(prediction, 'The prediction');
  if (a.shape.join() !== b.shape.join()) {
    throw new RangeError(`The truth has the shape [${a.shape}], the prediction [${b.shape}]: they must be alike.`);
  }
  if (a.data.length === 0) throw new RangeError('An error of no predictions at all is not defined.');
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) sum += of(b.data[i] - a.data[i]);
  return sum / a.data.length;
}
