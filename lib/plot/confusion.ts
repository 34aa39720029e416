/** Which classes a classifier takes for which. */
import type { Figure } from './figure';
import { heatmap } from './heatmap';
import type { Common } from './line';
import { matrix, row, type Matrix, type Numbers } from './values';

/** Options of {@link confusion}. */
export interface ConfusionOptions extends Partial<Common> {
  /** Names of the classes 0, 1, 2 and so on. */
  labels: readonly string[];
  /** The true class of each sample. */
  truth?: Numbers;
  /** The class that was predicted for each sample. */
  predicted?: Numbers;
  /** Counts `[true class, predicted class]`, in place of `truth` and `predicted`. */
  counts?: Matrix;
}

function count(truth: number[], predicted: number[], classes: number): number[][] {
  if (truth.length !== predicted.length)
    throw new Error(`truth has ${truth.length} samples, predicted has ${predicted.length}.`);
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  truth.forEach((t, i) => {
    for (const c of [t, predicted[i]])
      if (!Number.isInteger(c) || c < 0 || c >= classes)
        throw new Error(
          `Sample ${i} has class ${c}; with ${classes} labels it must be a whole number from 0 to ${classes - 1}.`,
        );
    counts[t][predicted[i]]++;
  });
  return counts;
}

/**
 * A confusion matrix: counts, and in colour the share of each true class (each row adds up to 100 %).
 * @throws if a class is outside the labels, or truth and predictions differ in length.
 *
 * @example
 * const figure = plot.confusion({ labels: ['negative', 'positive'], truth: [0, 0, 1, 1], predicted: [0, 1, 1, 1] });
 * console.log(figure.toJSON().data[0].z); // [ [ 50, 50 ], [ 0, 100 ] ]
 */
export function confusion({ title, labels, truth, predicted, counts, ...rest }: ConfusionOptions): Figure {
  if (!counts && !(truth && predicted)) throw new Error('plot.confusion needs truth and predicted, or counts.');
  const table = counts
    ? matrix(counts, 'counts')
    : count(row(truth!, 'truth'), row(predicted!, 'predicted'), labels.length);
  const shares = table.map((r) => {
    const sum = r.reduce((a, b) => a + b, 0);
    return r.map((n) => (sum ? (100 * n) / sum : 0));
  });
  const roomy = labels.length <= 5;
  const write = (share: number, i: number, j: number): string =>
    roomy ? `${table[i][j].toLocaleString('en-US')}<br>${share.toFixed(1)} %` : String(table[i][j]);
  return heatmap({
    title: title ?? 'Confusion matrix: what each true class is taken for',
    x: { title: 'predicted class' },
    y: { title: 'true class' },
    value: { title: 'share of the true class', unit: '%', range: [0, 100] },
    z: shares,
    columns: labels,
    rows: labels,
    annotate: labels.length <= 15 ? write : false,
    width: roomy ? 520 : 720,
    height: roomy ? 140 + 90 * labels.length : Math.min(680, 150 + 34 * labels.length),
    ...rest,
  });
}
