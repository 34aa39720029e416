import { tf } from '../../backend';

/** A weight for each class number; classes that are not named weigh 1. */
export type ClassWeight = Record<number, number>;

/**
 * Gives, for targets of a model's only output, the weight of each sample by its class: `[batch]`. Classes are read as Keras reads them,
 * from class numbers, from 0/1, or from the largest entry of a one-hot row. Throws when the model has several outputs.
 */
export function classWeights(model: tf.LayersModel, weight: ClassWeight): (target: tf.Tensor) => tf.Tensor {
  if (model.outputs.length > 1) throw new Error('classWeight needs a model with one output; use sampleWeight here.');
  const given = Object.entries(weight).map(([key, value]) => [Number(key), value] as const);
  for (const [key, value] of given) {
    if (!Number.isInteger(key) || key < 0 || !(value >= 0) || !Number.isFinite(value)) {
      throw new Error(`classWeight maps class numbers to weights >= 0, and this one maps ${key} to ${value}.`);
    }
  }
  const last = model.outputs[0].shape.slice(-1)[0];
  const classes = Math.max(last ?? 2, 2, ...given.map(([key]) => key + 1));
  const table = new Float32Array(classes).fill(1);
  for (const [key, value] of given) table[key] = value;
  return (target) =>
    tf.tidy(() => {
      const oneHot = last !== 1 && target.shape[target.rank - 1] === last;
      const grown = !oneHot && target.rank > 1 && target.shape[target.rank - 1] === 1;
      const numbers = oneHot ? tf.argMax(target, -1) : grown ? tf.squeeze(target, [-1]) : target;
      return tf.gather(tf.tensor1d(table), tf.cast(numbers, 'int32'));
    });
}
