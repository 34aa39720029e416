import { checkOptions } from '../options';
import { isListOf, readJson } from './json';

/** Which tokens a `Vocabulary` keeps. */
export interface VocabularyOptions {
  /** At most this many entries, the two special ones included. Default: no limit. */
  maxSize?: number;
  /** Tokens seen less often are unknown. Default: 1. */
  minCount?: number;
}

interface VocabularyState {
  tokens: string[];
  counts: number[];
}

/**
 * The tokens a model knows, and a number for each: 0 is padding, 1 stands for every unknown token, then the tokens by falling
 * frequency (ties in order of first appearance).
 *
 * @example
 * const vocabulary = text.Vocabulary.fromTokens([['the', 'cat', 'sat'], ['the', 'dog']], { maxSize: 4 });
 * console.log(vocabulary.tokens, vocabulary.encode(['the', 'dog'])); // [ '<pad>', '<unk>', 'the', 'cat' ] [ 2, 1 ]
 */
export class Vocabulary {
  static readonly pad = '<pad>';
  static readonly unknown = '<unk>';
  private readonly index: Map<string, number>;

  private constructor(
    /** Every token, at the place of its number. */
    readonly tokens: readonly string[],
    /** How often each was seen while the vocabulary was made; 0 for padding. */
    readonly counts: readonly number[],
  ) {
    this.index = new Map(tokens.map((token, number) => [token, number]));
  }

  /** Makes a vocabulary of tokenized texts. */
  static fromTokens(texts: Iterable<Iterable<string>>, options: VocabularyOptions = {}): Vocabulary {
    checkOptions('Vocabulary.fromTokens', options, ['maxSize', 'minCount']);
    const { maxSize = Infinity, minCount = 1 } = options;
    if (maxSize < 2) throw new RangeError(`maxSize is ${maxSize}; padding and the unknown token alone take 2.`);
    const seen = new Map<string, number>();
    let total = 0;
    for (const text of texts)
      for (const token of text) {
        seen.set(token, (seen.get(token) ?? 0) + 1);
        total++;
      }
    seen.delete(Vocabulary.pad);
    seen.delete(Vocabulary.unknown);
    const kept = [...seen]
      .filter(([, count]) => count >= minCount)
      .sort((a, b) => b[1] - a[1])
      .slice(0, maxSize === Infinity ? undefined : maxSize - 2);
    const known = kept.reduce((sum, [, count]) => sum + count, 0);
    return new Vocabulary(
      [Vocabulary.pad, Vocabulary.unknown, ...kept.map(([token]) => token)],
      [0, total - known, ...kept.map(([, count]) => count)],
    );
  }

  /** How many entries there are, padding and unknown included: the `inputDim` of an embedding. */
  get size(): number {
    return this.tokens.length;
  }

  /** The token's number; 1 when it is unknown. */
  indexOf(token: string): number {
    return this.index.get(token) ?? 1;
  }

  has(token: string): boolean {
    return this.index.has(token);
  }

  /** The numbers of a tokenized text. */
  encode(tokens: Iterable<string>): number[] {
    return Array.from(tokens, (token) => this.indexOf(token));
  }

  /** The tokens of a list of numbers, padding left out; throws on a number outside the vocabulary. */
  decode(numbers: Iterable<number>): string[] {
    const tokens: string[] = [];
    for (const number of numbers) {
      if (number === 0) continue;
      const token = this.tokens[number];
      if (token === undefined)
        throw new RangeError(`There is no token ${number}; this vocabulary has the numbers 0 to ${this.size - 1}.`);
      tokens.push(token);
    }
    return tokens;
  }

  toJSON(): VocabularyState {
    return { tokens: [...this.tokens], counts: [...this.counts] };
  }

  /** A vocabulary from what `JSON.stringify(vocabulary)` wrote; throws a sentence when the text is not that. */
  static fromJSON(json: string): Vocabulary {
    const { tokens, counts } = readJson<VocabularyState>(json, 'a vocabulary', ['tokens', 'counts']);
    const isWhole =
      isListOf(tokens, 'string') &&
      isListOf(counts, 'number') &&
      tokens.length === counts.length &&
      new Set(tokens).size === tokens.length;
    if (!isWhole || tokens[0] !== Vocabulary.pad || tokens[1] !== Vocabulary.unknown)
      throw new Error(
        'This is not a vocabulary: its tokens must begin with padding and unknown and differ, one count for each.',
      );
    return new Vocabulary(tokens, counts);
  }
}
