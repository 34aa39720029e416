/** The one-cycle policy. */
import { byName, type Arguments } from '../arguments';
import { Optimizer } from '../optimizers';
import { checkSizes } from '../parameter';
import { checkNumbers, Scheduler } from './scheduler';

/** Options of {@link OneCycleLR}. */
export interface OneCycleLROptions {
  /** The greatest learning rate. */
  maxLr: number;
  /** Steps of the whole cycle; or give `epochs` and `stepsPerEpoch`. */
  totalSteps?: number;
  /** Passes over the data, with `stepsPerEpoch`. */
  epochs?: number;
  /** Steps in one of them. */
  stepsPerEpoch?: number;
  /** The part of the cycle in which the learning rate rises. Default 0.3. */
  pctStart?: number;
  /** Default `'cos'`. */
  annealStrategy?: 'cos' | 'linear';
  /** Whether momentum (SGD, RMSprop) or the first beta (Adam) falls while the learning rate rises. Default true. */
  cycleMomentum?: boolean;
  /** The least momentum. Default 0.85. */
  baseMomentum?: number;
  /** The greatest momentum. Default 0.95. */
  maxMomentum?: number;
  /** The first learning rate is `maxLr / divFactor`. Default 25. */
  divFactor?: number;
  /** The last learning rate is the first one over this. Default 1e4. */
  finalDivFactor?: number;
  /** Fall as long as the rise, then on to the last learning rate. Default false. */
  threePhase?: boolean;
}

const names = [
  'maxLr', 'totalSteps', 'epochs', 'stepsPerEpoch', 'pctStart', 'annealStrategy', 'cycleMomentum', 'baseMomentum',
  'maxMomentum', 'divFactor', 'finalDivFactor', 'threePhase',
] as const; // prettier-ignore

interface Phase {
  end: number;
  lr: [from: number, to: number];
  momentum: [from: number, to: number];
}

/**
 * PyTorch's `OneCycleLR` (Smith and Topin 2018): up to `maxLr` and down below the start; step once a batch.
 *
 * @example
 * const optimizer = new torch.SGD(new torch.Linear(1, 1).parameters(), { lr: 1 });
 * const scheduler = new torch.OneCycleLR(optimizer, { maxLr: 1, totalSteps: 5 });
 * const rates = [1, 2, 3, 4].map(() => (scheduler.step(), optimizer.lr.toFixed(3)));
 * console.log(rates); // [ '0.950', '0.611', '0.188', '0.000' ]
 */
export class OneCycleLR extends Scheduler {
  private readonly totalSteps: number;
  private readonly cosine: boolean;
  private readonly phases: Phase[];
  private readonly cycleMomentum: boolean;

  /** @throws RangeError when a setting makes no sense, or the optimizer has neither momentum nor betas to cycle. */
  constructor(optimizer: Optimizer, ...args: Arguments<OneCycleLROptions, typeof names>) {
    super('OneCycleLR', optimizer);
    const options = byName<OneCycleLROptions>('torch.OneCycleLR', names, args);
    const { maxLr = NaN, epochs = NaN, stepsPerEpoch = NaN, totalSteps = epochs * stepsPerEpoch } = options;
    const { pctStart = 0.3, annealStrategy = 'cos', cycleMomentum = true, threePhase = false } = options;
    const { baseMomentum = 0.85, maxMomentum = 0.95, divFactor = 25, finalDivFactor = 1e4 } = options;
    checkSizes('OneCycleLR', { totalSteps });
    checkNumbers('OneCycleLR', { maxLr, baseMomentum, maxMomentum, divFactor, finalDivFactor });
    if (!(pctStart >= 0 && pctStart <= 1)) {
      throw new RangeError(`torch.OneCycleLR: pctStart is a part from 0 to 1; got ${pctStart}.`);
    }
    if (!['cos', 'linear'].includes(annealStrategy)) {
      throw new RangeError(`torch.OneCycleLR: annealStrategy is 'cos' or 'linear'; got '${annealStrategy}'.`);
    }
    if (cycleMomentum && !optimizer.hasMomentum) {
      throw new RangeError(
        'torch.OneCycleLR: the optimizer has neither momentum nor betas; pass cycleMomentum: false.',
      );
    }
    const first = maxLr / divFactor;
    const last = first / finalDivFactor;
    const rise = pctStart * totalSteps - 1;
    const [up, down, stay]: [number, number][] = [[maxMomentum, baseMomentum], [baseMomentum, maxMomentum], [maxMomentum, maxMomentum]]; // prettier-ignore
    this.phases = threePhase
      ? [
          { end: rise, lr: [first, maxLr], momentum: up },
          { end: 2 * pctStart * totalSteps - 2, lr: [maxLr, first], momentum: down },
          { end: totalSteps - 1, lr: [first, last], momentum: stay },
        ]
      : [
          { end: rise, lr: [first, maxLr], momentum: up },
          { end: totalSteps - 1, lr: [maxLr, last], momentum: down },
        ];
    this.totalSteps = totalSteps;
    this.cosine = annealStrategy === 'cos';
    this.cycleMomentum = cycleMomentum;
    this.begin();
  }

  protected next(): number {
    const step = this.lastEpoch;
    if (step > this.totalSteps) {
      throw new RangeError(`torch.OneCycleLR: the cycle has ${this.totalSteps} steps; this is step ${step}.`);
    }
    const reached = this.phases.findIndex(({ end }) => step <= end);
    const place = reached < 0 ? this.phases.length - 1 : reached;
    const { end, lr, momentum } = this.phases[place];
    const start = place === 0 ? 0 : this.phases[place - 1].end;
    const part = (step - start) / (end - start);
    if (this.cycleMomentum) this.optimizer.setMomentum(this.between(momentum, part));
    return this.between(lr, part);
  }

  private between([from, to]: [number, number], part: number): number {
    return this.cosine ? to + ((from - to) / 2) * (1 + Math.cos(Math.PI * part)) : (to - from) * part + from;
  }
}
