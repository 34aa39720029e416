/** What a loss compares predictions with, and so which targets it takes. */
import { tf } from '../../backend';

/**
 * `classes`: class numbers, without the axis of the classes or with 1 there; `oneHot`: a share for each class; `binary`: numbers from 0
 * to 1; `values`: any numbers, one for each predicted; `any`: what a loss of the reader's own makes of them.
 */
export type TargetKind = 'classes' | 'oneHot' | 'binary' | 'values' | 'any';

/** A loss of TensorFlow.js or of this library; the strings are those of `model.compile`. */
const kinds = new Map<unknown, TargetKind>([
  ['sparseCategoricalCrossentropy', 'classes'],
  ['categoricalCrossentropy', 'oneHot'],
  ['binaryCrossentropy', 'binary'],
  ['meanSquaredError', 'values'],
  ['meanAbsoluteError', 'values'],
  ['meanAbsolutePercentageError', 'values'],
  ['meanSquaredLogarithmicError', 'values'],
  ['squaredHinge', 'values'],
  ['hinge', 'values'],
  ['categoricalHinge', 'values'],
  ['logcosh', 'values'],
  ['kullbackLeiblerDivergence', 'values'],
  ['poisson', 'values'],
  ['cosineProximity', 'values'],
  [tf.metrics.binaryCrossentropy, 'binary'],
  [tf.metrics.categoricalCrossentropy, 'oneHot'],
  [tf.metrics.meanSquaredError, 'values'],
  [tf.metrics.meanAbsoluteError, 'values'],
  [tf.metrics.meanAbsolutePercentageError, 'values'],
  [tf.metrics.cosineProximity, 'values'],
  [tf.losses.meanSquaredError, 'values'],
  [tf.losses.absoluteDifference, 'values'],
  [tf.losses.huberLoss, 'values'],
  [tf.losses.hingeLoss, 'values'],
  [tf.losses.cosineDistance, 'any'],
  [tf.losses.logLoss, 'binary'],
  [tf.losses.sigmoidCrossEntropy, 'binary'],
  [tf.losses.softmaxCrossEntropy, 'oneHot'],
]);

/** Says what a loss function of this library compares with; gives the function back. */
export function compares<T extends (target: tf.Tensor, prediction: tf.Tensor) => tf.Tensor>(
  kind: TargetKind,
  loss: T,
): T {
  functions.set(loss, kind);
  return loss;
}

/** Notes that a loss reads logits; gives it back. */
export function takesLogits<T extends object>(loss: T): T {
  logits.add(loss);
  return loss;
}

/** Whether a loss reads its predictions as logits. */
export const readsLogits = (loss: unknown): boolean =>
  (typeof loss === 'function' && logits.has(loss)) ||
  loss === tf.losses.sigmoidCrossEntropy ||
  loss === tf.losses.softmaxCrossEntropy;

const logits = new WeakSet<object>();

const functions = new WeakMap<object, TargetKind>();

/** What the loss of an output of a compiled model compares its predictions with. */
export function targetKind(model: tf.LayersModel, output: number): TargetKind {
  const loss = compiledLoss(model, output);
  return kinds.get(loss) ?? (typeof loss === 'function' ? functions.get(loss) : undefined) ?? 'any';
}

/** What `compile` was given as the loss of an output. */
export function compiledLoss(model: tf.LayersModel, output: number): unknown {
  const { loss } = model;
  if (Array.isArray(loss)) return loss[output];
  return typeof loss === 'object' ? loss[model.outputNames[output]] : loss;
}
