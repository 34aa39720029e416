import { readJson } from './json';

/** How a `Tokenizer` cuts texts; the names and defaults are those of Keras's Tokenizer. */
export interface TokenizerOptions {
  /** Keep only the `numWords - 1` most frequent words when encoding. Default: all. */
  numWords?: number;
  /** Characters that are replaced by the separator before splitting. Default: Keras's list of punctuation, tab and newline. */
  filters?: string;
  /** Lower-case the text first. Default: true. */
  lower?: boolean;
  /** The separator of words. Default: a space. */
  split?: string;
  /** Treat every character as a token. Default: false. */
  charLevel?: boolean;
  /** A word that stands for all unknown words and takes index 1. Default: unknown words are left out. */
  oovToken?: string;
}

interface TokenizerState {
  options: TokenizerOptions;
  counts: [string, number][];
  documents: number;
}

const kerasFilters = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n';

/**
 * Turns texts into lists of word indices: the more frequent the word, the smaller its index, ties in order of first appearance;
 * index 0 is never given, it is for padding. Same indices as `keras.preprocessing.text.Tokenizer`.
 */
export class Tokenizer {
  private readonly counts = new Map<string, number>();
  private indexOf = new Map<string, number>();
  private documents = 0;

  constructor(readonly options: TokenizerOptions = {}) {
    const { numWords } = options;
    if (numWords !== undefined && (!Number.isInteger(numWords) || numWords < 1))
      throw new RangeError(
        `numWords is ${numWords}; give a whole number of at least 1, or leave it out to keep all words.`,
      );
  }

  /** Cuts one text into tokens. */
  tokens(text: string): string[] {
    const { lower = true, charLevel = false, split = ' ', filters = kerasFilters } = this.options;
    const cased = lower ? text.toLowerCase() : text;
    if (charLevel) return [...cased];
    const unwanted = new Set(filters);
    let clean = '';
    for (const character of cased) clean += unwanted.has(character) ? split : character;
    return clean.split(split).filter((token) => token.length > 0);
  }

  /** Counts the words of these texts, in addition to all counted before, and gives indices anew. */
  fitOnTexts(texts: Iterable<string>): this {
    for (const text of texts) {
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
    const { numWords = Infinity, oovToken } = this.options;
    const oov = oovToken === undefined ? undefined : this.indexOf.get(oovToken);
    return Array.from(texts, (text) => {
      const sequence: number[] = [];
      for (const token of this.tokens(text)) {
        const index = this.indexOf.get(token);
        if (index !== undefined && index < numWords) sequence.push(index);
        else if (oov !== undefined) sequence.push(oov);
      }
      return sequence;
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
    const tokenizer = new Tokenizer(state.options);
    for (const [token, count] of state.counts) tokenizer.counts.set(token, count);
    tokenizer.fitOnTexts([]);
    tokenizer.documents = state.documents;
    return tokenizer;
  }
}
