/** How a text is cut into tokens; the names and defaults of the first five are those of Keras's Tokenizer. */
export interface TokenOptions {
  /** Characters that are replaced by the separator before splitting. Default: Keras's list of punctuation, tab and newline. */
  filters?: string;
  /** Lower-case the text first. Default: true. */
  lower?: boolean;
  /** The separator of words. Default: a space. */
  split?: string;
  /** Treat every character as a token; nothing is filtered then. Default: false. */
  charLevel?: boolean;
  /** What a token looks like, a regular expression with the flag g; it takes the place of `filters` and `split`. */
  pattern?: RegExp;
  /** What is replaced by a space before the pattern is applied, for example markup; a regular expression with the flag g. */
  ignore?: RegExp;
}

const kerasFilters = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n';

/**
 * Cuts a text into tokens: as Keras's Tokenizer does, or by a pattern.
 *
 * @example
 * console.log(text.tokenize('The cat, again!')); // [ 'the', 'cat', 'again' ]
 * console.log(text.tokenize('abc', { charLevel: true })); // [ 'a', 'b', 'c' ]
 */
export function tokenize(text: string, options: TokenOptions = {}): string[] {
  const { lower = true, charLevel = false, split = ' ', filters = kerasFilters, pattern, ignore } = options;
  const cased = lower ? text.toLowerCase() : text;
  if (charLevel) return [...cased];
  if (pattern) return (ignore ? cased.replace(ignore, ' ') : cased).match(pattern) ?? [];
  if (split.length === 1) return cased.match(noneOf(filters + split)) ?? [];
  return [...cased]
    .map((character) => (filters.includes(character) ? split : character))
    .join('')
    .split(split)
    .filter((token) => token.length > 0);
}

const wordTokens: TokenOptions = { pattern: /[\p{L}\p{N}]+(?:['’][\p{L}]+)*|[!?]/gu, ignore: /<br\s*\/?>/g };

/**
 * The words of a text in lower case, contractions whole, `!` and `?` as words of their own; HTML line breaks are spaces.
 *
 * @example
 * console.log(text.words("It isn't bad, is it?")); // [ 'it', "isn't", 'bad', 'is', 'it', '?' ]
 */
export function words(text: string): string[] {
  return tokenize(text, wordTokens);
}

const patterns = new Map<string, RegExp>();

/** Matches each stretch of other characters than these. */
function noneOf(characters: string): RegExp {
  let pattern = patterns.get(characters);
  if (!pattern) {
    pattern = new RegExp(`[^${characters.replace(/[\\\]^-]/g, '\\$&')}]+`, 'gu');
    patterns.set(characters, pattern);
  }
  return pattern;
}
