/** Schedules that lead from one factor of the learning rate to another, and end. */
import { byName, type Arguments } from '../arguments';
import type { Optimizer } from '../optimizers';
import { checkSizes } from '../parameter';
import { checkNumbers, Scheduler } from './scheduler';

/** Options of {@link LinearLR}. */
export interface LinearLROptions {
  /** The factor of the first epoch. Default 1/3. */
  startFactor?: number;
  /** The factor at the end. Default 1. */
  endFactor?: number;
  /** Epochs from the first factor to the last. Default 5. */
  totalIters?: number;
}

const linearNames = ['startFactor', 'endFactor', 'totalIters'] as const;

/**
 * PyTorch's `LinearLR`: a straight line between two factors of the learning rate.
 *
 * @example
 * const optimizer = new torch.SGD(new torch.Linear(1, 1).parameters(), { lr: 1 });
 * const scheduler = new torch.LinearLR(optimizer, { startFactor: 0.25, totalIters: 3 });
 * const rates = [1, 2, 3, 4].map(() => (scheduler.step(), optimizer.lr.toFixed(3)));
 * console.log(rates); // [ '0.500', '0.750', '1.000', '1.000' ]
 */
export class LinearLR extends Scheduler {
  private readonly startFactor: number;
  private readonly endFactor: number;
  private readonly totalIters: number;

  /** @throws RangeError when a factor is not from 0 (the first: above 0) to 1. */
  constructor(optimizer: Optimizer, ...args: Arguments<LinearLROptions, typeof linearNames>) {
    super('LinearLR', optimizer);
    const options = byName<LinearLROptions>('torch.LinearLR', linearNames, args);
    const { startFactor = 1 / 3, endFactor = 1, totalIters = 5 } = options;
    if (!(startFactor > 0 && startFactor <= 1)) {
      throw new RangeError(`torch.LinearLR: startFactor is above 0 and at most 1; got ${startFactor}.`);
    }
    if (!(endFactor >= 0 && endFactor <= 1)) {
      throw new RangeError(`torch.LinearLR: endFactor is from 0 to 1; got ${endFactor}.`);
    }
    checkSizes('LinearLR', { totalIters });
    this.startFactor = startFactor;
    this.endFactor = endFactor;
    this.totalIters = totalIters;
    this.begin();
  }

  protected next(): number {
    const { lastEpoch, startFactor, endFactor, totalIters, optimizer } = this;
    if (lastEpoch === 0) return optimizer.lr * startFactor;
    if (lastEpoch > totalIters) return optimizer.lr;
    const rise = endFactor - startFactor;
    return optimizer.lr * (1 + rise / (totalIters * startFactor + (lastEpoch - 1) * rise));
  }
}

/** Options of {@link ConstantLR}. */
export interface ConstantLROptions {
  /** The factor of the first epochs. Default 1/3. */
  factor?: number;
  /** How many epochs it lasts. Default 5. */
  totalIters?: number;
}

const constantNames = ['factor', 'totalIters'] as const;

/**
 * PyTorch's `ConstantLR`: a smaller learning rate for the first epochs.
 *
 * @example
 * const optimizer = new torch.SGD(new torch.Linear(1, 1).parameters(), { lr: 1 });
 * const scheduler = new torch.ConstantLR(optimizer, { factor: 0.5, totalIters: 2 });
 * const rates = [1, 2, 3, 4].map(() => (scheduler.step(), optimizer.lr.toFixed(3)));
 * console.log(rates); // [ '0.500', '1.000', '1.000', '1.000' ]
 */
export class ConstantLR extends Scheduler {
  private readonly factor: number;
  private readonly totalIters: number;

  /** @throws RangeError when the factor is not from 0 to 1. */
  constructor(optimizer: Optimizer, ...args: Arguments<ConstantLROptions, typeof constantNames>) {
    super('ConstantLR', optimizer);
    const { factor = 1 / 3, totalIters = 5 } = byName<ConstantLROptions>('torch.ConstantLR', constantNames, args);
    if (!(factor >= 0 && factor <= 1)) {
      throw new RangeError(`torch.ConstantLR: factor is from 0 to 1; got ${factor}.`);
    }
    checkSizes('ConstantLR', { totalIters });
    this.factor = factor;
    this.totalIters = totalIters;
    this.begin();
  }

  protected next(): number {
    if (this.lastEpoch === 0) return this.optimizer.lr * this.factor;
    return this.lastEpoch === this.totalIters ? this.optimizer.lr / this.factor : this.optimizer.lr;
  }
}

/** Options of {@link PolynomialLR}. */
export interface PolynomialLROptions {
  /** Epochs until the learning rate is 0. Default 5. */
  totalIters?: number;
  /** The power. Default 1. */
  power?: number;
}

const polynomialNames = ['totalIters', 'power'] as const;

/**
 * PyTorch's `PolynomialLR`: `lr (1 - epoch / totalIters) ^ power`.
 *
 * @example
 * const optimizer = new torch.SGD(new torch.Linear(1, 1).parameters(), { lr: 1 });
 * const scheduler = new torch.PolynomialLR(optimizer, { totalIters: 4 });
 * const rates = [1, 2, 3, 4].map(() => (scheduler.step(), optimizer.lr.toFixed(3)));
 * console.log(rates); // [ '0.750', '0.500', '0.250', '0.000' ]
 */
export class PolynomialLR extends Scheduler {
  private readonly totalIters: number;
  private readonly power: number;

  /** @throws RangeError when a setting makes no sense. */
  constructor(optimizer: Optimizer, ...args: Arguments<PolynomialLROptions, typeof polynomialNames>) {
    super('PolynomialLR', optimizer);
    const { totalIters = 5, power = 1 } = byName<PolynomialLROptions>('torch.PolynomialLR', polynomialNames, args);
    checkSizes('PolynomialLR', { totalIters });
    checkNumbers('PolynomialLR', { power });
    this.totalIters = totalIters;
    this.power = power;
    this.begin();
  }

  protected next(): number {
    const { lastEpoch, totalIters, power, optimizer } = this;
    if (lastEpoch === 0 || lastEpoch > totalIters) return optimizer.lr;
    return optimizer.lr * ((1 - lastEpoch / totalIters) / (1 - (lastEpoch - 1) / totalIters)) ** power;
  }
}
