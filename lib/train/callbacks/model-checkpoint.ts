import path from 'node:path';
import { tf } from '../../backend';
import { dropoutStreams } from '../../layers/dropout-streams';
import { randomState, setRandomState, type RandomStreamState } from '../../random';
import type { Callback, CallbackState, Logs, Training } from './callback';
import { hasCheckpoint, readCheckpoint, writeCheckpoint } from '../checkpoint';
import { getLearningRate, setLearningRate } from '../optimizers/learning-rate';
import { optimizerState, restoreOptimizer } from '../optimizers/state';
import { Watch, type Monitor } from './monitor';

/** What to keep. */
export interface ModelCheckpointOptions {
  /** When given, the epoch that was best by this metric is kept as well, in `FOLDER/best`. */
  monitor?: Monitor;
  /** Goes on with the training that `FOLDER/last` holds, if there is one. Default false: a new training overwrites it. */
  resume?: boolean;
}

/**
 * Saves the training after each epoch in `FOLDER/last`: weights, optimizer, history, callbacks and random numbers, so that a training
 * that was killed reaches, with `resume`, the weights that it would have reached. Plain TensorFlow.js loads `FOLDER/last/model.json`.
 */
export function modelCheckpoint(folder: string, options: ModelCheckpointOptions = {}): Callback {
  return new ModelCheckpoint(folder, options);
}

interface Saved {
  epochs: number[];
  metrics: Record<string, number[]>;
  seconds: number[];
  batchLosses: number[];
  step: number;
  seed: number;
  rate: number;
  stopped: string | null;
  optimizer: string[];
  callbacks: { values: Record<string, unknown>; tensors: number }[];
  random: RandomStreamState | null;
  dropout: (number[] | null)[];
}

class ModelCheckpoint implements Callback {
  private readonly watch: Watch | undefined;

  constructor(
    private readonly folder: string,
    private readonly options: ModelCheckpointOptions,
  ) {
    this.watch = options.monitor === undefined ? undefined : new Watch(options.monitor);
  }

  onTrainBegin(_logs: Logs | undefined, training: Training): void {
    this.watch?.check(training.names, 'modelCheckpoint');
    if (this.watch) this.watch.best = undefined;
  }

  async resume(training: Training): Promise<CallbackState[] | undefined> {
    const last = path.join(this.folder, 'last');
    if (!this.options.resume || !hasCheckpoint(last)) return undefined;
    const { values, tensors } = readCheckpoint(last, training.model);
    const saved = values as unknown as Saved;
    const { history } = training;
    history.epochs.push(...saved.epochs);
    history.seconds.push(...saved.seconds);
    history.batchLosses.push(...saved.batchLosses.map((loss) => loss ?? NaN));
    Object.assign(history.metrics, saved.metrics);
    training.step = saved.step;
    training.seed = saved.seed;
    if (saved.stopped) training.stop(saved.stopped);
    setLearningRate(training.optimizer, saved.rate);
    const state = saved.optimizer.map((name, i) => ({ name, tensor: tensors[`optimizer/${i}`] }));
    await restoreOptimizer(training.optimizer, state);
    tf.dispose(state.map(({ tensor }) => tensor));
    if (saved.random) setRandomState(saved.random);
    dropoutStreams(training.model).forEach((stream, i) => {
      stream.state = saved.dropout[i] ?? undefined;
    });
    return saved.callbacks.map(({ values: own, tensors: count }, c) => ({
      values: own,
      tensors: Array.from({ length: count }, (_, i) => tensors[`callback/${c}/${i}`]),
    }));
  }

  async onEpochSettled(epoch: number, logs: Logs, training: Training): Promise<void> {
    if (this.watch?.isBetter(this.watch.value(logs), this.watch.best)) {
      this.watch.best = this.watch.value(logs);
      const values = { epoch: epoch + 1, logs };
      await writeCheckpoint(path.join(this.folder, 'best'), training.model, { values, tensors: {} }, epoch);
    }
    await this.saveLast(epoch, training);
  }

  state(): CallbackState {
    return { values: { best: this.watch?.best ?? null }, tensors: [] };
  }

  restore({ values }: CallbackState): void {
    if (this.watch) this.watch.best = (values.best as number | null) ?? undefined;
  }

  private async saveLast(epoch: number, training: Training): Promise<void> {
    const { history, model, optimizer } = training;
    const state = await optimizerState(optimizer);
    const callbacks = training.callbacks.map((callback) => callback.state?.() ?? { values: {}, tensors: [] });
    const tensors: Record<string, tf.Tensor> = {};
    state.forEach(({ tensor }, i) => (tensors[`optimizer/${i}`] = tensor));
    callbacks.forEach((callback, c) =>
      callback.tensors.forEach((tensor, i) => (tensors[`callback/${c}/${i}`] = tensor)),
    );
    const values: Saved = {
      epochs: history.epochs,
      metrics: history.metrics,
      seconds: history.seconds,
      batchLosses: history.batchLosses,
      step: training.step,
      seed: training.seed,
      rate: getLearningRate(optimizer),
      stopped: training.stopReason ?? null,
      optimizer: state.map(({ name }) => name),
      callbacks: callbacks.map((callback) => ({ values: callback.values, tensors: callback.tensors.length })),
      random: randomState() ?? null,
      dropout: dropoutStreams(model).map((stream) => stream.state ?? null),
    };
    try {
      await writeCheckpoint(path.join(this.folder, 'last'), model, { values: { ...values }, tensors }, epoch);
    } finally {
      tf.dispose(state.map(({ tensor }) => tensor));
    }
  }
}
