/** Forecasts to beat before any network earns its place. */
import { tf } from '../backend';
import { checkOptions } from '../options';
import { leastSquares } from './least-squares';
import { flatten } from './values';

/** Options of {@link naiveForecast}. */
export interface NaiveOptions {
  /** Steps ahead to predict. Default 1. */
  horizon?: number;
  /** The feature to predict, by its column. Default 0. */
  feature?: number;
}

/**
 * Predicts that nothing changes: the last value of each window `[n, size, features]`, `horizon` times: `[n, horizon]`.
 * @throws RangeError when there is no such feature or step.
 *
 * @example
 * const { inputs, targets } = series.windows([1, 2, 4, 8], { size: 2 });
 * console.log(series.naiveForecast(inputs).arraySync(), targets.arraySync()); // [ [ 2 ], [ 4 ] ] [ [ 4 ], [ 8 ] ]
 */
export function naiveForecast(inputs: tf.Tensor3D, options: NaiveOptions = {}): tf.Tensor2D {
  checkOptions('naiveForecast', options, ['horizon', 'feature']);
  const { horizon = 1, feature = 0 } = options;
  const [n, size, features] = windowShape(inputs, 'naiveForecast');
  if (!(Number.isSafeInteger(horizon) && horizon > 0)) {
    throw new RangeError(`naiveForecast: horizon is an integer of 1 or more; got ${horizon}.`);
  }
  if (!(Number.isInteger(feature) && feature >= 0 && feature < features)) {
    throw new RangeError(`naiveForecast: the windows have ${features} features; there is no feature ${feature}.`);
  }
  return tf.tidy(
    () =>
      inputs
        .slice([0, size - 1, feature], [n, 1, 1])
        .reshape([n, 1])
        .tile([1, horizon]) as tf.Tensor2D,
  );
}

/** A linear forecast fitted in closed form. */
export interface LinearRegression {
  /** One weight for each number of a window and each output: `[size * features][outputs]`. */
  readonly weights: number[][];
  /** One number for each output. */
  readonly bias: number[];
  /** Predicts `[n, outputs]` for windows `[n, size, features]`. @throws RangeError when they have another shape. */
  predict(inputs: tf.Tensor3D): tf.Tensor2D;
}

/**
 * The best linear forecast from windows `[n, size, features]` to targets `[n, outputs]` by least squares, in float64.
 * @throws RangeError when the shapes do not fit or a number is not finite.
 *
 * @example
 * const { inputs, targets } = series.windows([1, 2, 3, 4, 5, 6, 7], { size: 2 });
 * const model = series.linearRegression(inputs, targets);
 * console.log(model.predict(tf.tensor3d([[[10], [11]]])).round().arraySync()); // [ [ 12 ] ]
 */
export function linearRegression(inputs: tf.Tensor3D, targets: tf.Tensor2D): LinearRegression {
  const [n, size, features] = windowShape(inputs, 'linearRegression');
  if (targets.rank !== 2 || targets.shape[0] !== n) {
    throw new RangeError(`linearRegression needs targets [${n}, outputs] for ${n} windows; got [${targets.shape}].`);
  }
  const width = size * features;
  const outputs = targets.shape[1];
  const x = columnsOf(flatten(inputs, 'The inputs').data, n, width);
  const y = columnsOf(flatten(targets, 'The targets').data, n, outputs);
  const solution = leastSquares([...x, new Float64Array(n).fill(1)], y);
  const weights = Array.from({ length: width }, (_, i) => solution.map((column) => column[i]));
  const bias = solution.map((column) => column[width]);
  return { weights, bias, predict: (windows) => predictLinear(windows, weights, bias, [size, features]) };
}

function predictLinear(
  windows: tf.Tensor3D,
  weights: number[][],
  bias: number[],
  [size, features]: [number, number],
): tf.Tensor2D {
  const [n, givenSize, givenFeatures] = windowShape(windows, 'predict');
  if (givenSize !== size || givenFeatures !== features) {
    throw new RangeError(`Fitted on windows [n, ${size}, ${features}]; got [${windows.shape}].`);
  }
  const { data } = flatten(windows, 'The inputs');
  const width = weights.length;
  const predicted = new Float32Array(n * bias.length);
  for (let r = 0, i = 0; r < n; r++) {
    for (let o = 0; o < bias.length; o++) {
      let sum = bias[o];
      for (let k = 0; k < width; k++) sum += data[r * width + k] * weights[k][o];
      predicted[i++] = sum;
    }
  }
  return tf.tensor2d(predicted, [n, bias.length]);
}

function columnsOf(data: ArrayLike<number>, rows: number, columns: number): Float64Array[] {
  return Array.from({ length: columns }, (_, c) =>
    Float64Array.from({ length: rows }, (_, r) => data[r * columns + c]),
  );
}

function windowShape(inputs: tf.Tensor3D, who: string): [n: number, size: number, features: number] {
  if (inputs.rank === 3 && inputs.size > 0) return inputs.shape;
  throw new RangeError(`${who} takes windows [n, size, features] that are not empty; got the shape [${inputs.shape}].`);
}
