import { tf } from '../backend';
import { displaySymbol, type Displayable, type MimeBundle } from '../notebook';
import { Table } from '../table';
import { checkOptions } from '../options';
import type { ModelData } from './data/tensors';
import type { Callback } from './callbacks/callback';
import { NonFiniteLoss } from './errors';
import { fit } from './fit';
import { significant, spread } from './view/format';
import { getLearningRate, setLearningRate } from './optimizers/learning-rate';
import { optimizerState, restoreOptimizer } from './optimizers/state';

/** Between which rates to search, and how. */
export interface SearchOptions {
  /** The first rate. Default 1e-6. */
  from?: number;
  /** The last rate. Default 1. */
  to?: number;
  /** Steps of training between them. Default 100. */
  steps?: number;
  /** Samples in a step. Default 32. */
  batchSize?: number;
  /** The order of the samples. Default 0. */
  seed?: number;
}

/** The loss at rising learning rates. */
export class LearningRateSearch implements Displayable {
  constructor(
    readonly rates: number[],
    /** The loss of each step's batch. */
    readonly losses: number[],
    /** The losses averaged over past steps (exponentially, 0.9). */
    readonly smoothed: number[],
    /** The rate at which the smoothed loss falls fastest. */
    readonly suggestion: number,
  ) {}

  toString(): string {
    return `The loss falls fastest at a learning rate of ${significant(this.suggestion)}.`;
  }

  [displaySymbol](): MimeBundle {
    const rows = spread(this.rates.length, 12).map((i) => [
      this.rates[i].toExponential(1),
      significant(this.smoothed[i]),
    ]);
    return new Table(['learning rate', 'smoothed loss'], rows, String(this))[displaySymbol]();
  }
}

/**
 * Trains a compiled model for some steps with a rate that grows from step to step, until the loss is four times its best, and says at
 * which rate it fell fastest (Smith 2017). Model and optimizer are afterwards what they were. Throws on a range that is none, and on unknown options.
 *
 * @example
 * const model = tf.sequential({ layers: [layers.dense({ units: 1, inputShape: [2] })] });
 * model.compile({ optimizer: train.adam(), loss: 'meanSquaredError' });
 * const search = await train.findLearningRate(model, tf.ones([64, 2]), tf.ones([64, 1]), { steps: 30, seed: 1 });
 * console.log(search.rates.length, search.suggestion > 0); // 30 true
 */
export async function findLearningRate(
  model: tf.LayersModel,
  x: ModelData,
  y: ModelData,
  options: SearchOptions = {},
): Promise<LearningRateSearch> {
  checkOptions('train.findLearningRate', options, ['from', 'to', 'steps', 'batchSize', 'seed']);
  const { from = 1e-6, to = 1, steps = 100, batchSize = 32, seed = 0 } = options;
  if (!(from > 0 && to > from) || !(steps >= 10)) {
    throw new RangeError(
      `Search from ${from} to ${to} in ${steps} steps: the rates must rise from above 0, in 10 steps or more.`,
    );
  }
  const losses: number[] = [];
  const smoothed: number[] = [];
  const rateAt = (step: number) => from * (to / from) ** (step / (steps - 1));
  const sweep: Callback = {
    onBatchBegin: (_batch, _logs, training) => setLearningRate(training.optimizer, rateAt(training.step)),
    onBatchEnd(_batch, { loss }) {
      losses.push(loss);
      smoothed.push(smooth(smoothed, loss));
      const diverges = losses.length > 10 && smoothed[smoothed.length - 1] > 4 * Math.min(...smoothed);
      if (losses.length === steps || diverges) model.stopTraining = true;
    },
  };
  const rate = getLearningRate(model.optimizer);
  const state = await optimizerState(model.optimizer);
  const weights = model.getWeights().map((weight) => weight.clone());
  try {
    await fit(model, x, y, { epochs: steps, batchSize, seed, callbacks: sweep, verbose: 0 });
  } catch (error) {
    if (!(error instanceof NonFiniteLoss) || losses.length < 10) throw error; // far beyond the best rate
  } finally {
    model.setWeights(weights);
    await restoreOptimizer(model.optimizer, state);
    setLearningRate(model.optimizer, rate);
    tf.dispose([weights, state.map(({ tensor }) => tensor)]);
  }
  const rates = losses.map((_, step) => rateAt(step));
  return new LearningRateSearch(rates, losses, smoothed, rates[steepest(smoothed)]);
}

/** The running mean after one more value, without the pull towards 0 of its start (Adam's bias correction). */
function smooth(past: number[], value: number): number {
  const keep = 0.9;
  const count = past.length;
  const before = count === 0 ? 0 : past[count - 1] * (1 - keep ** count);
  return (keep * before + (1 - keep) * value) / (1 - keep ** (count + 1));
}

/** Where the values fall fastest, the first few left out. */
function steepest(values: number[]): number {
  let best = 5;
  for (let i = 5; i < values.length - 1; i++) {
    if (values[i + 1] - values[i - 1] < values[best + 1] - values[best - 1]) best = i;
  }
  return best;
}
