/** Going on with a text by a network that says which token comes next. */
import { tf } from '../backend';
import {
  checkSampling,
  generationTier,
  readAndDraw,
  type SamplingOptions,
  type Stretch,
  type TierName,
  type TokenNetwork,
  type Written,
} from '../kernels';
import { checkOptions, positiveInteger } from '../options';
import { givesProbabilities, recognise, type Recognised } from './token-network';

/** What a generator is told once. */
export interface TokenGeneratorOptions {
  /** Tokens that are never written, for one because no text stands for them. Default: none. */
  never?: readonly number[];
}

/** How `stream` writes. */
export interface StreamOptions extends SamplingOptions {
  /** How many tokens come at once. Default: 64. */
  chunk?: number;
}

/**
 * Reads tokens and writes more of them, each drawn from what a model says of the next (`text.sampleToken`) and then read in its turn. A
 * model of an embedding (or one-hot input), LSTM, GRU or SimpleRNN layers and a dense or tiedDense layer need not be stateful, may have any batch size
 * and number of steps, and is computed by one operation a stretch, with the weights that it has at that moment; `tier` says by which kernels.
 * For any other model `tier` is 'predict' and `reason` says why: `model.predict` then takes one token after the other, and the
 * model must be stateful with the input shape [1, 1] or [1, null]. The same random numbers give the same tokens on each tier, but for
 * differences of rounding.
 */
export class TokenGenerator {
  private readonly recognised: Recognised;
  private readonly never: readonly number[];
  /** Read by nobody yet. */
  private pending: number[] = [];
  private state: tf.Tensor2D[] = [];

  /** @throws Error when `model.predict` has to compute and the model keeps no state */
  constructor(
    private readonly model: tf.LayersModel,
    { never = [] }: TokenGeneratorOptions = {},
  ) {
    this.never = never;
    this.recognised = recognise(model);
    if ('reason' in this.recognised) checkStateful(model, this.recognised.reason);
    this.reset();
  }

  /** What computes: a tier of the kernels, or `model.predict` token by token. */
  get tier(): TierName | 'predict' {
    const { recognised } = this;
    if ('reason' in recognised) return 'predict';
    let name: TierName = 'portable';
    tf.tidy(() => void ({ name } = generationTier(recognised.network())));
    return name;
  }

  /** Why the kernels cannot compute this model; undefined when they do. */
  get reason(): string | undefined {
    return 'reason' in this.recognised ? this.recognised.reason : undefined;
  }

  /** Takes tokens as the next part of the text. */
  read(tokens: ArrayLike<number>): this {
    this.pending.push(...Array.from(tokens));
    return this;
  }

  /** The next `length` tokens. @throws Error when no token has been read, RangeError when the model has diverged */
  generate(length: number, options: SamplingOptions = {}): Int32Array {
    const [written] = this.stream(length, { ...options, chunk: length });
    return written;
  }

  /** The same piece by piece, as they come. */
  *stream(length: number, options: StreamOptions = {}): Generator<Int32Array, void, undefined> {
    const { chunk = 64, ...sampling } = options;
    checkOptions('stream', sampling, ['temperature', 'topK', 'topP', 'random']);
    const { temperature = 1, topK = Infinity, topP = 1, random = Math.random } = sampling;
    checkSampling({ temperature, topK, topP });
    const settings = { temperature: Math.fround(temperature), topK, topP: Math.fround(topP) };
    positiveInteger('length', length);
    positiveInteger('chunk', chunk);
    for (let left = length; left > 0; left -= chunk)
      yield this.write({ settings, uniforms: Float32Array.from({ length: Math.min(chunk, left) }, random) });
  }

  /** Forgets all that was read and written. */
  reset(): this {
    this.dispose();
    this.pending = [];
    if ('network' in this.recognised) this.state = this.recognised.states.map((units) => tf.zeros([1, units]));
    else this.model.resetStates();
    return this;
  }

  /** Frees the state. The model stays as it is. */
  dispose(): void {
    tf.dispose(this.state);
    this.state = [];
  }

  private write(how: Pick<Stretch, 'settings' | 'uniforms'>): Int32Array {
    if (this.pending.length === 0)
      throw new Error('There is no token to go on from: give the beginning of the text to read([…]) first.');
    const { tokens, state } = this.run({ ...how, tokens: this.pending, state: this.state });
    tf.dispose(this.state);
    this.state = state.map((tensor) => tf.keep(tensor));
    this.pending = [...tokens.subarray(-1)];
    return tokens;
  }

  private run(stretch: Stretch): Pick<Written, 'tokens' | 'state'> {
    const { recognised, model, never } = this;
    if ('reason' in recognised) return { tokens: predict(model, stretch, never), state: [] };
    let tokens = new Int32Array();
    const state = tf.tidy(() => {
      const network = without(recognised.network(), never);
      const written = generationTier(network).run(network, stretch);
      tokens = written.tokens as Int32Array<ArrayBuffer>;
      return written.state;
    });
    return { tokens, state };
  }
}

/**
 * A generator of tokens: see `TokenGenerator`.
 *
 * @example
 * const embedding = layers.embedding({ inputDim: 10, outputDim: 8, inputLength: 4 });
 * const recurrent = layers.lstm({ units: 8, returnSequences: true });
 * const model = tf.sequential({ layers: [embedding, recurrent, layers.dense({ units: 10 })] });
 * const generator = models.tokenGenerator(model).read([1, 2, 3]);
 * console.log(generator.generate(5, { temperature: 0.8 }).length); // 5
 */
export function tokenGenerator(model: tf.LayersModel, options: TokenGeneratorOptions = {}): TokenGenerator {
  checkOptions('tokenGenerator', options, ['never']);
  return new TokenGenerator(model, options);
}

/** A logit so low that its token is not drawn at any temperature. */
const lowest = -1e30;

/** The network with the logits of some tokens as low as can be. */
function without(network: TokenNetwork, never: readonly number[]): TokenNetwork {
  if (never.length === 0) return network;
  const low = new Float32Array(network.dense.shape[1]);
  for (const token of never) low[token] = lowest;
  const bias = tf.tensor1d(low);
  return { ...network, denseBias: network.denseBias ? network.denseBias.add(bias) : bias };
}

/** A stretch by `model.predict`, one token after the other. */
function predict(model: tf.LayersModel, stretch: Stretch, never: readonly number[]): Int32Array {
  const probabilities = givesProbabilities(model);
  const oneHot = model.inputs[0].rank === 3 && model.inputs[0].shape[2]!;
  const read = (token: number): Float32Array =>
    tf.tidy(() => {
      const x = tf.tensor2d([token], [1, 1], 'int32');
      const next = model.predict(oneHot ? tf.oneHot(x, oneHot).toFloat() : x) as tf.Tensor;
      const logits = (probabilities ? next.log() : next).dataSync() as Float32Array;
      for (const token of never) logits[token] = -Infinity;
      return logits;
    });
  return readAndDraw(stretch, read).tokens;
}

function checkStateful(model: tf.LayersModel, reason: string): void {
  const [batch, time] = model.inputs[0].shape;
  const keeps = model.layers.filter((layer) => layer instanceof tf.layers.RNN).every((layer) => layer.stateful);
  if (keeps && batch === 1 && (time === 1 || time === null)) return;
  throw new Error(
    `models.tokenGenerator: ${reason}, so model.predict has to compute token by token. For that the recurrent layers must be made with ` +
      `\`stateful: true\`, and the input shape must be [1, 1] or [1, null]; it is [${[batch, time].map(String).join(', ')}].`,
  );
}
