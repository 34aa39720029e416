import { onDevice, tf, type Device } from '../backend';
import type { Displayable, MimeBundle } from '../notebook';
import { Averages } from './loss/averages';
import type { Batch, BatchSource } from './data/batches';
import type { Callback, CallbackState, Logs, Training } from './callbacks/callback';
import { deviceFor, madeOn } from './device';
import { Clock } from './view/clock';
import { Interrupted, NonFiniteLoss } from './errors';
import { evaluateSource } from './evaluate';
import type { History } from './view/history';
import { getLearningRate } from './optimizers/learning-rate';
import type { Objective } from './loss/objective';
import { LiveView } from './view/live';
import { Pace } from './view/pace';
import { progressView, type ProgressView, type Standing, type Verbosity } from './view/progress';
import { trainedBy, trainStep, type Trained } from './step';

/** What a training run is made of. */
export interface RunParts {
  model: tf.LayersModel;
  objective: Objective;
  source: BatchSource;
  validation?: BatchSource;
  /** Weights of a batch's samples that follow from its targets. */
  weigh?: (target: tf.Tensor) => tf.Tensor;
  callbacks: Callback[];
  history: History;
  /** Decides the order of the samples in every epoch. */
  seed: number;
  verbose?: Verbosity;
  live?: (history: History) => Displayable | MimeBundle;
  signal?: AbortSignal;
}

/** How often, in ms, losses are read from the device: often enough for a bar and to see a NaN at once, rarely enough to cost nothing. */
const readEveryMs = 100;

/** A training on its way: epochs of batches, with callbacks between. */
export class TrainingRun implements Training {
  readonly model: tf.LayersModel;
  readonly optimizer: tf.Optimizer;
  readonly history: History;
  readonly names: readonly string[];
  readonly callbacks: readonly Callback[];
  stopReason: string | undefined;
  seed: number;
  step = 0;

  private readonly trained: Trained;
  private readonly view: ProgressView;
  private readonly live: LiveView | undefined;
  private readonly clock: Clock;
  private readonly pace = new Pace();
  private readonly readsEachStep: boolean;
  private readonly recordsRate: boolean;
  private averages: Averages;
  private epoch = 0;
  private batch = 0;
  private readAt = 0;
  private lastLoss: number | undefined;
  private device: Device | undefined;

  constructor(private readonly parts: RunParts) {
    const { model, objective, validation, callbacks, history } = parts;
    this.model = model;
    this.optimizer = model.optimizer;
    this.history = history;
    this.describeData();
    this.seed = parts.seed;
    this.callbacks = callbacks;
    this.names = [...objective.names, ...(validation ? objective.names.map((name) => `val_${name}`) : [])];
    this.trained = trainedBy(model);
    this.averages = new Averages(objective.names);
    this.view = progressView(parts.verbose);
    this.live = parts.live && parts.verbose !== 0 ? new LiveView(parts.live) : undefined;
    this.clock = new Clock(this.epochs);
    this.readsEachStep = callbacks.some((callback) => callback.onBatchEnd);
    this.recordsRate = callbacks.some((callback) => callback.changesLearningRate);
  }

  get epochs(): number {
    return this.history.params.epochs;
  }

  get steps(): number | undefined {
    return this.parts.source.steps;
  }

  stop(reason: string): void {
    this.stopReason = reason;
  }

  /** Trains to the end, or until something stops it. */
  async train(): Promise<History> {
    const { model, callbacks, history } = this;
    model.stopTraining = false;
    for (const callback of callbacks) {
      callback.setParams?.({ epochs: this.epochs, steps: this.steps, metrics: this.names });
      callback.setModel?.(model);
    }
    try {
      const remembered = await this.resume();
      for (const callback of callbacks) await callback.onTrainBegin?.(undefined, this);
      remembered.forEach((state, i) => state && callbacks[i].restore?.(state));
      tf.dispose(remembered.map((state) => state?.tensors ?? []));
      for (this.epoch = history.epochs.length; this.epoch < this.epochs && !this.stopReason; this.epoch++) {
        await this.trainEpoch();
      }
      history.stopped = this.stopReason ?? '';
      for (const callback of callbacks) await callback.onTrainEnd?.(undefined, this);
      return history;
    } catch (error) {
      for (const callback of callbacks) callback.onTrainAbort?.();
      history.stopped = error instanceof Interrupted ? 'Interrupted.' : 'Ended by an error.';
      throw error;
    } finally {
      this.averages.dispose();
      this.view.end(history);
      await this.live?.end(history);
    }
  }

  /** Lets a callback put a saved training back: its finished epochs are then in the history. */
  private async resume(): Promise<(CallbackState | undefined)[]> {
    for (const callback of this.callbacks) {
      const remembered = await callback.resume?.(this);
      if (remembered) return remembered;
    }
    return [];
  }

  private async trainEpoch(): Promise<void> {
    const { source } = this.parts;
    const { history, epoch } = this;
    const start = performance.now();
    for (const callback of this.callbacks) await callback.onEpochBegin?.(epoch, undefined, this);
    this.averages = new Averages(this.parts.objective.names);
    this.batch = 0;
    this.readAt = start;
    this.clock.start();
    for await (const batch of madeOn(source.epoch(epoch, this.seed), () => this.device)) {
      await this.trainBatch(batch);
      if (this.model.stopTraining) break;
    }
    this.read();

    const logs = this.averages.logs();
    if (this.parts.validation) Object.assign(logs, await this.validate());
    if (this.recordsRate) logs.learning_rate = getLearningRate(this.optimizer);
    this.describeData();
    history.add(epoch + 1, logs, (performance.now() - start) / 1000);
    for (const callback of this.callbacks) await callback.onEpochEnd?.(epoch, logs, this);
    if (this.model.stopTraining) this.stopReason ??= 'A callback stopped the training.';
    for (const callback of this.callbacks) await callback.onEpochSettled?.(epoch, logs, this);
    this.view.epoch(this.standing(), history);
    this.live?.refresh(history);
  }

  private async trainBatch(batch: Batch): Promise<void> {
    const size = batch.xs[0].shape[0];
    try {
      for (const callback of this.callbacks) await callback.onBatchBegin?.(this.batch, undefined, this);
      if (this.parts.weigh) batch.weights = this.parts.weigh(batch.ys[0]);
      this.device ??= deviceFor(this.model, batch.xs[0].shape);
      const step = () => trainStep(this.parts.objective, this.optimizer, this.trained, batch);
      this.averages.add(onDevice(this.device, step), size);
    } finally {
      tf.dispose([batch.xs, batch.ys, batch.weights ?? []]);
    }
    this.batch++;
    this.step++;
    this.clock.tick();
    if (this.readsEachStep || performance.now() - this.readAt > readEveryMs) {
      this.read();
      this.view.batch(this.standing());
      this.live?.refresh(this.history);
    }
    if (this.readsEachStep) {
      const logs = { ...this.averages.logs(), batch: this.batch - 1, size, loss: this.lastLoss! };
      for (const callback of this.callbacks) await callback.onBatchEnd?.(this.batch - 1, logs, this);
    }
    await this.pace.rest();
    if (this.parts.signal?.aborted) throw Interrupted.training(this.epoch + 1, this.batch, this.history);
  }

  /** Reads the losses since the last read; throws at the first that is no finite number. */
  private read(): void {
    const losses = this.averages.read();
    losses.forEach((loss, i) => {
      const behind = losses.length - 1 - i;
      this.history.batchLosses.push(loss);
      if (!Number.isFinite(loss)) {
        const at = { epoch: this.epoch + 1, batch: this.batch - behind, step: this.step - behind };
        throw new NonFiniteLoss(loss, at, this.lastLoss, this.history, this.advice());
      }
      this.lastLoss = loss;
    });
    this.readAt = performance.now();
  }

  private async validate(): Promise<Logs> {
    const { objective, validation, signal } = this.parts;
    const start = performance.now();
    try {
      const logs = await evaluateSource(objective, validation!, signal);
      return Object.fromEntries(Object.entries(logs).map(([name, value]) => [`val_${name}`, value]));
    } catch (error) {
      if (error instanceof Interrupted) throw Interrupted.training(this.epoch + 1, this.batch, this.history);
      throw error;
    } finally {
      this.clock.validationTook(performance.now() - start);
    }
  }

  /** A stream knows its length after its first epoch. */
  private describeData(): void {
    const { steps, samples } = this.parts.source;
    if (steps !== undefined) this.history.params.steps = steps;
    if (samples !== undefined) this.history.params.samples = samples;
  }

  private standing(): Standing {
    const { epoch, epochs, batch, steps } = this;
    const secondsLeft = this.clock.secondsLeft(epoch, batch, steps);
    return { epoch: epoch + 1, epochs, batch, steps, logs: this.averages.logs(), secondsLeft };
  }

  /** What to try when the loss is no number. */
  private advice(): string[] {
    if (this.parts.source.hasNaN()) return ['the data holds NaN: find and remove it'];
    const rate = getLearningRate(this.optimizer);
    return [
      `a lower learning rate (it is ${Number(rate.toPrecision(3))})`,
      'clipped gradients, train.clip(optimizer, { globalNorm: 1 })',
      'inputs scaled to about -1 … 1',
    ];
  }
}
