/** What PyTorch's learning-rate schedulers share. */
import type { Optimizer } from '../optimizers';

/**
 * Changes an optimizer's learning rate; call {@link step} once an epoch, after the optimizer's steps.
 *
 * @example
 * const optimizer = new torch.SGD(new torch.Linear(1, 1).parameters(), { lr: 1 });
 * const scheduler: torch.Scheduler = new torch.StepLR(optimizer, { stepSize: 1, gamma: 0.1 });
 * scheduler.step();
 * console.log(scheduler.lastEpoch, scheduler.getLastLr()); // 1 [ 0.1 ]
 */
export abstract class Scheduler {
  /** How often {@link step} was called; -1 before the start. */
  lastEpoch = -1;
  /** The learning rate from which the schedule starts: the optimizer's own before its first scheduler. */
  protected readonly baseLr: number;

  /** A subclass calls {@link begin} when its fields are set. @throws TypeError when there is no optimizer. */
  constructor(
    name: string,
    protected readonly optimizer: Optimizer,
  ) {
    if (typeof optimizer?.step !== 'function' || typeof optimizer.lr !== 'number') {
      throw new TypeError(`torch.${name} takes an optimizer first, then its settings.`);
    }
    optimizer.initialLr ??= optimizer.lr;
    this.baseLr = optimizer.initialLr;
  }

  /** Sets the learning rate of the next epoch. */
  step(): void {
    this.lastEpoch++;
    this.optimizer.lr = this.next();
  }

  /** The learning rate that was last set, as PyTorch gives it: one for each group of parameters, and there is one. */
  getLastLr(): number[] {
    return [this.optimizer.lr];
  }

  /** Starts anew at epoch 0, from the learning rate with which the schedule began. */
  restart(): void {
    this.optimizer.lr = this.baseLr;
    this.begin();
  }

  /** Sets the first learning rate. */
  protected begin(): void {
    this.lastEpoch = 0;
    this.optimizer.lr = this.next();
  }

  /** The learning rate of epoch `lastEpoch`, from the current one. */
  protected abstract next(): number;
}

/** @throws RangeError naming the first setting that is no number. */
export function checkNumbers(name: string, numbers: Record<string, number>): void {
  for (const [key, value] of Object.entries(numbers)) {
    if (!Number.isFinite(value)) throw new RangeError(`torch.${name}: ${key} is a number; got ${value}.`);
  }
}
