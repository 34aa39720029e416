/** Time series: NumPy-exact random numbers, the course's sine data, windows, splits, scalers, baselines, metrics and statistics. */
export { addingProblem } from './adding';
export { linearRegression, naiveForecast } from './baselines';
export type { LinearRegression, NaiveOptions } from './baselines';
export { generateTimeSeries } from './generate';
export { mae, mse, rmse } from './metrics';
export { RandomState } from './random-state';
export type { ChoiceOptions } from './random-state';
export { MinMaxScaler, StandardScaler } from './scalers';
export type { Scaled, ScalerState } from './scalers';
export { split } from './split';
export type { Rows, Split, SplitOptions } from './split';
export { difference, type Difference } from './compare';
export { deviation, mean, median } from './statistics';
export type { Values } from './values';
export { windows } from './windows';
export type { WindowOptions, Windows } from './windows';
