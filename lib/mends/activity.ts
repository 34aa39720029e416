/** The penalty of a layer's activity, which TensorFlow.js refuses to compute ("not supported yet"), among the layer's losses. */
import * as tf from '@tensorflow/tfjs';

interface Regularized {
  activityRegularizer?: { apply(x: tf.Tensor): tf.Scalar } | null;
  _losses: (() => tf.Scalar)[];
}

/** The penalties of a layer's outputs since its losses were last asked for. */
const recorded = new WeakMap<tf.layers.Layer, tf.Scalar[]>();

const activityLosses = new WeakSet<() => tf.Scalar>();

/** Whether one of a layer's losses is the penalty of its activity, not of a weight. */
export const isActivityLoss = (loss: () => tf.Scalar): boolean => activityLosses.has(loss);

/** Runs `compute` with the layer's activity regularizer out of sight. */
export function withoutActivityRegularizer<T>(layer: tf.layers.Layer, compute: () => T): T {
  const regularized = layer as unknown as Regularized;
  const { activityRegularizer } = regularized;
  if (!activityRegularizer) return compute();
  regularized.activityRegularizer = null;
  try {
    return compute();
  } finally {
    regularized.activityRegularizer = activityRegularizer;
  }
}

/** Adds the penalty of a layer's outputs, a mean over the batch as in Keras 3, to the losses of this step. */
export function recordActivity(layer: tf.layers.Layer, outputs: tf.Tensor[]): void {
  const { activityRegularizer, _losses: losses } = layer as unknown as Regularized;
  if (!activityRegularizer) return;
  if (!recorded.has(layer)) {
    const loss = () => takeActivity(layer);
    activityLosses.add(loss);
    losses.push(loss);
  }
  const penalties = outputs.map((output) =>
    tf.tidy(() => activityRegularizer.apply(output).div<tf.Scalar>(output.shape[0] ?? 1)),
  );
  const earlier = (recorded.get(layer) ?? []).filter((penalty) => !penalty.isDisposed);
  recorded.set(layer, [...earlier, ...penalties]);
}

function takeActivity(layer: tf.layers.Layer): tf.Scalar {
  const penalties = (recorded.get(layer) ?? []).filter((penalty) => !penalty.isDisposed);
  recorded.set(layer, []);
  return penalties.length > 0 ? tf.addN(penalties) : tf.scalar(0);
}
