/** Texts on their way into a model: cut into tokens, numbered, padded, as they were in training. */
import { tf } from '../../backend';
import {
  padSequences,
  tokenize,
  Tokenizer,
  truncate,
  Vocabulary,
  words,
  type PaddingOptions,
  type TokenOptions,
} from '../../text';
import { InputError } from './input-error';

/** How a text is cut for a vocabulary: `text.words`, single characters, or the options of `text.tokenize` that are no patterns. */
export type Cut = 'words' | 'characters' | Omit<TokenOptions, 'pattern' | 'ignore'>;

/** What a bundle holds of its {@link TextInput}. */
export interface TextState {
  kind: 'text';
  tokenizer?: object;
  vocabulary?: object;
  cut?: Cut;
  padding: PaddingOptions;
}

/** A text as numbers, and the token that each of them stands for. */
export interface TextSample {
  numbers: number[];
  tokens: string[];
}

export class TextInput {
  readonly kind = 'text';

  /** @param numbering a tokenizer, which cuts texts by itself, or a vocabulary with the way to cut them */
  constructor(
    private readonly numbering: Tokenizer | { vocabulary: Vocabulary; cut: Cut },
    private readonly padding: PaddingOptions,
    /** Whether the model leaves padding out, so that texts of different lengths can share a batch. */
    private readonly masks: boolean,
  ) {}

  /** The numbers of a text, cut to the longest that the model reads. @throws InputError when it is no text, or no token of it is known. */
  prepare(raw: unknown): TextSample {
    if (typeof raw !== 'string') throw new InputError('This model reads a text; it was given something else.');
    const { maxLen = Infinity, truncating = 'pre' } = this.padding;
    const known = this.numbered(raw);
    if (known.length === 0) throw new InputError('The text holds no word that this model knows.');
    const places = truncate(
      known.map((_, place) => place),
      maxLen,
      truncating,
    );
    return { numbers: places.map((place) => known[place][0]), tokens: places.map((place) => known[place][1]) };
  }

  /** Each token of a text with its number; those that the tokenizer leaves out are not there. */
  private numbered(raw: string): [number, string][] {
    if (!(this.numbering instanceof Tokenizer)) {
      const { vocabulary, cut } = this.numbering;
      return cutUp(raw, cut).map((token) => [vocabulary.indexOf(token), token]);
    }
    const tokenizer = this.numbering;
    const tokens = tokenizer.tokens(raw);
    const numbers = tokenizer.numbersOf(tokens);
    return tokens.flatMap((token, i): [number, string][] => {
      const number = numbers[i];
      return number === undefined ? [] : [[number, token]];
    });
  }

  /** Samples that may share a batch: those of one length where the model would see the padding, else all. */
  batchKey({ numbers }: TextSample): number {
    return this.masks || this.padding.maxLen !== undefined ? 0 : numbers.length;
  }

  /** Samples as a batch `[batch, time]`, int32. */
  stack(samples: TextSample[]): tf.Tensor {
    return padSequences(
      samples.map(({ numbers }) => numbers),
      this.padding,
    );
  }

  /** Those of a row's values, one for each step of a batch, that belong to its `count` tokens and not to padding. */
  unpadded<T>(values: T[], count: number): T[] {
    return this.padding.padding === 'post' ? values.slice(0, count) : values.slice(values.length - count);
  }

  /** The token of a number; undefined for padding and for what stands for unknown tokens. */
  tokenOf(number: number): string | undefined {
    if (!(this.numbering instanceof Tokenizer))
      return number < 2 ? undefined : this.numbering.vocabulary.tokens[number];
    const text = this.numbering.sequencesToTexts([[number]])[0];
    return text === '' || text === this.numbering.options.oovToken ? undefined : text;
  }

  /** What stands between two tokens of a text. */
  get separator(): string {
    if (!(this.numbering instanceof Tokenizer)) return isByCharacter(this.numbering.cut) ? '' : ' ';
    return this.numbering.options.charLevel ? '' : (this.numbering.options.split ?? ' ');
  }

  /** The largest number that a token can get. */
  get largest(): number {
    if (!(this.numbering instanceof Tokenizer)) return this.numbering.vocabulary.size - 1;
    const { numWords = Infinity } = this.numbering.options;
    return Math.min(numWords - 1, Object.keys(this.numbering.wordIndex).length);
  }

  toJSON(): TextState {
    const { padding } = this;
    if (this.numbering instanceof Tokenizer) return { kind: 'text', tokenizer: this.numbering.toJSON(), padding };
    const { vocabulary, cut } = this.numbering;
    return { kind: 'text', vocabulary: vocabulary.toJSON(), cut, padding };
  }

  /** The input that `toJSON` described. @throws Error when it is not that. */
  static fromJSON({ tokenizer, vocabulary, cut, padding }: TextState, masks: boolean): TextInput {
    if ((tokenizer === undefined) === (vocabulary === undefined))
      throw new Error('a model of texts has a tokenizer or a vocabulary, and not both');
    const numbering =
      tokenizer === undefined
        ? { vocabulary: Vocabulary.fromJSON(JSON.stringify(vocabulary)), cut: cut ?? 'words' }
        : Tokenizer.fromJSON(JSON.stringify(tokenizer));
    return new TextInput(numbering, padding ?? {}, masks);
  }
}

function cutUp(text: string, cut: Cut): string[] {
  if (cut === 'words') return words(text);
  return cut === 'characters' ? [...text] : tokenize(text, cut);
}

const isByCharacter = (cut: Cut): boolean =>
  cut === 'characters' || (typeof cut === 'object' && cut.charLevel === true);
