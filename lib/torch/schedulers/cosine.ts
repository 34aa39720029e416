/** Schedules along a half cosine (Loshchilov and Hutter 2017). */
import { byName, type Arguments } from '../arguments';
import type { Optimizer } from '../optimizers';
import { checkSizes } from '../parameter';
import { checkNumbers, Scheduler } from './scheduler';

/** Options of {@link CosineAnnealingLR}. */
export interface CosineAnnealingLROptions {
  /** Epochs from the greatest learning rate to the least. */
  tMax: number;
  /** The least learning rate. Default 0. */
  etaMin?: number;
}

const annealingNames = ['tMax', 'etaMin'] as const;

/**
 * PyTorch's `CosineAnnealingLR`: down along a half cosine in `tMax` epochs, then up again.
 *
 * @example
 * const optimizer = new torch.SGD(new torch.Linear(1, 1).parameters(), { lr: 1 });
 * const scheduler = new torch.CosineAnnealingLR(optimizer, { tMax: 4 });
 * const rates = [1, 2, 3, 4].map(() => (scheduler.step(), optimizer.lr.toFixed(3)));
 * console.log(rates); // [ '0.854', '0.500', '0.146', '0.000' ]
 */
export class CosineAnnealingLR extends Scheduler {
  private readonly tMax: number;
  private readonly etaMin: number;

  /** @throws RangeError when a setting makes no sense. */
  constructor(optimizer: Optimizer, ...args: Arguments<CosineAnnealingLROptions, typeof annealingNames>) {
    super('CosineAnnealingLR', optimizer);
    const options = byName<CosineAnnealingLROptions>('torch.CosineAnnealingLR', annealingNames, args);
    const { tMax = NaN, etaMin = 0 } = options;
    checkSizes('CosineAnnealingLR', { tMax });
    checkNumbers('CosineAnnealingLR', { etaMin });
    this.tMax = tMax;
    this.etaMin = etaMin;
    this.begin();
  }

  protected next(): number {
    const { lastEpoch: epoch, tMax, etaMin, optimizer } = this;
    if (epoch === 0) return optimizer.lr;
    const height = (at: number) => 1 + Math.cos((Math.PI * at) / tMax);
    if ((epoch - 1 - tMax) % (2 * tMax) === 0) {
      return optimizer.lr + ((this.baseLr - etaMin) * (1 - Math.cos(Math.PI / tMax))) / 2;
    }
    return (height(epoch) / height(epoch - 1)) * (optimizer.lr - etaMin) + etaMin;
  }
}

/** Options of {@link CosineAnnealingWarmRestarts}. */
export interface WarmRestartsOptions {
  /** Epochs until the first restart. */
  t0: number;
  /** By how much each stretch is longer than the one before. Default 1. */
  tMult?: number;
  /** The least learning rate. Default 0. */
  etaMin?: number;
}

const restartNames = ['t0', 'tMult', 'etaMin'] as const;

/**
 * PyTorch's `CosineAnnealingWarmRestarts`: down along a half cosine, then at once back to the start.
 *
 * @example
 * const optimizer = new torch.SGD(new torch.Linear(1, 1).parameters(), { lr: 1 });
 * const scheduler = new torch.CosineAnnealingWarmRestarts(optimizer, { t0: 2 });
 * const rates = [1, 2, 3, 4].map(() => (scheduler.step(), optimizer.lr.toFixed(3)));
 * console.log(rates); // [ '0.500', '1.000', '0.500', '1.000' ]
 */
export class CosineAnnealingWarmRestarts extends Scheduler {
  private readonly t0: number;
  private readonly tMult: number;
  private readonly etaMin: number;
  private inStretch = 0;
  private stretch: number;

  /** @throws RangeError when a setting makes no sense. */
  constructor(optimizer: Optimizer, ...args: Arguments<WarmRestartsOptions, typeof restartNames>) {
    super('CosineAnnealingWarmRestarts', optimizer);
    const options = byName<WarmRestartsOptions>('torch.CosineAnnealingWarmRestarts', restartNames, args);
    const { t0 = NaN, tMult = 1, etaMin = 0 } = options;
    checkSizes('CosineAnnealingWarmRestarts', { t0, tMult });
    checkNumbers('CosineAnnealingWarmRestarts', { etaMin });
    this.t0 = t0;
    this.tMult = tMult;
    this.etaMin = etaMin;
    this.stretch = t0;
    this.begin();
  }

  /** @param epoch where the schedule stands, in fractions of an epoch when it is called once a batch. Default: the next epoch. */
  override step(epoch?: number): void {
    if (epoch !== undefined && !(epoch >= 0)) {
      throw new RangeError(`torch.CosineAnnealingWarmRestarts: an epoch is a number of 0 or more; got ${epoch}.`);
    }
    const at = epoch ?? this.lastEpoch + 1;
    let start = 0;
    for (this.stretch = this.t0; at >= start + this.stretch; this.stretch *= this.tMult) start += this.stretch;
    this.inStretch = at - start;
    this.lastEpoch = Math.floor(at);
    this.optimizer.lr = this.next();
  }

  protected override begin(): void {
    this.step(0);
  }

  protected next(): number {
    const height = (1 + Math.cos((Math.PI * this.inStretch) / this.stretch)) / 2;
    return this.etaMin + (this.baseLr - this.etaMin) * height;
  }
}
