/** The metrics that a model is usually compiled with. */
type MetricName =
  | 'loss'
  | 'accuracy'
  | 'acc'
  | 'binaryAccuracy'
  | 'categoricalAccuracy'
  | 'sparseCategoricalAccuracy'
  | 'binaryCrossentropy'
  | 'categoricalCrossentropy'
  | 'sparseCategoricalCrossentropy'
  | 'precision'
  | 'recall'
  | 'r2Score'
  | 'mse'
  | 'MSE'
  | 'meanSquaredError'
  | 'mae'
  | 'MAE'
  | 'meanAbsoluteError'
  | 'mape'
  | 'MAPE'
  | 'cosine';

/** What a callback watches: a metric by name, on the training or (`val_…`) the validation data; or one of your own with its direction. */
export type Monitor = MetricName | `val_${MetricName}` | { name: string; mode: 'min' | 'max' };

/** Says whether a watched metric has become better, as Keras's callbacks do. */
export class Watch {
  readonly name: string;
  readonly mode: 'min' | 'max';
  best: number | undefined;

  /** `minDelta`: the least change that counts as better. */
  constructor(
    monitor: Monitor,
    private readonly minDelta = 0,
  ) {
    this.name = typeof monitor === 'string' ? monitor : monitor.name;
    const risesWhenBetter = /(acc|accuracy|precision|recall|r2score)$/i.test(this.name.replaceAll('_', ''));
    this.mode = typeof monitor === 'string' ? (risesWhenBetter ? 'max' : 'min') : monitor.mode;
  }

  /** Throws when the training will not measure the metric, and lists what it will. */
  check(names: readonly string[], callback: string): void {
    if (names.includes(this.name)) return;
    const hint =
      this.name.startsWith('val_') && !names.some((name) => name.startsWith('val_'))
        ? ' Give fit validationSplit or validationData to have the others.'
        : '';
    throw new Error(`${callback} watches "${this.name}"; this training measures ${names.join(', ')}.${hint}`);
  }

  /** The metric's value after an epoch. */
  value(logs: Record<string, number>): number {
    return logs[this.name];
  }

  /** Whether `value` is better than `reference` by more than the least change; always, when there is no reference. */
  isBetter(value: number, reference: number | undefined): boolean {
    if (reference === undefined) return true;
    return this.mode === 'min' ? value + this.minDelta < reference : value - this.minDelta > reference;
  }
}
