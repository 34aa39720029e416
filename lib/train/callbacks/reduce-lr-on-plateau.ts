import { checkOptions } from '../../options';
import { needsTraining, type Callback, type CallbackState, type Logs, type Training } from './callback';
import { getLearningRate, setLearningRate } from '../optimizers/learning-rate';
import { Watch, type Monitor } from './monitor';

/** When and how to lower the learning rate. Names and defaults are Keras's. */
export interface ReduceLROnPlateauOptions {
  /** Default `val_loss`. */
  monitor?: Monitor;
  /** What the rate is multiplied by. Default 0.1. */
  factor?: number;
  /** Epochs without improvement before the rate is lowered. Default 10. */
  patience?: number;
  /** The least change that counts as an improvement. Default 0.0001. */
  minDelta?: number;
  /** Epochs after a reduction that are not counted. Default 0. */
  cooldown?: number;
  /** The rate is never lowered below this. Default 0. */
  minLr?: number;
}

/**
 * Lowers the learning rate when a metric has not improved for `patience` epochs. Throws when `factor` is not below 1, and on unknown options.
 *
 * @example
 * const model = tf.sequential({ layers: [layers.dense({ units: 1, inputShape: [2] })] });
 * model.compile({ optimizer: train.adam(0.1), loss: 'meanSquaredError' });
 * const callbacks = train.reduceLROnPlateau({ monitor: 'loss', factor: 0.5, patience: 1, minDelta: 100 });
 * await train.fit(model, tf.ones([8, 2]), tf.ones([8, 1]), { epochs: 3, callbacks, verbose: 0 });
 * console.log(train.getLearningRate(model.optimizer)); // 0.025
 */
export function reduceLROnPlateau(options: ReduceLROnPlateauOptions = {}): Callback {
  checkOptions('train.reduceLROnPlateau', options, ['monitor', 'factor', 'patience', 'minDelta', 'cooldown', 'minLr']);
  const { factor = 0.1 } = options;
  if (!(factor > 0 && factor < 1))
    throw new RangeError(`reduceLROnPlateau: factor is ${factor}; it must lie between 0 and 1.`);
  return new ReduceLROnPlateau(options, factor);
}

class ReduceLROnPlateau implements Callback {
  readonly changesLearningRate = true;
  private watch: Watch;
  private wait = 0;
  private coolingFor = 0;

  constructor(
    private readonly options: ReduceLROnPlateauOptions,
    private readonly factor: number,
  ) {
    this.watch = this.newWatch();
  }

  onTrainBegin(_logs: Logs | undefined, training: Training): void {
    needsTraining('reduceLROnPlateau', training);
    this.watch = this.newWatch();
    this.watch.check(training.names, 'reduceLROnPlateau');
    this.wait = 0;
    this.coolingFor = 0;
  }

  onEpochEnd(_epoch: number, logs: Logs, training: Training): void {
    const { patience = 10, cooldown = 0, minLr = 0 } = this.options;
    const { watch } = this;
    const value = watch.value(logs);
    if (this.coolingFor > 0) {
      this.coolingFor--;
      this.wait = 0;
    }
    if (watch.isBetter(value, watch.best)) {
      watch.best = value;
      this.wait = 0;
    } else if (this.coolingFor === 0 && ++this.wait >= patience) {
      const rate = getLearningRate(training.optimizer);
      if (rate <= minLr) return;
      setLearningRate(training.optimizer, Math.max(rate * this.factor, minLr));
      this.coolingFor = cooldown;
      this.wait = 0;
    }
  }

  state(): CallbackState {
    const { wait, coolingFor, watch } = this;
    return { values: { wait, coolingFor, best: watch.best ?? null }, tensors: [] };
  }

  restore({ values }: CallbackState): void {
    this.wait = values.wait as number;
    this.coolingFor = values.coolingFor as number;
    this.watch.best = (values.best as number | null) ?? undefined;
  }

  private newWatch(): Watch {
    return new Watch(this.options.monitor ?? 'val_loss', this.options.minDelta ?? 1e-4);
  }
}
