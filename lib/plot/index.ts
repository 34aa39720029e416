/** Figures: interactive in a notebook, still pictures everywhere else, in one house style. */
export * as colors from './colors';
export { Figure, figure, type FigureSpec, type PlotlySpec } from './figure';
export { history, type HistoryLike, type HistoryOptions } from './history';
export { line, type Common, type LineOptions, type Mark, type Series } from './line';
export { samples, type SamplesOptions } from './samples';
export type { Axis } from './style';
export type { Matrix, Numbers } from './values';
