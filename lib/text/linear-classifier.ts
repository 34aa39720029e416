import { checkOptions } from '../options';
import { shuffled } from '../random';
import type { SparseRows } from './ngrams';

/** How a `LinearClassifier` is fitted. */
export interface LinearClassifierOptions {
  /** The price of an error; smaller means simpler. Default: 1. */
  C?: number;
  /** A factor for each feature, for example `logCountRatio`'s. Default: all 1. */
  scale?: Float32Array;
  /** Passes over the data at most. Default: 50. */
  epochs?: number;
  /** The fit is done when no step in a pass is larger than this. Default: 0.01. */
  tolerance?: number;
  /** The order of the rows follows from it. Default: 1. */
  seed?: number;
}

/**
 * A linear support vector machine on sparse binary features: the classical yardstick for text.
 *
 * @example
 * const texts = [['good', 'film'], ['bad', 'film'], ['good'], ['bad']];
 * const x = text.NgramFeatures.fit(texts, { longest: 1, minTexts: 1 }).transform(texts);
 * const classifier = text.LinearClassifier.fit(x, [1, 0, 1, 0]);
 * console.log(classifier.accuracy(x, [1, 0, 1, 0])); // 1
 */
export class LinearClassifier {
  private constructor(
    /** One weight for each feature, `scale` already multiplied in. */
    readonly weights: Float32Array,
    readonly bias: number,
  ) {}

  /**
   * Fits by dual coordinate descent on the squared hinge loss (Hsieh et al. 2008, the method of LIBLINEAR).
   * Labels are 0 or 1, one for each row; throws when their number is another.
   */
  static fit(x: SparseRows, labels: ArrayLike<number>, options: LinearClassifierOptions = {}): LinearClassifier {
    checkOptions('LinearClassifier.fit', options, ['C', 'scale', 'epochs', 'tolerance', 'seed']);
    const { C = 1, scale, epochs = 50, tolerance = 0.01, seed = 1 } = options;
    if (labels.length !== x.rows) throw new Error(`There are ${x.rows} rows but ${labels.length} labels.`);
    if (scale && scale.length !== x.width)
      throw new Error(`There are ${x.width} features but ${scale.length} factors in scale.`);
    const factor = scale ?? new Float32Array(x.width).fill(1);
    const weights = new Float64Array(x.width);
    let bias = 0;
    const alpha = new Float64Array(x.rows);
    const diagonal = 1 / (2 * C);
    const norms = Float64Array.from({ length: x.rows }, (_, row) => {
      let norm = 1 + diagonal;
      for (let k = x.starts[row]; k < x.starts[row + 1]; k++) norm += factor[x.columns[k]] ** 2;
      return norm;
    });
    const rows = Array.from({ length: x.rows }, (_, row) => row);
    for (let epoch = 0; epoch < epochs; epoch++) {
      let largest = 0;
      for (const row of shuffled(rows, seed + epoch)) {
        const sign = labels[row] > 0.5 ? 1 : -1;
        let score = bias;
        for (let k = x.starts[row]; k < x.starts[row + 1]; k++) score += weights[x.columns[k]] * factor[x.columns[k]];
        const gradient = sign * score - 1 + diagonal * alpha[row];
        const next = Math.max(0, alpha[row] - gradient / norms[row]);
        const step = next - alpha[row];
        if (step === 0) continue;
        alpha[row] = next;
        largest = Math.max(largest, Math.abs(step * norms[row]));
        bias += step * sign;
        for (let k = x.starts[row]; k < x.starts[row + 1]; k++)
          weights[x.columns[k]] += step * sign * factor[x.columns[k]];
      }
      if (largest < tolerance) break;
    }
    return new LinearClassifier(
      Float32Array.from(weights, (weight, column) => weight * factor[column]),
      bias,
    );
  }

  /** How far each row lies on the side of label 1; below 0 on the side of label 0. */
  decision(x: SparseRows): Float32Array {
    if (x.width !== this.weights.length)
      throw new Error(`The rows have ${x.width} features, the classifier was fitted on ${this.weights.length}.`);
    return Float32Array.from({ length: x.rows }, (_, row) => {
      let score = this.bias;
      for (let k = x.starts[row]; k < x.starts[row + 1]; k++) score += this.weights[x.columns[k]];
      return score;
    });
  }

  /** The share of rows whose label is predicted right, from 0 to 1. */
  accuracy(x: SparseRows, labels: ArrayLike<number>): number {
    const right = this.decision(x).reduce((count, score, row) => count + Number(score > 0 === labels[row] > 0.5), 0);
    return right / x.rows;
  }
}
