/** Time series: NumPy-exact random numbers, the course's sine data, windows, splits, scalers, baselines and metrics. */
export { addingProblem } from './adding';
export { linearRegression, naiveForecast } from './baselines';
export type { LinearRegression, NaiveOptions } from './baselines';
export { generateTimeSeries } from './generate';
export { mae, mse, rmse } from './metrics';
export { RandomState } from './randomState';
export type { ChoiceOptions } from './randomState';
export { MinMaxScaler, StandardScaler } from './scalers';
export type { Scaled, ScalerState } from './scalers';
export { split } from './split';
export type { Rows, Split, SplitOptions } from './split';
export type { Values } from './values';
export { windows } from './windows';
export type { WindowOptions, Windows } from './windows';
