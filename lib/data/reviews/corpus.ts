import { permutation } from '../../random';
import { ReviewSet, textAt, type PackedTexts, type ReviewColumns } from './review-set';
import { lookUpWords, rankWords, type RankedTexts } from './words';

/** A review as it was found. */
export interface FoundReview {
  text: string;
  rating: number;
  label: 0 | 1;
}

/** Reviews before they are put in order: labelled ones in a training and a test part, and unlabelled ones. */
export interface FoundReviews {
  train: FoundReview[];
  test: FoundReview[];
  unlabelled: string[];
}

/** Everything of a corpus that is worth computing once. */
export interface CorpusColumns {
  train: ReviewColumns;
  test: ReviewColumns;
  unlabelled: PackedTexts;
  /** The words by rank, the most frequent first. */
  words: string[];
}

/**
 * Reviews of films: labelled for training and test, unlabelled, and the words of the training part by their frequency.
 *
 * @example
 * const reviews = await data.imdb();
 * console.log(reviews.name, reviews.isSubstitute, reviews.wordIndex.has('film')); // IMDB false true
 */
export class ReviewCorpus {
  readonly train: ReviewSet;
  readonly test: ReviewSet;
  /** The rank of each word of the training reviews, from 1: `wordIndex.get('the')` is 1. */
  readonly wordIndex: ReadonlyMap<string, number>;

  constructor(
    private readonly columns: CorpusColumns,
    /** What the reviews are: 'IMDB', or the substitute. */
    readonly name: 'IMDB' | 'snippets',
    /** A sentence on where they are from and how many there are. */
    readonly source: string,
    seed: number,
  ) {
    // archives list one class after the other, and the last part of that would be no fair validation
    this.train = new ReviewSet(columns.train, permutation(columns.train.labels.length, seed));
    this.test = new ReviewSet(columns.test, permutation(columns.test.labels.length, seed + 1));
    this.wordIndex = new Map(columns.words.map((word, i) => [word, i + 1]));
  }

  /** Whether these are other reviews than those that were asked for. */
  get isSubstitute(): boolean {
    return this.name !== 'IMDB';
  }

  /** The reviews without a label, as they were written. */
  get unlabelled(): string[] {
    return Array.from(this.columns.unlabelled.ends, (_, i) => textAt(this.columns.unlabelled, i));
  }

  /**
   * The words of a sequence of numbers; 0 is left out, 1 reads `<start>`, 2 `<unknown>`. `indexFrom` as it was given to `toSequences`
   * (default 3).
   */
  decode(sequence: ArrayLike<number>, indexFrom = 3): string {
    const names = ['', '<start>', '<unknown>'];
    return Array.from(sequence, (number) =>
      number < indexFrom ? (names[number] ?? '') : (this.columns.words[number - indexFrom - 1] ?? '<unknown>'),
    )
      .filter(Boolean)
      .join(' ');
  }
}

/** Packs reviews and ranks their words, by the training part. */
export function buildColumns(found: FoundReviews): CorpusColumns {
  const texts = (reviews: FoundReview[]) => reviews.map(({ text }) => text);
  const { words, ranked } = rankWords(texts(found.train));
  return {
    train: packReviews(found.train, ranked),
    test: packReviews(found.test, lookUpWords(texts(found.test), words)),
    unlabelled: packTexts(found.unlabelled),
    words,
  };
}

function packReviews(reviews: FoundReview[], { ranks, ends }: RankedTexts): ReviewColumns {
  return {
    texts: packTexts(reviews.map(({ text }) => text)),
    ratings: Float32Array.from(reviews, ({ rating }) => rating),
    labels: Float32Array.from(reviews, ({ label }) => label),
    ranks,
    rankEnds: ends,
  };
}

function packTexts(texts: string[]): PackedTexts {
  const parts = texts.map((text) => Buffer.from(text));
  const ends = new Uint32Array(texts.length);
  parts.forEach((part, i) => (ends[i] = (i === 0 ? 0 : ends[i - 1]) + part.length));
  return { bytes: Buffer.concat(parts), ends };
}
