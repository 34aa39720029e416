/** Schedules that multiply the learning rate by a factor now and then. */
import { byName, type Arguments } from '../arguments';
import type { Optimizer } from '../optimizers';
import { checkSizes } from '../parameter';
import { checkNumbers, Scheduler } from './scheduler';

/** Options of {@link StepLR}. */
export interface StepLROptions {
  /** Epochs between two changes. */
  stepSize: number;
  /** The factor. Default 0.1. */
  gamma?: number;
}

const stepNames = ['stepSize', 'gamma'] as const;

/**
 * PyTorch's `StepLR`: the learning rate times gamma every `stepSize` epochs.
 *
 * @example
 * const optimizer = new torch.SGD(new torch.Linear(1, 1).parameters(), { lr: 1 });
 * const scheduler = new torch.StepLR(optimizer, { stepSize: 2, gamma: 0.5 });
 * const rates = [1, 2, 3, 4].map(() => (scheduler.step(), optimizer.lr.toFixed(3)));
 * console.log(rates); // [ '1.000', '0.500', '0.500', '0.250' ]
 */
export class StepLR extends Scheduler {
  private readonly stepSize: number;
  private readonly gamma: number;

  /** @throws RangeError when a setting makes no sense. */
  constructor(optimizer: Optimizer, ...args: Arguments<StepLROptions, typeof stepNames>) {
    super('StepLR', optimizer);
    const { stepSize = NaN, gamma = 0.1 } = byName<StepLROptions>('torch.StepLR', stepNames, args);
    checkSizes('StepLR', { stepSize });
    checkNumbers('StepLR', { gamma });
    this.stepSize = stepSize;
    this.gamma = gamma;
    this.begin();
  }

  protected next(): number {
    const isDue = this.lastEpoch > 0 && this.lastEpoch % this.stepSize === 0;
    return this.optimizer.lr * (isDue ? this.gamma : 1);
  }
}

/** Options of {@link MultiStepLR}. */
export interface MultiStepLROptions {
  /** The epochs at which the learning rate changes. */
  milestones: readonly number[];
  /** The factor. Default 0.1. */
  gamma?: number;
}

const multiStepNames = ['milestones', 'gamma'] as const;

/**
 * PyTorch's `MultiStepLR`: the learning rate times gamma at each milestone.
 *
 * @example
 * const optimizer = new torch.SGD(new torch.Linear(1, 1).parameters(), { lr: 1 });
 * const scheduler = new torch.MultiStepLR(optimizer, { milestones: [1, 3], gamma: 0.5 });
 * const rates = [1, 2, 3, 4].map(() => (scheduler.step(), optimizer.lr.toFixed(3)));
 * console.log(rates); // [ '0.500', '0.500', '0.250', '0.250' ]
 */
export class MultiStepLR extends Scheduler {
  private readonly milestones: readonly number[];
  private readonly gamma: number;

  /** @throws RangeError when a setting makes no sense. */
  constructor(optimizer: Optimizer, ...args: Arguments<MultiStepLROptions, typeof multiStepNames>) {
    super('MultiStepLR', optimizer);
    const { milestones, gamma = 0.1 } = byName<MultiStepLROptions>('torch.MultiStepLR', multiStepNames, args);
    if (!Array.isArray(milestones) || !milestones.every(Number.isInteger)) {
      throw new RangeError(`torch.MultiStepLR: milestones are the epochs of the changes, [30, 80]; got ${milestones}.`);
    }
    checkNumbers('MultiStepLR', { gamma });
    this.milestones = milestones;
    this.gamma = gamma;
    this.begin();
  }

  protected next(): number {
    const due = this.milestones.filter((epoch) => epoch === this.lastEpoch).length;
    return this.optimizer.lr * this.gamma ** due;
  }
}

/** Options of {@link ExponentialLR}. */
export interface ExponentialLROptions {
  /** The factor. */
  gamma: number;
}

const exponentialNames = ['gamma'] as const;

/**
 * PyTorch's `ExponentialLR`: the learning rate times gamma every epoch.
 *
 * @example
 * const optimizer = new torch.SGD(new torch.Linear(1, 1).parameters(), { lr: 1 });
 * const scheduler = new torch.ExponentialLR(optimizer, { gamma: 0.5 });
 * const rates = [1, 2, 3, 4].map(() => (scheduler.step(), optimizer.lr.toFixed(3)));
 * console.log(rates); // [ '0.500', '0.250', '0.125', '0.063' ]
 */
export class ExponentialLR extends Scheduler {
  private readonly gamma: number;

  /** @throws RangeError when gamma is no number. */
  constructor(optimizer: Optimizer, ...args: Arguments<ExponentialLROptions, typeof exponentialNames>) {
    super('ExponentialLR', optimizer);
    const { gamma = NaN } = byName<ExponentialLROptions>('torch.ExponentialLR', exponentialNames, args);
    checkNumbers('ExponentialLR', { gamma });
    this.gamma = gamma;
    this.begin();
  }

  protected next(): number {
    return this.optimizer.lr * (this.lastEpoch === 0 ? 1 : this.gamma);
  }
}

/** Options of {@link LambdaLR} and {@link MultiplicativeLR}. */
export interface LambdaLROptions {
  /** The factor of an epoch, which counts from 0. */
  lrLambda: (epoch: number) => number;
}

const lambdaNames = ['lrLambda'] as const;

/**
 * PyTorch's `LambdaLR`: the first learning rate times a factor that a function gives for each epoch.
 *
 * @example
 * const optimizer = new torch.SGD(new torch.Linear(1, 1).parameters(), { lr: 1 });
 * const scheduler = new torch.LambdaLR(optimizer, { lrLambda: (epoch) => 1 / (1 + epoch) });
 * const rates = [1, 2, 3, 4].map(() => (scheduler.step(), optimizer.lr.toFixed(3)));
 * console.log(rates); // [ '0.500', '0.333', '0.250', '0.200' ]
 */
export class LambdaLR extends Scheduler {
  private readonly lrLambda: (epoch: number) => number;

  /** @throws TypeError when there is no function. */
  constructor(optimizer: Optimizer, ...args: Arguments<LambdaLROptions, typeof lambdaNames>) {
    super('LambdaLR', optimizer);
    this.lrLambda = checkLambda('LambdaLR', byName<LambdaLROptions>('torch.LambdaLR', lambdaNames, args));
    this.begin();
  }

  protected next(): number {
    return this.baseLr * this.lrLambda(this.lastEpoch);
  }
}

/**
 * PyTorch's `MultiplicativeLR`: the learning rate times a factor that a function gives for each epoch from 1.
 *
 * @example
 * const optimizer = new torch.SGD(new torch.Linear(1, 1).parameters(), { lr: 1 });
 * const scheduler = new torch.MultiplicativeLR(optimizer, { lrLambda: () => 0.5 });
 * const rates = [1, 2, 3, 4].map(() => (scheduler.step(), optimizer.lr.toFixed(3)));
 * console.log(rates); // [ '0.500', '0.250', '0.125', '0.063' ]
 */
export class MultiplicativeLR extends Scheduler {
  private readonly lrLambda: (epoch: number) => number;

  /** @throws TypeError when there is no function. */
  constructor(optimizer: Optimizer, ...args: Arguments<LambdaLROptions, typeof lambdaNames>) {
    super('MultiplicativeLR', optimizer);
    this.lrLambda = checkLambda(
      'MultiplicativeLR',
      byName<LambdaLROptions>('torch.MultiplicativeLR', lambdaNames, args),
    );
    this.begin();
  }

  protected next(): number {
    return this.optimizer.lr * (this.lastEpoch === 0 ? 1 : this.lrLambda(this.lastEpoch));
  }
}

function checkLambda(name: string, { lrLambda }: Partial<LambdaLROptions>): (epoch: number) => number {
  if (typeof lrLambda === 'function') return lrLambda;
  throw new TypeError(`torch.${name} takes a function from the epoch to a factor; got ${lrLambda}.`);
}
