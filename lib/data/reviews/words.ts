/** Words and their ranks as Keras's IMDB data set has them. */
import { tokenize } from '../../text/tokenize';

/** Texts as ranks, one after the other, and where each text ends. */
export interface RankedTexts {
  ranks: Int32Array;
  ends: Uint32Array;
}

/**
 * Ranks the words of texts by how often they occur, from 1 (of two equally frequent words the one that occurs first has the lower rank),
 * and gives the texts as ranks.
 */
export function rankWords(texts: string[]): { words: string[]; ranked: RankedTexts } {
  const ids = new Map<string, number>();
  const counts: number[] = [];
  const found = collect(texts, (word) => {
    let id = ids.get(word);
    if (id === undefined) ids.set(word, (id = counts.push(0) - 1));
    counts[id]++;
    return id;
  });
  const names = [...ids.keys()];
  const byCount = counts.map((_, id) => id).sort((a, b) => counts[b] - counts[a]); // stable: first come, first ranked
  const rankOf = new Int32Array(counts.length);
  byCount.forEach((id, i) => (rankOf[id] = i + 1));
  return {
    words: byCount.map((id) => names[id]),
    ranked: { ranks: found.ranks.map((id) => rankOf[id]), ends: found.ends },
  };
}

/** Texts as ranks of known words; other words are left out, as Keras's Tokenizer leaves them out. */
export function lookUpWords(texts: string[], words: string[]): RankedTexts {
  const index = new Map(words.map((word, i) => [word, i + 1]));
  return collect(texts, (word) => index.get(word));
}

function collect(texts: string[], numberOf: (word: string) => number | undefined): RankedTexts {
  let ranks = new Int32Array(1 << 16);
  let length = 0;
  const ends = new Uint32Array(texts.length);
  texts.forEach((text, i) => {
    for (const word of tokenize(text)) {
      const number = numberOf(word);
      if (number === undefined) continue;
      if (length === ranks.length) {
        const grown = new Int32Array(2 * length);
        grown.set(ranks);
        ranks = grown;
      }
      ranks[length++] = number;
    }
    ends[i] = length;
  });
  return { ranks: ranks.slice(0, length), ends };
}

/** How ranks become the numbers of a sequence; names and defaults are those of Keras's `imdb.load_data`. */
export interface SequenceOptions {
  /** Keep words whose number is below this; the others become `oovChar`. Default: all words. */
  numWords?: number;
  /** The most frequent words that are left out (as `oovChar`). Default 0. */
  skipTop?: number;
  /** Leave out reviews with this many numbers or more. Default: none. */
  maxLen?: number;
  /** Begins each sequence; null for nothing. Default 1. */
  startChar?: number | null;
  /** Stands for words that are left out; null drops them. Default 2. */
  oovChar?: number | null;
  /** Added to each rank, to make room for padding (0), start and unknown. Default 3. */
  indexFrom?: number;
}

/** Turns ranks into numbers by Keras's rules: rank + indexFrom, or oovChar when that is not below numWords or is below skipTop. */
export function numberWords(ranks: ArrayLike<number>, options: SequenceOptions): Int32Array {
  const { numWords = Infinity, skipTop = 0, startChar = 1, oovChar = 2, indexFrom = 3 } = options;
  const numbers = new Int32Array(ranks.length + 1);
  let length = 0;
  const put = (number: number) => {
    if (number >= skipTop && number < numWords) numbers[length++] = number;
    else if (oovChar !== null) numbers[length++] = oovChar;
  };
  if (startChar !== null) put(startChar);
  for (let i = 0; i < ranks.length; i++) put(ranks[i] + indexFrom);
  return numbers.subarray(0, length);
}

/** Throws when options of a sequence cannot be meant. */
export function checkSequenceOptions({ numWords, skipTop, maxLen, indexFrom = 3 }: SequenceOptions): void {
  const whole = (name: string, value: number | undefined, least: number) => {
    if (value === undefined || (Number.isInteger(value) && value >= least)) return;
    throw new RangeError(`${name} is ${value}; it must be an integer of at least ${least}.`);
  };
  whole('numWords', numWords, indexFrom + 1);
  whole('skipTop', skipTop, 0);
  whole('maxLen', maxLen, 1);
  whole('indexFrom', indexFrom, 0);
}
