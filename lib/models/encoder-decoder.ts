/** A network from sequence to sequence: one LSTM reads, another writes from the state that the first has handed over. */
import { tf } from '../backend';
import * as layers from '../layers';
import { checkOptions, positiveInteger } from '../options';
import { beamSearch, padSequences, type BeamSearchOptions, type Hypothesis, type NextTokens } from '../text';

/** Options of {@link encoderDecoder}. */
export interface EncoderDecoderOptions {
  /** How many tokens there are to read; index 0 is padding. */
  sourceTokens: number;
  /** How many tokens there are to write; index 0 is padding. */
  targetTokens: number;
  /** Size of the vectors of tokens. Default: 32. */
  embeddingSize?: number;
  /** Size of the decoder's state; the encoder has half of it in each direction. Default: 128. */
  units?: number;
  /** Whether each step of the decoder may look at all states of the encoder. Default: true. */
  attention?: boolean;
}

/** How `translate` searches; `lines` is the number of the sources. */
export interface TranslateOptions extends Omit<BeamSearchOptions, 'lines'> {
  /** Sources decoded side by side. Default: 256. */
  batchSize?: number;
}

type Pair = [tf.Tensor2D, tf.Tensor2D];

/**
 * An encoder-decoder (Sutskever et al. 2014; Cho et al. 2014). A bidirectional LSTM reads; its last states, forward beside backward, are the
 * first state of the decoder's LSTM. With attention the decoder's output h is compared with every state m of the encoder, by hᵀWm, and
 * what it finds stands beside it in a dense layer of tanh (Luong et al. 2015, "general", without input feeding). The weights are those of
 * `model`, which is trained as any other: by teacher forcing, on `[source, target shifted right]`.
 */
export class EncoderDecoder {
  /** `[source [batch, time], previous tokens [batch, steps]]` to probabilities `[batch, steps, targetTokens]`; 0 is padding on both sides. */
  readonly model: tf.LayersModel;
  private readonly encoder: tf.LayersModel;
  private readonly alignments?: tf.LayersModel;
  private readonly parts: Parts;

  constructor(options: EncoderDecoderOptions) {
    checkOptions('encoderDecoder', options, ['sourceTokens', 'targetTokens', 'embeddingSize', 'units', 'attention']);
    const sizes = {
      sourceTokens: positiveInteger('sourceTokens', options.sourceTokens),
      targetTokens: positiveInteger('targetTokens', options.targetTokens),
      embeddingSize: positiveInteger('embeddingSize', options.embeddingSize ?? 32),
      units: positiveInteger('units', options.units ?? 128),
    };
    if (sizes.units % 2) throw new RangeError(`units is ${sizes.units}; two directions need an even number.`);
    this.parts = partsOf(sizes, options.attention ?? true);
    const source = tf.input({ shape: [null], dtype: 'int32' });
    const previous = tf.input({ shape: [null], dtype: 'int32' });
    const [memory, ...state] = this.parts.encode(source);
    const written = this.parts.write(previous, state)[0];
    const { probabilities, weights } = this.parts.choose(written, memory);
    this.model = tf.model({ inputs: [source, previous], outputs: probabilities });
    this.encoder = tf.model({ inputs: source, outputs: [memory, ...state] });
    if (weights) this.alignments = tf.model({ inputs: [source, previous], outputs: weights });
  }

  /** The decoder at the start of each of these lines, `[lines, time]`: what `beamSearch` asks. Dispose of it after the search. */
  decoder(source: tf.Tensor2D): { next: NextTokens; dispose(): void } {
    const { parts } = this;
    let [memory, ...state] = this.encoder.predict(source) as tf.Tensor[];
    let mask = tf.tidy(() => tf.notEqual(source, 0)) as tf.Tensor;
    const next: NextTokens = (last, from) =>
      tf.tidy(() => {
        const rows = tf.tensor1d(from, 'int32');
        const moved = from.every((row, k) => row === k) && from.length === memory.shape[0];
        const follow = (tensor: tf.Tensor): tf.Tensor => (moved ? tensor : tf.keep(tf.gather(tensor, rows)));
        const [before, memoryBefore, maskBefore] = [state, memory, mask];
        [memory, mask] = [follow(memory), follow(mask)];
        const given = moved ? before : before.map((tensor) => tf.gather(tensor, rows));
        const [written, ...after] = parts.write(tf.tensor2d(last, [last.length, 1], 'int32'), given as Pair);
        state = after.map((tensor) => tf.keep(tensor));
        tf.dispose(moved ? before : [...before, memoryBefore, maskBefore]);
        return parts.choose(written, memory, mask).probabilities.log().dataSync();
      });
    return { next, dispose: () => tf.dispose([memory, mask, ...state]) };
  }

  /** The best `width` continuations of each source, best first. Sources are lists of indices without padding. */
  translate(sources: readonly ArrayLike<number>[], { batchSize = 256, ...search }: TranslateOptions): Hypothesis[][] {
    const results: Hypothesis[][] = [];
    for (let first = 0; first < sources.length; first += positiveInteger('batchSize', batchSize)) {
      const batch = padSequences(sources.slice(first, first + batchSize), { padding: 'post' });
      const decoder = this.decoder(batch);
      try {
        results.push(...beamSearch(decoder.next, { ...search, lines: batch.shape[0] }));
      } finally {
        decoder.dispose();
        batch.dispose();
      }
    }
    return results;
  }

  /** Where each step looks, `[batch, steps, time]`, while it writes after `previous`. Throws on a network without attention. */
  align(source: tf.Tensor2D, previous: tf.Tensor2D): tf.Tensor3D {
    if (!this.alignments) throw new Error('This encoder-decoder has no attention; make it with `attention: true`.');
    return this.alignments.predict([source, previous]) as tf.Tensor3D;
  }
}

/**
 * An encoder-decoder: see `EncoderDecoder`.
 *
 * @example
 * const translator = models.encoderDecoder({ sourceTokens: 20, targetTokens: 12, units: 8 });
 * console.log(translator.model.inputs.length, translator.model.outputs[0].shape); // 2 [ null, null, 12 ]
 * const [found] = translator.translate([[5, 7, 3]], { start: 1, end: 2, maxLength: 6 });
 * console.log(found[0].tokens.length <= 6); // true
 */
export const encoderDecoder = (options: EncoderDecoderOptions): EncoderDecoder => new EncoderDecoder(options);

type Values = tf.SymbolicTensor | tf.Tensor;

/** The three acts of the network, over symbols and over tensors alike. */
interface Parts {
  /** The encoder's states at each step, and its last state. */
  encode<T extends Values>(source: T): T[];
  /** The decoder's outputs, and its last state. */
  write<T extends Values>(previous: T, state: T[]): T[];
  /** The probabilities of the next token, and where attention has looked. Tensors need the mask of the memory; symbols carry it. */
  choose<T extends Values>(written: T, memory: T, mask?: tf.Tensor): { probabilities: T; weights?: T };
}

function partsOf(
  { sourceTokens, targetTokens, embeddingSize, units }: Required<Omit<EncoderDecoderOptions, 'attention'>>,
  attends: boolean,
): Parts {
  const table = (inputDim: number): tf.layers.Layer =>
    layers.embedding({ inputDim, outputDim: embeddingSize, maskZero: true });
  const sequences = { returnSequences: true, returnState: true };
  const [sourceTable, targetTable] = [table(sourceTokens), table(targetTokens)];
  const reader = layers.bidirectional({ layer: layers.lstm({ units: units / 2, ...sequences }) });
  const [joinH, joinC] = [layers.concatenate(), layers.concatenate()];
  const writer = layers.lstm({ units, ...sequences });
  const output = layers.dense({ units: targetTokens, activation: 'softmax' });
  const keys = layers.dense({ units, useBias: false });
  const attention = layers.attention({ returnAttentionScores: true });
  const beside = layers.concatenate();
  const combination = layers.dense({ units, activation: 'tanh' });
  const apply = <T extends Values>(layer: tf.layers.Layer, x: T | T[], kwargs?: object): T =>
    layer.apply(x as tf.Tensor, kwargs as never) as T;
  const applyForList = <T extends Values>(layer: tf.layers.Layer, x: T | T[], kwargs?: object): T[] =>
    apply(layer, x, kwargs) as unknown as T[];
  return {
    encode(source) {
      const [memory, forwardH, forwardC, backwardH, backwardC] = applyForList(reader, apply(sourceTable, source));
      return [memory, apply(joinH, [forwardH, backwardH]), apply(joinC, [forwardC, backwardC])];
    },
    write: (previous, state) => applyForList(writer, [apply(targetTable, previous), ...state]),
    choose(written, memory, mask) {
      if (!attends) return { probabilities: apply(output, written) };
      const masks = mask ? { mask: [null, mask, mask] } : undefined;
      const [found, weights] = applyForList(attention, [written, memory, apply(keys, memory)], masks);
      return { probabilities: apply(output, apply(combination, apply(beside, [found, written]))), weights };
    },
  };
}
