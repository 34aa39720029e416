/** The curves of a training, whoever recorded them. */

/** What TensorFlow.js's `model.fit` returns. */
export interface StockHistory {
  /** Finished epochs, counted from 0. */
  epoch: readonly number[];
  /** The values of each metric, one for each epoch. */
  history: Record<string, readonly unknown[]>;
}

/** What `train.fit` returns and hands to its `live` figure. */
export interface CourseHistory {
  /** Finished epochs, counted from 1. */
  readonly epochs: readonly number[];
  /** The values of each metric, one for each finished epoch. */
  readonly metrics: Record<string, readonly number[]>;
  /** The loss of each step. */
  readonly batchLosses?: readonly number[];
  /** How the training was set up. */
  readonly params?: { epochs: number; steps?: number };
  /** Why it ended before its last epoch. */
  readonly stopped?: string;
}

/** The history of a training, by `train.fit` or by `model.fit`. */
export type HistoryLike = StockHistory | CourseHistory;

/** Metric values by epoch, epochs counted from 1. */
export interface Curves {
  epochs: number[];
  values: Record<string, readonly number[]>;
}

export const isHistory = (value: unknown): value is HistoryLike =>
  typeof value === 'object' &&
  value !== null &&
  (('epoch' in value && 'history' in value) || ('epochs' in value && 'metrics' in value));

export function curvesOf(history: HistoryLike): Curves {
  if ('metrics' in history) return { epochs: [...history.epochs], values: history.metrics };
  const from = history.epoch[0] === 0 ? 1 : 0;
  return { epochs: history.epoch.map((e) => e + from), values: history.history as Record<string, number[]> };
}

/** The metrics without their validation twins and the learning rate. */
export function metricsOf({ values }: Curves): string[] {
  return Object.keys(values).filter((key) => !key.startsWith('val_') && !/^(lr|learning_?rate)$/i.test(key));
}

const longNames: Record<string, string> = {
  acc: 'accuracy',
  mae: 'mean absolute error',
  mse: 'mean squared error',
  rmse: 'root mean squared error',
};

/** A metric's name in words. */
export const metricTitle = (metric: string): string => longNames[metric] ?? metric.replace(/_/g, ' ');
