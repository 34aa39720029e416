/** Turns one long series into examples: what was seen, and what came next. */
import { tf } from '../backend';
import { checkOptions } from '../options';
import { flatten, Values } from './values';

/** Options of {@link windows}. */
export interface WindowOptions {
  /** Time steps that the model sees. */
  size: number;
  /** Time steps that it is to predict, right after them. Default 1. */
  horizon?: number;
  /** Time steps from the start of one window to the start of the next. Default 1. */
  stride?: number;
  /** The feature to predict, by its column; `'all'` for every feature. Default 0. */
  target?: number | 'all';
}

/** Examples cut from a series: inputs `[n, size, features]`, targets `[n, horizon]` or `[n, horizon, features]`. */
export interface Windows<T extends tf.Tensor = tf.Tensor2D> {
  /** What a model sees, `[n, size, features]`. */
  inputs: tf.Tensor3D;
  /** What followed each of them. */
  targets: T;
}

/**
 * Cuts a series `[time]` or `[time, features]` into windows of `size` steps, each with the `horizon` steps that follow it.
 * With `n = floor((time - size - horizon) / stride) + 1` windows; a rest at the end that fills no window is left out.
 * @throws RangeError when the series is too short, an option is no positive integer, or a number is not finite.
 *
 * @example
 * const { inputs, targets } = series.windows([1, 2, 3, 4, 5], { size: 3, horizon: 1 });
 * console.log(inputs.squeeze([2]).arraySync(), targets.arraySync()); // [ [ 1, 2, 3 ], [ 2, 3, 4 ] ] [ [ 4 ], [ 5 ] ]
 */
export function windows(series: Values, options: WindowOptions & { target?: number }): Windows;
export function windows(series: Values, options: WindowOptions & { target: 'all' }): Windows<tf.Tensor3D>;
export function windows(series: Values, options: WindowOptions): Windows<tf.Tensor2D | tf.Tensor3D> {
  checkOptions('windows', options, ['size', 'horizon', 'stride', 'target']);
  const { size, horizon = 1, stride = 1, target = 0 } = options;
  for (const [name, n] of Object.entries({ size, horizon, stride })) {
    if (!Number.isSafeInteger(n) || n < 1)
      throw new RangeError(`windows: ${name} is an integer of 1 or more; got ${n}.`);
  }
  const { data, shape } = flatten(series, 'The series');
  if (shape.length !== 1 && shape.length !== 2) {
    throw new RangeError(`windows takes a series [time] or [time, features]; got the shape [${shape}].`);
  }
  const [time, features = 1] = shape;
  if (target !== 'all' && !(Number.isInteger(target) && target >= 0 && target < features)) {
    throw new RangeError(`windows: target is a column from 0 to ${features - 1}, or 'all'; got ${target}.`);
  }
  if (time < size + horizon) {
    throw new RangeError(
      `The series has ${time} steps; one window needs ${size} + ${horizon} = ${size + horizon}. Give a longer series or a smaller size.`,
    );
  }
  const count = Math.floor((time - size - horizon) / stride) + 1;
  const columns = target === 'all' ? Array.from({ length: features }, (_, f) => f) : [target];
  const inputs = new Float32Array(count * size * features);
  const targets = new Float32Array(count * horizon * columns.length);
  for (let n = 0, i = 0, o = 0; n < count; n++) {
    const start = n * stride * features;
    for (let j = 0; j < size * features; j++) inputs[i++] = data[start + j];
    for (let h = 0; h < horizon; h++) {
      for (const column of columns) targets[o++] = data[start + (size + h) * features + column];
    }
  }
  return {
    inputs: tf.tensor3d(inputs, [count, size, features]),
    targets:
      target === 'all' ? tf.tensor3d(targets, [count, horizon, features]) : tf.tensor2d(targets, [count, horizon]),
  };
}
