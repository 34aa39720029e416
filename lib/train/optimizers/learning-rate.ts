import { tf } from '../../backend';

/** An optimizer that says how its learning rate is read and written. */
interface HasLearningRate {
  getLearningRate?(): number;
  setLearningRate?(rate: number): void;
  learningRate?: number;
}

/**
 * The learning rate of an optimizer. Throws when it keeps none.
 *
 * @example
 * console.log(train.getLearningRate(train.adam(0.01)), train.getLearningRate(tf.train.sgd(0.5))); // 0.01 0.5
 */
export function getLearningRate(optimizer: tf.Optimizer): number {
  const own = optimizer as unknown as HasLearningRate;
  const rate = own.getLearningRate ? own.getLearningRate() : own.learningRate;
  if (typeof rate !== 'number') throw new Error(`${optimizer.getClassName()} has no learning rate that could be read.`);
  return rate;
}

/**
 * Changes the learning rate of an optimizer from its next step on. Throws when `rate` is no positive number.
 *
 * @example
 * const optimizer = train.adam();
 * train.setLearningRate(optimizer, 0.01);
 * console.log(train.getLearningRate(optimizer)); // 0.01
 */
export function setLearningRate(optimizer: tf.Optimizer, rate: number): void {
  if (!(rate >= 0) || !Number.isFinite(rate))
    throw new RangeError(`A learning rate is a number >= 0, and this is ${rate}.`);
  const own = optimizer as unknown as HasLearningRate;
  // SGD and momentum keep the rate in a tensor of their own, which only this method replaces
  if (own.setLearningRate) own.setLearningRate(rate);
  else own.learningRate = rate;
}
