import { checkOptions } from '../options';
import { readJson } from './json';
import { tokenize, type TokenOptions } from './tokenize';

/** How a `Tokenizer` cuts and numbers texts; the names and defaults are those of Keras's Tokenizer. */
export interface TokenizerOptions extends Omit<TokenOptions, 'pattern' | 'ignore'> {
  /** Keep only the `numWords - 1` most frequent words when encoding. Default: all. */
  numWords?: number;
  /** A word that stands for all unknown words and takes index 1. Default: unknown words are left out. */
  oovToken?: string;
}

interface TokenizerState {
  options: TokenizerOptions;
  counts: [string, number][];
  documents: number;
}

/**
 * Turns texts into lists of word indices: the more frequent the word, the smaller its index, ties in order of first appearance;
 * index 0 is never given, it is for padding. Same indices as `keras.preprocessing.text.Tokenizer`.
 *
 * @example
 * const tokenizer = new text.Tokenizer({ numWords: 100, oovToken: '<unknown>' });
 * tokenizer.fitOnTexts(['The cat sat.', 'The dog sat!']);
 * console.log(tokenizer.textsToSequences(['The bird sat'])); // [ [ 2, 1, 3 ] ]
 * console.log(tokenizer.sequencesToTexts([[2, 1, 3]])); // [ 'the <unknown> sat' ]
 */
export class Tokenizer {
  private readonly counts = new Map<string, number>();
  private indexOf = new Map<string, number>();
  private documents = 0;

  constructor(readonly options: TokenizerOptions = {}) {
    checkOptions('Tokenizer', options, ['numWords', 'filters', 'lower', 'split', 'charLevel', 'oovToken']);
    const { numWords, split } = options;
    if (split === '') throw new RangeError('split is empty; to make every character a token, give charLevel: true.');
    if (numWords !== undefined && (!Number.isInteger(numWords) || numWords < 1))
      throw new RangeError(
        `numWords is ${numWords}; give a whole number of at least 1, or leave it out to keep all words.`,
      );
  }

  /** Cuts one text into tokens. */
  tokens(text: string): string[] {
    return tokenize(text, this.options);
  }

  /** Counts the words of these texts, in addition to all counted before, and gives indices anew. */
  fitOnTexts(texts: Iterable<string>): this {
    for (const text of eachText(texts, 'fitOnTexts')) {
      this.documents++;
      for (const token of this.tokens(text)) this.counts.set(token, (this.counts.get(token) ?? 0) + 1);
    }
    const { oovToken } = this.options;
    const ranked = [...this.counts].sort((a, b) => b[1] - a[1]).map(([token]) => token);
    const words = oovToken === undefined ? ranked : [oovToken, ...ranked.filter((token) => token !== oovToken)];
    this.indexOf = new Map(words.map((token, rank) => [token, rank + 1]));
    return this;
  }

  /** Each word's index, from 1; all words, also those that `numWords` leaves out when encoding. */
  get wordIndex(): Record<string, number> {
    return Object.fromEntries(this.indexOf);
  }

  /** How often each word was seen. */
  get wordCounts(): Record<string, number> {
    return Object.fromEntries(this.counts);
  }

  /** How many texts were counted. */
  get documentCount(): number {
    return this.documents;
  }

  /** Encodes texts as lists of indices; unknown words become the `oovToken`'s index or are left out. */
  textsToSequences(texts: Iterable<string>): number[][] {
    return Array.from(eachText(texts, 'textsToSequences'), (text) =>
      this.numbersOf(this.tokens(text)).filter((index): index is number => index !== undefined),
    );
  }

  /** The index of each token; for an unknown one the `oovToken`'s, or undefined where it would be left out. */
  numbersOf(tokens: readonly string[]): (number | undefined)[] {
    const { numWords = Infinity, oovToken } = this.options;
    const oov = oovToken === undefined ? undefined : this.indexOf.get(oovToken);
    return tokens.map((token) => {
      const index = this.indexOf.get(token);
      return index !== undefined && index < numWords ? index : oov;
    });
  }

  /** Turns lists of indices back into texts; indices without a word become the `oovToken` or are left out. */
  sequencesToTexts(sequences: Iterable<ArrayLike<number>>): string[] {
    const { numWords = Infinity, oovToken } = this.options;
    const words = [...this.indexOf.keys()];
    return Array.from(sequences, (sequence) =>
      Array.from(sequence, (index) => (index >= 1 && index < numWords ? words[index - 1] : undefined) ?? oovToken)
        .filter((word) => word !== undefined)
        .join(' '),
    );
  }

  /** The state as a JSON text that `Tokenizer.fromJSON` reads. */
  toJSON(): TokenizerState {
    return { options: this.options, counts: [...this.counts], documents: this.documents };
  }

  /** A tokenizer from what `JSON.stringify(tokenizer)` wrote; throws a sentence when the text is not that. */
  static fromJSON(json: string): Tokenizer {
    const state = readJson<TokenizerState>(json, 'a tokenizer', ['options', 'counts', 'documents']);
    const { options, counts, documents } = state;
    const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
    const isPair = (pair: unknown) =>
      Array.isArray(pair) && pair.length === 2 && typeof pair[0] === 'string' && isCount(pair[1]);
    if (!Array.isArray(counts) || !counts.every(isPair) || !isCount(documents))
      throw new Error('This is not a tokenizer: its counts must be pairs of a token and a whole number.');
    const tokenizer = new Tokenizer(options);
    for (const [token, count] of counts) tokenizer.counts.set(token, count);
    tokenizer.fitOnTexts([]);
    tokenizer.documents = documents;
    return tokenizer;
  }
}

/** Hands over texts; a single text would be read letter by letter. */
function* eachText(texts: Iterable<string>, reader: string): Generator<string> {
  if (typeof texts === 'string') throw new TypeError(`${reader} takes a list of texts; for one text write [text].`);
  let place = 0;
  for (const text of texts) {
    if (typeof text !== 'string') throw new TypeError(`${reader}: text ${place} is ${String(text)}, and no string.`);
    place++;
    yield text;
  }
}
