import { interruptSignal } from '../notebook';
import { checkOptions } from '../options';
import { nextTurn } from '../platform';
import { nextSeed, RandomStream } from '../random';
import { skipGramPass, type SkipGramPass, type SkipGramState } from '../kernels';
import { WordVectors } from './word-vectors';

/** How word vectors are trained; defaults are those of the word2vec program where it has them. */
export interface Word2VecOptions {
  /** Numbers in a vector. Default: 128. */
  dim?: number;
  /** A word's context is drawn from 1 to this many words on either side. Default: 5. */
  window?: number;
  /** Noise words for each centre word. Default: 5. */
  negative?: number;
  /** Words seen less often are left out. Default: 5. */
  minCount?: number;
  /** At most this many words, the most frequent. Default: 30,000. */
  maxVocabulary?: number;
  /** Passes over the text. Default: 3. */
  epochs?: number;
  /** The first learning rate; it falls linearly to a thousandth of itself. Default: 0.025. */
  learningRate?: number;
  /** Words more frequent than this share of the text are thinned out; 0 keeps all. Default: 0.001. */
  subsample?: number;
  /** The same seed gives the same vectors. Default: from the global seed. */
  seed?: number;
  /** Called after each stretch of text. */
  onProgress?: (progress: Word2VecProgress) => void;
}

/** How far training has come. */
export interface Word2VecProgress {
  /** The running pass over the text, counted from 1. */
  epoch: number;
  /** From 0 to 1, over all epochs. */
  done: number;
  /** Pairs of words trained so far. */
  pairs: number;
  /** Since the training began. */
  seconds: number;
}

const optionNames = [
  ...['dim', 'window', 'negative', 'minCount', 'maxVocabulary', 'epochs', 'learningRate', 'subsample', 'seed'],
  'onProgress',
];

const stretch = 500_000;
const tableSize = 1 << 20;

/**
 * Learns word vectors from tokenized texts by skip-gram with negative sampling (Mikolov et al. 2013): a word's vector is trained to tell
 * the words that stand around it from words drawn at random. Yields to the event loop between stretches of half a million words, and stops
 * there when the reader interrupts the cell. Throws when no word is frequent enough.
 *
 * @example
 * const texts = Array.from({ length: 200 }, (_, k) => (k % 2 ? ['hot', 'tea', 'cup'] : ['cold', 'ice', 'snow']));
 * const vectors = await text.trainWord2Vec(texts, { dim: 8, minCount: 1, epochs: 5, seed: 1, subsample: 0 });
 * console.log(vectors.similarity('hot', 'tea') > vectors.similarity('hot', 'snow')); // true
 */
export async function trainWord2Vec(
  texts: Iterable<readonly string[]>,
  options: Word2VecOptions = {},
): Promise<WordVectors> {
  checkOptions('trainWord2Vec', options, optionNames);
  const { dim = 128, window = 5, negative = 5, minCount = 5, maxVocabulary = 30_000 } = options;
  const { epochs = 3, learningRate = 0.025, subsample = 1e-3, seed = nextSeed(), onProgress } = options;
  for (const [name, value] of Object.entries({ dim, window, minCount, maxVocabulary, epochs }))
    if (!Number.isInteger(value) || value < 1)
      throw new RangeError(`${name} is ${value}; give a whole number of at least 1.`);
  if (!Number.isInteger(negative) || negative < 0)
    throw new RangeError(`negative is ${negative}; give 0 or more words.`);
  if (!(learningRate > 0 && learningRate < Infinity))
    throw new RangeError(`learningRate is ${learningRate}; give a number above 0.`);
  if (!(subsample >= 0)) throw new RangeError(`subsample is ${subsample}; give a share of the text, or 0 to keep all.`);

  const { words, counts, tokens } = indexWords(texts, minCount, maxVocabulary);
  if (words.length === 0)
    throw new Error(
      `No word occurs ${minCount} times, so there is nothing to learn; lower minCount or give more text.`,
    );
  const stream = RandomStream.from(seed);
  const half = 0.5 / dim;
  let state: SkipGramState = {
    input: Float32Array.from({ length: words.length * dim }, () => (stream.uniform() * 2 - 1) * half),
    output: new Float32Array(words.length * dim),
  };
  const pass: SkipGramPass = skipGramPass({
    dim,
    window,
    negative,
    table: noiseTable(counts),
    keep: keepChances(counts, subsample),
  });
  const started = Date.now();
  const total = tokens.length * epochs;
  const rate = (at: number) => learningRate * Math.max(1e-3, 1 - at / total);
  let pairs = 0;
  try {
    for (let epoch = 0; epoch < epochs; epoch++)
      for (const [from, to] of stretches(tokens)) {
        const at = epoch * tokens.length + from;
        const step = pass.run(
          tokens.subarray(from, to),
          state,
          rate(at),
          rate(at + to - from),
          stream.integer(1, 0x7fffffff),
        );
        state = step.state;
        pairs += step.pairs;
        onProgress?.({
          epoch: epoch + 1,
          done: (at + to - from) / total,
          pairs,
          seconds: (Date.now() - started) / 1000,
        });
        await nextTurn();
        interruptSignal()?.throwIfAborted();
      }
    return new WordVectors(words, pass.read(state), dim);
  } finally {
    pass.dispose();
  }
}

/** Words by falling frequency, and the text as their numbers, -1 after each text; words that are left out leave no gap. */
function indexWords(texts: Iterable<readonly string[]>, minCount: number, maxVocabulary: number) {
  const seen = new Map<string, number>();
  const numbers: number[] = [];
  const names: string[] = [];
  const tallies: number[] = [];
  for (const text of texts) {
    for (const word of text) {
      let number = seen.get(word);
      if (number === undefined) {
        number = names.push(word) - 1;
        seen.set(word, number);
        tallies.push(0);
      }
      tallies[number]++;
      numbers.push(number);
    }
    numbers.push(-1);
  }
  const ranked = names
    .map((_, number) => number)
    .filter((number) => tallies[number] >= minCount)
    .sort((a, b) => tallies[b] - tallies[a] || a - b)
    .slice(0, maxVocabulary);
  const rank = new Int32Array(names.length).fill(-2);
  ranked.forEach((number, place) => (rank[number] = place));
  const tokens = new Int32Array(numbers.length);
  let length = 0;
  for (const number of numbers) {
    const token = number < 0 ? -1 : rank[number];
    if (token !== -2) tokens[length++] = token;
  }
  return {
    words: ranked.map((number) => names[number]),
    counts: ranked.map((number) => tallies[number]),
    tokens: tokens.subarray(0, length),
  };
}

/** Cuts the text at the ends of texts into stretches of about half a million words. */
function* stretches(tokens: Int32Array): Generator<[number, number]> {
  for (let from = 0; from < tokens.length; ) {
    let to = Math.min(tokens.length, from + stretch);
    while (to < tokens.length && tokens[to - 1] !== -1) to++;
    yield [from, to];
    from = to;
  }
}

/** Noise words in proportion to their frequency to the power of 3/4, laid out so that one random number picks one. */
function noiseTable(counts: number[]): Int32Array {
  const powers = counts.map((count) => count ** 0.75);
  const total = powers.reduce((sum, power) => sum + power, 0);
  const table = new Int32Array(tableSize);
  let word = 0;
  let reached = powers[0] / total;
  for (let place = 0; place < tableSize; place++) {
    table[place] = word;
    if ((place + 1) / tableSize > reached && word < counts.length - 1) reached += powers[++word] / total;
  }
  return table;
}

/** The chance that an occurrence of each word is kept, as in the word2vec program. */
function keepChances(counts: number[], subsample: number): Float32Array {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return Float32Array.from(counts, (count) => {
    const limit = subsample * total;
    return subsample > 0 ? Math.min(1, (Math.sqrt(count / limit) + 1) * (limit / count)) : 1;
  });
}
