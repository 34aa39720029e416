import { tf } from '../../backend';
import { checkOptions } from '../../options';
import { needsTraining, type Callback, type CallbackState, type Logs, type Training } from './callback';
import { Watch, type Monitor } from './monitor';

/** When to stop. Names and defaults are Keras's. */
export interface EarlyStoppingOptions {
  /** Default `val_loss`. */
  monitor?: Monitor;
  /** Epochs without improvement before the training stops. Default 0. */
  patience?: number;
  /** The least change that counts as an improvement. Default 0. */
  minDelta?: number;
  /** A value that must be beaten for an epoch to count as improvement. */
  baseline?: number;
  /** Gives the model back the weights of its best epoch when the training ends. Default false, as in Keras. */
  restoreBestWeights?: boolean;
  /** Epochs (from 0) before this one are not judged. Default 0. */
  startFromEpoch?: number;
}

/**
 * Stops a training when a metric has not improved for `patience` epochs. Throws on unknown options.
 *
 * @example
 * const model = tf.sequential({ layers: [layers.dense({ units: 1, kernelInitializer: 'ones', inputShape: [2] })] });
 * model.compile({ optimizer: tf.train.sgd(0), loss: 'meanSquaredError' }); // a rate of 0: nothing improves
 * const callbacks = train.earlyStopping({ monitor: 'loss', patience: 2 });
 * const { epochs } = await train.fit(model, tf.ones([8, 2]), tf.ones([8, 1]), { epochs: 50, callbacks, verbose: 0 });
 * console.log(epochs.length); // 3
 */
export function earlyStopping(options: EarlyStoppingOptions = {}): Callback {
  checkOptions('train.earlyStopping', options, [
    'monitor',
    'patience',
    'minDelta',
    'baseline',
    'restoreBestWeights',
    'startFromEpoch',
  ]);
  return new EarlyStopping(options);
}

class EarlyStopping implements Callback {
  private watch: Watch;
  private wait = 0;
  private bestEpoch = 0;
  private bestWeights: tf.Tensor[] | undefined;

  constructor(private readonly options: EarlyStoppingOptions) {
    this.watch = this.newWatch();
  }

  onTrainBegin(_logs: Logs | undefined, training: Training): void {
    needsTraining('earlyStopping', training);
    this.watch = this.newWatch();
    this.watch.check(training.names, 'earlyStopping');
    this.wait = 0;
    this.bestEpoch = 0;
    this.forget();
  }

  onEpochEnd(epoch: number, logs: Logs, training: Training): void {
    const { patience = 0, baseline, startFromEpoch = 0 } = this.options;
    if (epoch < startFromEpoch) return;
    const { watch } = this;
    const value = watch.value(logs);
    if (!this.bestWeights) this.remember(epoch, training.model); // a first epoch is the best, even one that is NaN
    this.wait++;
    if (watch.isBetter(value, watch.best)) {
      watch.best = value;
      this.remember(epoch, training.model);
      if (baseline === undefined || watch.isBetter(value, baseline)) this.wait = 0;
      return;
    }
    if (this.wait >= patience && epoch > 0) {
      training.stop(
        `Stopped early: ${watch.name} has not improved for ${this.wait} epoch${this.wait === 1 ? '' : 's'}; ` +
          `epoch ${this.bestEpoch + 1} was best${this.options.restoreBestWeights ? ', and its weights are back' : ''}.`,
      );
    }
  }

  onTrainEnd(_logs: Logs | undefined, training: Training): void {
    if (this.options.restoreBestWeights && this.bestWeights) training.model.setWeights(this.bestWeights);
    this.forget();
  }

  onTrainAbort(): void {
    this.forget();
  }

  state(): CallbackState {
    const { wait, bestEpoch, watch } = this;
    return { values: { wait, bestEpoch, best: watch.best ?? null }, tensors: this.bestWeights ?? [] };
  }

  restore({ values, tensors }: CallbackState): void {
    this.wait = values.wait as number;
    this.bestEpoch = values.bestEpoch as number;
    this.watch.best = (values.best as number | null) ?? undefined;
    this.forget();
    if (tensors.length) this.bestWeights = tensors.map((tensor) => tensor.clone());
  }

  private newWatch(): Watch {
    return new Watch(this.options.monitor ?? 'val_loss', this.options.minDelta);
  }

  private remember(epoch: number, model: tf.LayersModel): void {
    this.bestEpoch = epoch;
    if (!this.options.restoreBestWeights) return;
    this.forget();
    this.bestWeights = model.getWeights().map((weight) => tf.keep(weight.clone()));
  }

  private forget(): void {
    tf.dispose(this.bestWeights ?? []);
    this.bestWeights = undefined;
  }
}
