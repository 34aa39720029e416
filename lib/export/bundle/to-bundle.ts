/** Writes a bundle. */
import { tf } from '../../backend';
import { checkOptions } from '../../options';
import type { PaddingOptions, Tokenizer, Vocabulary } from '../../text';
import { version } from '../../version';
import { encodeSafetensors } from '../safetensors';
import { writeZip } from '../zip';
import { Bundle } from './bundle';
import { tasks, type BundleDescription, type OutputState, type Task } from './description';
import type { Cut, TextState } from './text-input';
import { weightTensors } from './weights';
import type { Scaler, WindowState } from './window-input';

/** What a bundle holds beside the model: all that was done to the training data. */
export interface BundleOptions {
  /** `classify`: the most likely label; `regress`: numbers in their unit; `generate`: how a text goes on. */
  task: Task;
  /** For texts: the tokenizer that numbered those of the training. */
  tokenizer?: Tokenizer;
  /** For texts: the vocabulary that numbered those of the training. */
  vocabulary?: Vocabulary;
  /** How texts are cut for the vocabulary. Default: 'words' (`text.words`); to generate, 'characters'. */
  cut?: Cut;
  /** How sequences were padded: the options of `text.padSequences`. Default: to the longest of a batch, as the model masks padding or not. */
  padding?: PaddingOptions;
  /** For windows: the scaler of the features, fitted on the training data. Default: none, windows go in as they are. */
  scaler?: Scaler;
  /**
   * To regress: how the model's numbers go back to their unit. The column of `scaler` that they are of, `'all'` when each number of the last
   * axis is of the column at its place, or a scaler of their own. Default: column 0 where `scaler` has one; without `scaler` as they are.
   */
  target?: number | 'all' | Scaler;
  /** To classify: a name for each class, in the order of the model's outputs; for one output, the names of 0 and of 1. */
  labels?: string[];
  /** Whether the model ends before its softmax or sigmoid. Default: false. */
  fromLogits?: boolean;
  /** A name for people. */
  title?: string;
}

const options = 'task tokenizer vocabulary cut padding scaler target labels fromLogits title'.split(' ');

/**
 * Writes a model with all that it takes to answer a raw text or a raw window into one file, by custom `NAME.lstm`: a zip archive of
 * `bundle.json` (task, vocabulary or tokenizer, padding, scaler, labels, versions), `model.json` (the layers) and `weights.safetensors`. It
 * is one file because one rename replaces it whole. A text model takes `[batch, time]` numbers of tokens and one of `tokenizer` and
 * `vocabulary`; a window model takes `[batch, time, features]`. The compilation is not written.
 * @throws Error of one sentence when the parts do not fit together; TypeError on an unknown option; WriteError when the file cannot be written.
 *
 * @example
 * const vocabulary = text.Vocabulary.fromTokens([['a', 'good', 'film'], ['a', 'bad', 'film']]);
 * const embedding = layers.embedding({ inputDim: vocabulary.size, outputDim: 4, inputLength: 5 });
 * const layersOfModel = [embedding, layers.lstm({ units: 4 }), layers.dense({ units: 1, activation: 'sigmoid' })];
 * const model = tf.sequential({ layers: layersOfModel });
 * const [labels, padding] = [['negative', 'positive'], { maxLen: 5 }];
 * await toBundle(model, 'reviews.lstm', { task: 'classify', vocabulary, padding, labels });
 * console.log((await fromBundle('reviews.lstm')).description.labels); // [ 'negative', 'positive' ]
 */
export async function toBundle(model: tf.LayersModel, file: string, given: BundleOptions): Promise<void> {
  checkOptions('toBundle', given, options);
  if (!tasks.includes(given?.task))
    throw new TypeError(
      `toBundle: task is ${tasks.map((task) => `'${task}'`).join(', ')}; got ${String(given?.task)}.`,
    );
  const description: BundleDescription = {
    format: 1,
    versions: { 'lstm-lab': version(), tfjs: tf.version['tfjs-core'] },
    task: given.task,
    input: inputState(given),
    ...(given.labels ? { labels: given.labels } : {}),
    ...outputState(given),
    ...(given.fromLogits ? { fromLogits: true } : {}),
    ...(given.title === undefined ? {} : { title: given.title }),
  };
  try {
    new Bundle(model, JSON.parse(JSON.stringify(description)) as BundleDescription);
  } catch (error) {
    throw new Error(`toBundle: ${(error as Error).message}.`, { cause: error });
  }
  const weights = await encodeSafetensors(weightTensors(model));
  await writeZip(file, {
    'bundle.json': JSON.stringify(description),
    'model.json': JSON.stringify(model.toJSON(null, false)),
    'weights.safetensors': Buffer.concat(weights),
  });
}

function inputState({
  task,
  tokenizer,
  vocabulary,
  cut,
  padding = {},
  scaler,
}: BundleOptions): TextState | WindowState {
  if (tokenizer && vocabulary) throw new TypeError('toBundle takes a tokenizer or a vocabulary, not both.');
  const isText = tokenizer !== undefined || vocabulary !== undefined;
  if (isText && scaler) throw new TypeError('toBundle: texts have no scaler; give target: scaler for the answers.');
  if (tokenizer) {
    if (cut) throw new TypeError('toBundle: a tokenizer cuts texts by itself; leave cut out.');
    return { kind: 'text', tokenizer: numberingOf(tokenizer), padding };
  }
  if (vocabulary) {
    const usual = task === 'generate' ? 'characters' : 'words';
    return { kind: 'text', vocabulary: vocabulary.toJSON(), cut: cut ?? usual, padding };
  }
  return { kind: 'window', ...(scaler ? { scaler: scaler.toJSON() } : {}) };
}

/** A tokenizer's state without the words that `numWords` leaves out: it numbers texts alike, since it takes those as unknown ones. */
function numberingOf(tokenizer: Tokenizer): object {
  const { options, counts, documents } = tokenizer.toJSON();
  const { numWords = Infinity } = options;
  const { wordIndex } = tokenizer;
  return { options, counts: counts.filter(([word]) => wordIndex[word] < numWords), documents };
}

function outputState({ task, scaler, target }: BundleOptions): { output?: OutputState } {
  if (task !== 'regress') {
    if (target !== undefined) throw new TypeError('toBundle: only task regress has a target.');
    return {};
  }
  if (typeof target === 'object') {
    const state = target.toJSON();
    return { output: { scaler: state, ...(state.shift.length === 1 ? { feature: 0 } : {}) } };
  }
  if (!scaler) {
    if (target !== undefined) throw new TypeError('toBundle: target names a column of the scaler; there is no scaler.');
    return {};
  }
  const state = scaler.toJSON();
  if (target === undefined && state.shift.length > 1)
    throw new TypeError(
      `toBundle: the scaler has ${state.shift.length} features; say by target of which the model's numbers are, or 'all'.`,
    );
  return { output: { scaler: state, ...(target === 'all' ? {} : { feature: target ?? 0 }) } };
}
