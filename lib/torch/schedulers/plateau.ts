/** The schedule that waits for the loss. */
import { tf } from '../../backend';
import { byName, type Arguments } from '../arguments';
import type { Optimizer } from '../optimizers';
import { notNegative } from '../optimizers/ranges';

/** Options of {@link ReduceLROnPlateau}. */
export interface ReduceLROnPlateauOptions {
  /** Whether the metric is to fall or to rise. Default `'min'`. */
  mode?: 'min' | 'max';
  /** The learning rate times this. Default 0.1. */
  factor?: number;
  /** Epochs without improvement that pass before a reduction. Default 10. */
  patience?: number;
  /** How much better than the best a metric must be. Default 1e-4. */
  threshold?: number;
  /** Whether `threshold` is a part of the best or a difference. Default `'rel'`. */
  thresholdMode?: 'rel' | 'abs';
  /** Epochs after a reduction that do not count. Default 0. */
  cooldown?: number;
  /** The least learning rate. Default 0. */
  minLr?: number;
  /** Smaller changes are not made. Default 1e-8. */
  eps?: number;
}

const names = ['mode', 'factor', 'patience', 'threshold', 'thresholdMode', 'cooldown', 'minLr', 'eps'] as const;

/**
 * PyTorch's `ReduceLROnPlateau`: a smaller learning rate when a metric no longer improves; `step` takes the metric.
 *
 * @example
 * const optimizer = new torch.SGD(new torch.Linear(1, 1).parameters(), { lr: 1 });
 * const scheduler = new torch.ReduceLROnPlateau(optimizer, { factor: 0.5, patience: 1 });
 * for (const loss of [3, 2, 2, 2]) scheduler.step(loss);
 * console.log(optimizer.lr); // 0.5
 */
export class ReduceLROnPlateau {
  private readonly settings: Required<ReduceLROnPlateauOptions>;
  private best: number;
  private badEpochs = 0;
  private resting = 0;

  /** @throws RangeError when a setting makes no sense. */
  constructor(
    private readonly optimizer: Optimizer,
    ...args: Arguments<ReduceLROnPlateauOptions, typeof names>
  ) {
    const options = byName<ReduceLROnPlateauOptions>('torch.ReduceLROnPlateau', names, args);
    const { mode = 'min', factor = 0.1, patience = 10, threshold = 1e-4 } = options;
    const { thresholdMode = 'rel', cooldown = 0, minLr = 0, eps = 1e-8 } = options;
    const choices = { mode: [mode, 'min', 'max'], thresholdMode: [thresholdMode, 'rel', 'abs'] };
    for (const [name, [value, ...known]] of Object.entries(choices)) {
      if (!known.includes(value)) {
        throw new RangeError(`torch.ReduceLROnPlateau: ${name} is '${known.join("' or '")}'; got '${value}'.`);
      }
    }
    notNegative('torch.ReduceLROnPlateau', { factor, patience, threshold, cooldown, minLr, eps });
    if (factor >= 1) throw new RangeError(`torch.ReduceLROnPlateau: factor is below 1; got ${factor}.`);
    this.settings = { mode, factor, patience, threshold, thresholdMode, cooldown, minLr, eps };
    this.best = mode === 'min' ? Infinity : -Infinity;
  }

  /** Tells the metric of an epoch. @throws TypeError when it is no number. */
  step(metric: number | tf.Scalar): void {
    const value = metric instanceof tf.Tensor ? metric.dataSync()[0] : metric;
    if (typeof value !== 'number') {
      throw new TypeError(`torch.ReduceLROnPlateau: step takes the metric of the epoch, a number; got ${metric}.`);
    }
    const { factor, patience, cooldown, minLr, eps } = this.settings;
    const isBetter = this.isBetter(value);
    if (isBetter) this.best = value;
    this.badEpochs = isBetter ? 0 : this.badEpochs + 1;
    if (this.resting > 0) {
      this.resting--;
      this.badEpochs = 0;
    }
    if (this.badEpochs <= patience) return;
    const lower = Math.max(this.optimizer.lr * factor, minLr);
    if (this.optimizer.lr - lower > eps) this.optimizer.lr = lower;
    this.resting = cooldown;
    this.badEpochs = 0;
  }

  /** The current learning rate, as PyTorch gives it: one for each group of parameters, and there is one. */
  getLastLr(): number[] {
    return [this.optimizer.lr];
  }

  private isBetter(value: number): boolean {
    const { mode, threshold, thresholdMode } = this.settings;
    const sign = mode === 'min' ? -1 : 1;
    const bar = thresholdMode === 'rel' ? this.best * (1 + sign * threshold) : this.best + sign * threshold;
    return mode === 'min' ? value < bar : value > bar;
  }
}
