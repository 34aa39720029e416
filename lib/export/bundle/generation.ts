/** How a text goes on, token by token. */
import { tf } from '../../backend';
import { checkOptions } from '../../options';
import { TokenGenerator } from '../../models/token-generator';
import { givesProbabilities, recognise } from '../../models/token-network';
import { RandomStream } from '../../random';
import { sampleToken } from '../../text';
import { InputError } from './input-error';
import type { TextInput } from './text-input';

/** How a text is continued. */
export interface GenerateOptions {
  /** Tokens to write. Default: 200. */
  length?: number;
  /** Default: 1. As in `text.sampleToken`. */
  temperature?: number;
  /** Default: all. As in `text.sampleToken`. */
  topK?: number;
  /** Default: 1. As in `text.sampleToken`. */
  topP?: number;
  /** The same seed gives the same text. Default: another one each time. */
  seed?: number;
  /** Ends the text when it is aborted. */
  signal?: AbortSignal;
}

/** The most tokens that are written in one go. */
export const longestText = 10_000;

/** How many of the last tokens a model without a state of its own reads again at each step. */
const context = 128;

/** Whether the model keeps its state from call to call. */
const isStateful = (model: tf.LayersModel): boolean => model.layers.some((layer) => layer.stateful);

async function* write(
  model: tf.LayersModel,
  input: TextInput,
  fromLogits: boolean,
  prompt: unknown,
  options: GenerateOptions,
): AsyncGenerator<string> {
  checkRange(options);
  const { length = 200, temperature, topK, topP, seed, signal } = options;
  const stream = RandomStream.from(seed ?? Math.floor(Math.random() * 2 ** 31));
  const random = () => stream.uniform();
  const { numbers } = input.prepare(prompt);
  const unwritten = Array.from({ length: input.largest + 1 }, (_, token) => token).filter(
    (token) => input.tokenOf(token) === undefined,
  );
  const generator = generatorOf(model, fromLogits, unwritten);
  if (generator) {
    const sampling = { temperature, topK: topK && Math.min(topK, input.largest + 1), topP, random };
    try {
      for (const stretch of generator.read(numbers).stream(length, { ...sampling, chunk })) {
        for (const token of stretch) {
          if (signal?.aborted) return;
          yield input.separator + input.tokenOf(token)!;
        }
        await new Promise(setImmediate);
      }
    } finally {
      generator.dispose();
    }
    return;
  }
  const step = stepOf(model, fromLogits);
  let logits = step(numbers);
  for (let i = 0; i < length && !signal?.aborted; i++) {
    for (const token of unwritten) logits[token] = -Infinity;
    const next = sampleToken(logits, { temperature, topK: topK && Math.min(topK, logits.length), topP, random });
    yield input.separator + input.tokenOf(next)!;
    await new Promise(setImmediate);
    if (i + 1 < length) logits = step([next]);
  }
}

/** How many tokens are written between two looks at who else waits. */
const chunk = 32;

/** What writes a whole stretch at once, for models that the generation kernels know and that read any number of steps. */
function generatorOf(model: tf.LayersModel, fromLogits: boolean, never: number[]): TokenGenerator | undefined {
  const readsAny = model.inputs[0].shape[1] === null || isStateful(model);
  if (!readsAny || fromLogits === givesProbabilities(model) || 'reason' in recognise(model)) return undefined;
  return new TokenGenerator(model, { never });
}

/** Reads more tokens; gives the logits of the one that follows them all. */
function stepOf(model: tf.LayersModel, fromLogits: boolean): (tokens: number[]) => Float32Array {
  const stateful = isStateful(model);
  const fixed = model.inputs[0].shape[1];
  let read: number[] = [];
  if (stateful) model.resetStates();
  return (tokens) => {
    read = stateful ? tokens : [...read, ...tokens].slice(-(fixed ?? context));
    return tf.tidy(() => {
      const rows =
        fixed === null || read.length === fixed ? read : [...new Array<number>(fixed - read.length).fill(0), ...read];
      const output = model.predict(tf.tensor2d([rows], [1, rows.length], 'int32')) as tf.Tensor;
      const values = output.dataSync() as Float32Array;
      const last = values.slice(values.length - output.shape.at(-1)!);
      return fromLogits ? last : last.map(Math.log);
    });
  };
}

function checkRange(options: GenerateOptions): void {
  checkOptions('generate', options, ['length', 'temperature', 'topK', 'topP', 'seed', 'signal']);
  const { length = 1, temperature = 1, topK = 1, topP = 1, seed = 0 } = options;
  const isWhole = (n: number, least: number, most: number) => Number.isInteger(n) && n >= least && n <= most;
  if (!isWhole(length, 1, longestText)) throw new InputError(`length is a whole number from 1 to ${longestText}.`);
  if (!(temperature >= 0 && temperature <= 100)) throw new InputError('temperature is a number from 0 to 100.');
  if (!isWhole(topK, 1, 2 ** 31)) throw new InputError('topK is a whole number of at least 1.');
  if (!(topP > 0 && topP <= 1)) throw new InputError('topP is a number above 0 and up to 1.');
  if (!isWhole(seed, 0, 2 ** 32 - 1)) throw new InputError('seed is a whole number from 0 to 4294967295.');
}

/** Throws when a model cannot write texts of these tokens. */
function check(model: tf.LayersModel, input: TextInput): void {
  const width = model.outputs[0].shape.at(-1);
  if (width !== input.largest + 1)
    throw new Error(`the model chooses among ${width} tokens; there are ${input.largest + 1}, number 0 included`);
  const [rows] = model.inputs[0].shape;
  if (rows !== null && rows !== 1)
    throw new Error(
      `the model reads ${rows} texts at once (batchInputShape); to write one, build it with batchInputShape: [1, null] and copy its weights by setWeights`,
    );
}

export const generate = Object.assign(write, { check });
