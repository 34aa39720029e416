import { checkSequenceOptions, numberWords, type SequenceOptions } from './words';

/** Texts kept as one piece of memory; `ends[i]` is the byte after text `i`. */
export interface PackedTexts {
  bytes: Buffer;
  ends: Uint32Array;
}

/** Text `i` of packed texts. */
export function textAt({ bytes, ends }: PackedTexts, i: number): string {
  return bytes.toString('utf8', i === 0 ? 0 : ends[i - 1], ends[i]);
}

/** What a set of labelled reviews is made of. */
export interface ReviewColumns {
  texts: PackedTexts;
  ratings: Float32Array;
  labels: Float32Array;
  /** The ranks of the words of all reviews, one after the other, and where each review ends. */
  ranks: Int32Array;
  rankEnds: Uint32Array;
}

/** Reviews as numbers: what a network reads, and what it should say. */
export interface Sequences {
  /** For each review the indices of its words. */
  sequences: Int32Array[];
  /** 1 for a positive review, 0 for a negative one. */
  labels: Float32Array;
  /** The stars that its writer gave, from 1 to 10. */
  ratings: Float32Array;
}

/**
 * Labelled reviews in a shuffled, fixed order.
 *
 * @example
 * const { train } = await data.imdb();
 * console.log(train.texts.length === train.labels.length, train.text(0).length > 0); // true true
 */
export class ReviewSet {
  readonly length: number;
  /** 1 for a positive review, 0 for a negative one. */
  readonly labels: Float32Array;
  /** Stars from 1 to 10 (IMDB), or the mean of people's judgements from -4 to 4 (snippets). */
  readonly ratings: Float32Array;

  constructor(
    private readonly columns: ReviewColumns,
    private readonly order: Int32Array,
  ) {
    this.length = order.length;
    this.labels = Float32Array.from(order, (row) => columns.labels[row]);
    this.ratings = Float32Array.from(order, (row) => columns.ratings[row]);
  }

  /** Review `i` as it was written. */
  text(i: number): string {
    if (!(i >= 0 && i < this.length)) throw new RangeError(`There is no review ${i}; there are ${this.length}.`);
    return textAt(this.columns.texts, this.order[i]);
  }

  /** All reviews as they were written. */
  get texts(): string[] {
    return Array.from(this.order, (row) => textAt(this.columns.texts, row));
  }

  /** All reviews as word numbers, by the rules and with the defaults of Keras's `imdb.load_data`. Throws on options out of range. */
  toSequences(options: SequenceOptions = {}): Sequences {
    checkSequenceOptions(options);
    const { ranks, rankEnds } = this.columns;
    const all = Array.from(this.order, (row) =>
      numberWords(ranks.subarray(row === 0 ? 0 : rankEnds[row - 1], rankEnds[row]), options),
    );
    const kept = all.map((_, i) => i).filter((i) => options.maxLen === undefined || all[i].length < options.maxLen);
    if (kept.length === 0) throw new Error(`No review is shorter than maxLen ${options.maxLen}; increase it.`);
    return {
      sequences: kept.map((i) => all[i]),
      labels: Float32Array.from(kept, (i) => this.labels[i]),
      ratings: Float32Array.from(kept, (i) => this.ratings[i]),
    };
  }
}
