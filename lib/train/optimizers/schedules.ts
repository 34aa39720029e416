/** Learning-rate schedules: functions from a moment of the training to the rate of its next step. All refuse unknown options. */
import { checkOptions } from '../../options';

/** A moment of a training; steps and epochs are counted from 0. */
export interface Moment {
  /** The step that comes now, over all epochs. */
  step: number;
  /** The running epoch. */
  epoch: number;
  /** Steps of the whole training. */
  steps: number;
  /** Epochs of the whole training. */
  epochs: number;
}

/** The learning rate at a moment. */
export type Schedule = (at: Moment) => number;

/**
 * `initial`, multiplied by `factor` after every `every` epochs (default 1).
 *
 * @example
 * const schedule = train.schedules.step({ initial: 0.1, factor: 0.5, every: 2 });
 * const rates = [0, 1, 2, 4].map((epoch) => schedule({ step: epoch, epoch, steps: 5, epochs: 5 }));
 * console.log(rates); // [ 0.1, 0.1, 0.05, 0.025 ]
 */
export function step(options: { initial: number; factor: number; every?: number }): Schedule {
  checkOptions('schedules.step', options, ['initial', 'factor', 'every']);
  const { initial, factor, every = 1 } = options;
  return ({ epoch }) => initial * factor ** Math.floor(epoch / every);
}

/**
 * `initial * decay^(step / steps)`: smooth, with `steps` steps for one factor `decay`. Keras's ExponentialDecay.
 *
 * @example
 * const schedule = train.schedules.exponential({ initial: 0.1, decay: 0.5, steps: 10 });
 * const rates = [0, 10, 20].map((step) => schedule({ step, epoch: 0, steps: 100, epochs: 1 }));
 * console.log(rates); // [ 0.1, 0.05, 0.025 ]
 */
export function exponential(options: { initial: number; decay: number; steps: number }): Schedule {
  checkOptions('schedules.exponential', options, ['initial', 'decay', 'steps']);
  const { initial, decay, steps } = options;
  return (at) => initial * decay ** (at.step / steps);
}

/**
 * Half a cosine from `initial` to `final` (default 0) over `steps` (default: the whole training). Loshchilov and Hutter 2017; Keras's
 * CosineDecay with alpha = final / initial.
 *
 * @example
 * const schedule = train.schedules.cosine({ initial: 0.1, final: 0.01, steps: 100 });
 * const rates = [0, 50, 100].map((step) => schedule({ step, epoch: 0, steps: 100, epochs: 1 }).toFixed(3));
 * console.log(rates); // [ '0.100', '0.055', '0.010' ]
 */
export function cosine(options: { initial: number; final?: number; steps?: number }): Schedule {
  checkOptions('schedules.cosine', options, ['initial', 'final', 'steps']);
  const { initial, final = 0, steps } = options;
  return (at) => {
    const share = Math.min(1, at.step / (steps ?? at.steps));
    return final + (initial - final) * 0.5 * (1 + Math.cos(Math.PI * share));
  };
}

/**
 * Rises linearly from 0 for `steps` steps to where `then` starts, and goes on with it, its steps counted from there.
 *
 * @example
 * const schedule = train.schedules.warmUp({ steps: 4, then: () => 0.1 });
 * const rates = [0, 1, 3, 9].map((step) => schedule({ step, epoch: 0, steps: 10, epochs: 1 }).toFixed(3));
 * console.log(rates); // [ '0.000', '0.025', '0.075', '0.100' ]
 */
export function warmUp(options: { steps: number; then: Schedule }): Schedule {
  checkOptions('schedules.warmUp', options, ['steps', 'then']);
  const { steps, then } = options;
  return (at) => {
    const moment = { ...at, step: Math.max(0, at.step - steps), steps: Math.max(1, at.steps - steps) };
    return at.step < steps ? then(moment) * (at.step / steps) : then(moment);
  };
}

/**
 * One cycle (Smith 2018): from `max / divide` up to `max` in the first `rise` of the steps, then down to that start divided by
 * `finalDivide`, both along half a cosine. Defaults and formula are those of PyTorch's OneCycleLR (0.3, 25, 10,000).
 *
 * @example
 * const schedule = train.schedules.oneCycle({ max: 0.1, rise: 0.3 });
 * const rates = [0, 30, 99].map((step) => schedule({ step, epoch: 0, steps: 100, epochs: 1 }).toFixed(3));
 * console.log(rates); // [ '0.004', '0.100', '0.000' ]
 */
export function oneCycle(options: { max: number; rise?: number; divide?: number; finalDivide?: number }): Schedule {
  checkOptions('schedules.oneCycle', options, ['max', 'rise', 'divide', 'finalDivide']);
  const { max, rise = 0.3, divide = 25, finalDivide = 1e4 } = options;
  const between = (from: number, to: number, share: number) => to + ((from - to) / 2) * (1 + Math.cos(Math.PI * share));
  return ({ step, steps }) => {
    const top = rise * steps - 1;
    const low = max / divide;
    if (step < top) return between(low, max, step / top);
    return between(max, low / finalDivide, (step - top) / (steps - 1 - top));
  };
}
