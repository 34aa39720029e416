import path from 'node:path';
import { tf } from '../../backend';
import { dropoutStreams } from '../../layers/dropout-streams';
import { randomState, setRandomState, type RandomStreamState } from '../../random';
import { checkOptions } from '../../options';
import { needsTraining, type Callback, type CallbackState, type Logs, type Training } from './callback';
import { hasCheckpoint, readCheckpoint, writeCheckpoint } from '../checkpoint';
import { getLearningRate, setLearningRate } from '../optimizers/learning-rate';
import { optimizerState, restoreOptimizer } from '../optimizers/state';
import { trainableVariables } from '../step';
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
 * that was killed reaches, with `resume`, the weights that it would have reached. Plain TensorFlow.js loads `FOLDER/last/model.json`. Throws on unknown options.
 *
 * @example
 * const model = tf.sequential({ layers: [layers.dense({ units: 1, inputShape: [2] })] });
 * model.compile({ optimizer: train.adam(), loss: 'meanSquaredError' });
 * const callbacks = train.modelCheckpoint('run', { monitor: 'loss', resume: true });
 * const [x, y] = [tf.ones([8, 2]), tf.ones([8, 1])];
 * const fit = (epochs: number) => train.fit(model, x, y, { epochs, callbacks, verbose: 0 });
 * console.log((await fit(2)).epochs, (await fit(4)).epochs); // [ 1, 2 ] [ 1, 2, 3, 4 ]
 */
export function modelCheckpoint(folder: string, options: ModelCheckpointOptions = {}): Callback {
  checkOptions('train.modelCheckpoint', options, ['monitor', 'resume']);
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
  /** The names of the trained weights, which another model of the same layers has not. */
  variables: string[];
  optimizerClass: string;
  optimizer: string[];
  callbacks: { kind: string; values: Record<string, unknown>; tensors: number }[];
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
    needsTraining('modelCheckpoint', training);
    this.watch?.check(training.names, 'modelCheckpoint');
    if (this.watch) this.watch.best = undefined;
  }

  async resume(training: Training): Promise<(CallbackState | undefined)[] | undefined> {
    const last = path.join(this.folder, 'last');
    if (!this.options.resume || !hasCheckpoint(last)) return undefined;
    const { values, tensors } = readCheckpoint(last, training.model);
    const saved = values as unknown as Saved;
    const { history } = training;
    const optimizer = training.optimizer.getClassName();
    if (saved.optimizerClass !== optimizer) {
      tf.dispose(Object.values(tensors));
      throw new Error(
        saved.optimizerClass === undefined
          ? `${last} holds a model without the state of a training: it can be loaded, but no training goes on from it.`
          : `${last} holds a training with ${saved.optimizerClass}; this model is compiled with ${optimizer}, which cannot go on from it.`,
      );
    }
    history.epochs.push(...saved.epochs);
    history.seconds.push(...saved.seconds);
    history.batchLosses.push(...saved.batchLosses.map((loss) => loss ?? NaN));
    Object.assign(history.metrics, saved.metrics);
    training.step = saved.step;
    training.seed = saved.seed;
    if (saved.stopped) training.stop(saved.stopped);
    setLearningRate(training.optimizer, saved.rate);
    const renamed = renaming(saved.variables, variableNames(training.model));
    const state = saved.optimizer.map((name, i) => ({ name: renamed(name), tensor: tensors[`optimizer/${i}`] }));
    await restoreOptimizer(training.optimizer, state);
    tf.dispose(state.map(({ tensor }) => tensor));
    if (saved.random) setRandomState(saved.random);
    dropoutStreams(training.model).forEach((stream, i) => {
      stream.state = saved.dropout[i] ?? undefined;
    });
    const states = saved.callbacks.map(({ kind, values: own, tensors: count }, c) => ({
      kind,
      values: own,
      tensors: Array.from({ length: count }, (_, i) => tensors[`callback/${c}/${i}`]),
    }));
    // each callback takes the next state of its kind: one may have been added or left out since
    const remembered = training.callbacks.map((callback) => {
      const found = states.findIndex(({ kind }) => kind === kindOf(callback));
      return found < 0 ? undefined : states.splice(found, 1)[0];
    });
    tf.dispose(states.map(({ tensors: unused }) => unused));
    return remembered;
  }

  async onEpochSettled(epoch: number, logs: Logs, training: Training): Promise<void> {
    if (this.watch?.isBetter(this.watch.value(logs), this.watch.best)) {
      this.watch.best = this.watch.value(logs);
      const values = { epoch: epoch + 1, logs };
      await writeCheckpoint(path.join(this.folder, 'best'), training.model, { values, tensors: {} });
    }
    await this.saveLast(training);
  }

  state(): CallbackState {
    return { values: { best: this.watch?.best ?? null }, tensors: [] };
  }

  restore({ values }: CallbackState): void {
    if (this.watch) this.watch.best = (values.best as number | null) ?? undefined;
  }

  private async saveLast(training: Training): Promise<void> {
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
      variables: variableNames(model),
      optimizerClass: optimizer.getClassName(),
      optimizer: state.map(({ name }) => name),
      callbacks: callbacks.map((callback, c) => ({
        kind: kindOf(training.callbacks[c]),
        values: callback.values,
        tensors: callback.tensors.length,
      })),
      random: randomState() ?? null,
      dropout: dropoutStreams(model).map((stream) => stream.state ?? null),
    };
    try {
      await writeCheckpoint(path.join(this.folder, 'last'), model, { values: { ...values }, tensors });
    } finally {
      tf.dispose(state.map(({ tensor }) => tensor));
    }
  }
}

const kindOf = (callback: Callback): string => callback.constructor.name;

const variableNames = (model: tf.LayersModel): string[] => trainableVariables(model).map(({ name }) => name);

/** Turns the name of a part of an optimizer's state, `VARIABLE/…`, into that of the variable which now has the same place. */
function renaming(before: string[], now: string[]): (name: string) => string {
  return (name) => {
    const place = before.findIndex((variable) => name.startsWith(`${variable}/`));
    return place < 0 ? name : now[place] + name.slice(before[place].length);
  };
}
