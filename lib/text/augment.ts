import { checkOptions } from '../options';

/** How `augment` changes a text: each a share of its tokens, 0 unless given. */
export interface AugmentOptions<Token = string> {
  /** Tokens replaced by one of their synonyms, where they have any. */
  replacement?: number;
  /** Synonyms of tokens of the text put in at random places, in proportion to its length. */
  insertion?: number;
  /** Exchanges of two tokens anywhere, in proportion to the text's length. */
  swap?: number;
  /** Tokens left out; of a text that would lose all, one stays. */
  deletion?: number;
  /** Tokens replaced by `unknown` (word dropout, Iyyer et al. 2015). */
  dropout?: number;
  /** What may stand for a token; `replacement` and `insertion` need it. `WordVectors.mostSimilar` is one source. */
  synonyms?: (token: Token) => readonly Token[];
  /** What `dropout` puts in, usually the vocabulary's token for unknown words. */
  unknown?: Token;
  /** The source of randomness, numbers in [0, 1). Default: `Math.random`, which follows `train.seed`. */
  random?: () => number;
}

const shares = ['replacement', 'insertion', 'swap', 'deletion', 'dropout'] as const;

/**
 * A changed copy of a tokenized text, to train on beside the text itself: the four changes of Wei and Zou 2019 (EDA), in the order
 * replacement, insertion, swap, deletion, and then dropout. Each token is replaced, deleted or dropped with its share as probability;
 * of insertions and swaps there are share times length, rounded up with the probability of what is left. Tokens may be words, characters or numbers.
 *
 * @example
 * const random = new series.RandomState(3);
 * const options = { deletion: 0.3, swap: 0.2, random: () => random.random() };
 * console.log(text.augment(['not', 'a', 'very', 'good', 'film'], options)); // [ 'a', 'good', 'very' ]
 */
export function augment<Token>(tokens: readonly Token[], options: AugmentOptions<Token>): Token[] {
  checkOptions('augment', options, [...shares, 'synonyms', 'unknown', 'random']);
  for (const name of shares) {
    const share = options[name] ?? 0;
    if (!(share >= 0 && share <= 1))
      throw new RangeError(`${name} is ${share}; give a share of the tokens from 0 to 1.`);
  }
  const { replacement = 0, insertion = 0, swap = 0, deletion = 0, dropout = 0, synonyms, unknown } = options;
  if ((replacement > 0 || insertion > 0) && !synonyms)
    throw new TypeError('replacement and insertion need `synonyms`, a function from a token to what may stand for it.');
  if (dropout > 0 && unknown === undefined)
    throw new TypeError('dropout needs `unknown`, the token that is put in for those that it drops.');
  const random = options.random ?? Math.random;
  const below = (n: number): number => Math.floor(random() * n);
  const happens = (probability: number): boolean => probability > 0 && random() < probability;
  const times = (share: number): number => {
    const expected = share * tokens.length;
    return Math.floor(expected) + (happens(expected % 1) ? 1 : 0);
  };
  const synonymOf = (token: Token): Token | undefined => {
    const known = synonyms!(token);
    return known.length > 0 ? known[below(known.length)] : undefined;
  };

  let changed = tokens.map((token) => (happens(replacement) ? (synonymOf(token) ?? token) : token));
  if (changed.length === 0) return changed;
  for (let k = times(insertion); k > 0; k--) {
    const token = synonymOf(tokens[below(tokens.length)]);
    if (token !== undefined) changed.splice(below(changed.length + 1), 0, token);
  }
  for (let k = times(swap); k > 0; k--) {
    const [a, b] = [below(changed.length), below(changed.length)];
    [changed[a], changed[b]] = [changed[b], changed[a]];
  }
  if (deletion > 0) {
    const kept = changed.filter(() => !happens(deletion));
    changed = kept.length > 0 ? kept : [changed[below(changed.length)]];
  }
  return dropout > 0 ? changed.map((token) => (happens(dropout) ? (unknown as Token) : token)) : changed;
}
