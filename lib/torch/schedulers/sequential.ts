/** One schedule after the other. */
import { byName, type Arguments } from '../arguments';
import type { Optimizer } from '../optimizers';
import { Scheduler } from './scheduler';

/** Options of {@link SequentialLR}. */
export interface SequentialLROptions {
  /** The schedules, each made with the same optimizer. */
  schedulers: readonly Scheduler[];
  /** The epochs at which the next one takes over: one fewer than there are schedules. */
  milestones: readonly number[];
}

const names = ['schedulers', 'milestones'] as const;

/**
 * PyTorch's `SequentialLR`: a warm-up and then another schedule, each from its own epoch 0.
 *
 * @example
 * const optimizer = new torch.SGD(new torch.Linear(1, 1).parameters(), { lr: 1 });
 * const warmUp = new torch.LinearLR(optimizer, { startFactor: 0.5, totalIters: 2 });
 * const decay = new torch.ExponentialLR(optimizer, { gamma: 0.5 });
 * const scheduler = new torch.SequentialLR(optimizer, { schedulers: [warmUp, decay], milestones: [2] });
 * const rates = [1, 2, 3, 4].map(() => (scheduler.step(), optimizer.lr.toFixed(3)));
 * console.log(rates); // [ '0.750', '1.000', '0.500', '0.250' ]
 */
export class SequentialLR extends Scheduler {
  private readonly schedulers: readonly Scheduler[];
  private readonly milestones: readonly number[];

  /** @throws RangeError when the numbers of schedules and milestones do not fit. */
  constructor(optimizer: Optimizer, ...args: Arguments<SequentialLROptions, typeof names>) {
    super('SequentialLR', optimizer);
    const { schedulers = [], milestones = [] } = byName<SequentialLROptions>('torch.SequentialLR', names, args);
    if (schedulers.length === 0 || milestones.length !== schedulers.length - 1) {
      throw new RangeError(
        `torch.SequentialLR takes one milestone fewer than schedules; got ${schedulers.length} schedules and ${milestones.length} milestones.`,
      );
    }
    this.schedulers = schedulers;
    this.milestones = milestones;
    this.begin();
  }

  protected override begin(): void {
    this.lastEpoch = 0;
    this.schedulers[0].restart();
  }

  override step(): void {
    this.lastEpoch++;
    const current = this.schedulers[this.milestones.filter((epoch) => epoch <= this.lastEpoch).length];
    if (this.milestones.includes(this.lastEpoch)) current.restart();
    else current.step();
  }

  protected next(): number {
    return this.optimizer.lr;
  }
}
