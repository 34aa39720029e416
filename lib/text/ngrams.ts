import { checkOptions } from '../options';

/** Rows of mostly zeros: row r has the columns `columns[starts[r]]` to `columns[starts[r + 1] - 1]`, each with the value 1. */
export interface SparseRows {
  /** How many rows. */
  rows: number;
  /** How many columns a row has. */
  width: number;
  /** For each row where its columns begin in `columns`, and at the end their number. */
  starts: Int32Array;
  /** The columns that are 1, row after row. */
  columns: Int32Array;
}

/** Which word sequences become features. */
export interface NgramOptions {
  /** The longest sequence of words. Default: 1, single words. */
  longest?: number;
  /** Sequences that occur in fewer texts are left out. Default: 2. */
  minTexts?: number;
  /** At most this many features, the most frequent. Default: all. */
  maxFeatures?: number;
}

/**
 * A bag of words: which words, and sequences of up to `longest` words, a text contains, whatever their order.
 *
 * @example
 * const texts = [['not', 'good'], ['good']];
 * const features = text.NgramFeatures.fit(texts, { longest: 2, minTexts: 1 });
 * console.log(features.names); // [ 'not', 'not good', 'good' ]
 * console.log(features.transform(texts).columns); // Int32Array(4) [ 0, 1, 2, 2 ]
 */
export class NgramFeatures {
  private constructor(
    /** The feature of each column. */
    readonly names: readonly string[],
    private readonly longest: number,
    private readonly column: Map<string, number>,
  ) {}

  /** Chooses the features from tokenized training texts. */
  static fit(texts: Iterable<readonly string[]>, options: NgramOptions = {}): NgramFeatures {
    checkOptions('NgramFeatures.fit', options, ['longest', 'minTexts', 'maxFeatures']);
    const { longest = 1, minTexts = 2, maxFeatures = Infinity } = options;
    if (!Number.isInteger(longest) || longest < 1) throw new RangeError(`longest is ${longest}; give at least 1 word.`);
    const texted = new Map<string, number>();
    for (const text of texts)
      for (const name of new Set(ngrams(text, longest))) texted.set(name, (texted.get(name) ?? 0) + 1);
    const kept = [...texted].filter(([, count]) => count >= minTexts);
    if (kept.length > maxFeatures) kept.sort((a, b) => b[1] - a[1]).length = maxFeatures;
    const names = kept.map(([name]) => name);
    return new NgramFeatures(names, longest, new Map(names.map((name, column) => [name, column])));
  }

  /** The features that each tokenized text has, binary. */
  transform(texts: readonly (readonly string[])[]): SparseRows {
    const starts = new Int32Array(texts.length + 1);
    const columns: number[] = [];
    texts.forEach((text, row) => {
      const present = new Set<number>();
      for (const name of ngrams(text, this.longest)) {
        const column = this.column.get(name);
        if (column !== undefined) present.add(column);
      }
      for (const column of present) columns.push(column);
      starts[row + 1] = columns.length;
    });
    return { rows: texts.length, width: this.names.length, starts, columns: Int32Array.from(columns) };
  }
}

function* ngrams(words: readonly string[], longest: number): Generator<string> {
  for (let at = 0; at < words.length; at++) {
    let name = words[at];
    yield name;
    for (let n = 1; n < longest && at + n < words.length; n++) yield (name += ` ${words[at + n]}`);
  }
}

/**
 * The weight of each feature in NB-SVM (Wang and Manning 2012): the logarithm of how much more often it occurs in texts labelled 1 than in
 * texts labelled 0, counts smoothed by 1.
 *
 * @example
 * const texts = [['good'], ['good'], ['bad']];
 * const x = text.NgramFeatures.fit(texts, { longest: 1, minTexts: 1 }).transform(texts);
 * console.log([...text.logCountRatio(x, [1, 1, 0])].map((ratio) => ratio.toFixed(2))); // [ '0.81', '-0.98' ]
 */
export function logCountRatio(x: SparseRows, labels: ArrayLike<number>): Float32Array {
  const counts = [new Float64Array(x.width).fill(1), new Float64Array(x.width).fill(1)];
  for (let row = 0; row < x.rows; row++)
    for (let k = x.starts[row]; k < x.starts[row + 1]; k++) counts[labels[row] > 0.5 ? 1 : 0][x.columns[k]]++;
  const [negative, positive] = counts.map((count) => count.reduce((sum, c) => sum + c, 0));
  return Float32Array.from(counts[1], (count, column) => Math.log(count / positive / (counts[0][column] / negative)));
}
