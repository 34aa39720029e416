/** From the numbers of a model to what people read. */
import type { BundleDescription } from './description';

/** The most likely label, and the probability of each. */
export interface Classification {
  /** The most likely one. */
  label: string;
  /** Its probability. */
  probability: number;
  /** The probability of each label. */
  probabilities: Record<string, number>;
}

/** Numbers in their unit: `[horizon]`, or `[horizon][features]`. */
export interface Regression {
  /** In the unit of the data. */
  values: number[] | number[][];
}

/** How a text goes on. */
export interface Continuation {
  /** What comes after the prompt. */
  text: string;
}

/** What a model says of a raw input, by the task of its bundle. */
export type Answer = Classification | Regression | Continuation;

/** What makes one sample's numbers an answer. */
export function answersOf(
  { task, labels = [], fromLogits = false }: BundleDescription,
  unit: (values: number[]) => number[],
): (output: { data: number[]; shape: number[] }) => Answer {
  return ({ data, shape }) => {
    if (task === 'classify') return classification(probabilities(data, fromLogits), labels);
    const values = unit(data);
    const width = shape.at(-1)!;
    if (shape.length < 2 || width === 1) return { values };
    return {
      values: Array.from({ length: values.length / width }, (_, i) => values.slice(i * width, (i + 1) * width)),
    };
  };
}

/** The probability of each class from one sample's output; one number is the probability of the second of two classes. */
export function probabilities(output: number[], fromLogits: boolean): number[] {
  if (output.length === 1) {
    const p = fromLogits ? 1 / (1 + Math.exp(-output[0])) : output[0];
    return [1 - p, p];
  }
  if (!fromLogits) return output;
  const largest = Math.max(...output);
  const weights = output.map((logit) => Math.exp(logit - largest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

function classification(p: number[], labels: string[]): Classification {
  const best = p.indexOf(Math.max(...p));
  return {
    label: labels[best],
    probability: p[best],
    probabilities: Object.fromEntries(labels.map((label, i) => [label, p[i]])),
  };
}
