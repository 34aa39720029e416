/**
 * Cross-entropies with Keras's numbers, from logits or from probabilities: functions of targets and predictions that give one value a
 * sample, or a step. They propagate gradients by their closed forms instead of a chain of small operations.
 */
import { tf } from '../../backend';
import { sparseCrossEntropy } from '../../kernels';
import { checkOptions } from '../../options';
import { compares, takesLogits } from './targets';

/** A loss as `model.compile` takes it: one value for each sample or step. */
export type Loss = (target: tf.Tensor, prediction: tf.Tensor) => tf.Tensor;

/** How predictions are to be read. */
export interface CrossEntropyOptions {
  /** Predictions are logits, not probabilities. Default false. */
  fromLogits?: boolean;
}

/** The distance that probabilities keep from 0 and 1, as in Keras. */
const epsilon = 1e-7;

/**
 * Cross-entropy of targets 0 or 1, `[batch, n]`, averaged over the last axis.
 *
 * @example
 * const loss = train.losses.binaryCrossentropy({ fromLogits: true });
 * console.log(loss(tf.tensor2d([[1]]), tf.tensor2d([[0]])).dataSync()[0].toFixed(3)); // 0.693
 */
export function binaryCrossentropy(options: CrossEntropyOptions = {}): Loss {
  const fromLogits = asksForLogits('losses.binaryCrossentropy', options);
  const loss = compares('binary', (target, prediction) =>
    tf.mean((fromLogits ? sigmoidLogits : sigmoidProbabilities)(asFloat(target), prediction), -1),
  );
  return fromLogits ? takesLogits(loss) : loss;
}

/**
 * Cross-entropy of one-hot targets, `[batch, classes]` or `[batch, time, classes]`.
 *
 * @example
 * const loss = train.losses.categoricalCrossentropy();
 * const [target, prediction] = [tf.tensor2d([[0, 1]]), tf.tensor2d([[0.5, 0.5]])];
 * console.log(loss(target, prediction).dataSync()[0].toFixed(3)); // 0.693
 */
export function categoricalCrossentropy(options: CrossEntropyOptions = {}): Loss {
  const fromLogits = asksForLogits('losses.categoricalCrossentropy', options);
  const loss = compares('oneHot', (target, prediction) =>
    softmaxLogits(asFloat(target), fromLogits ? prediction : logarithm(prediction)),
  );
  return fromLogits ? takesLogits(loss) : loss;
}

/**
 * Cross-entropy of class numbers, `[batch]` or `[batch, time]`, a last axis of 1 allowed.
 *
 * @example
 * const loss = train.losses.sparseCategoricalCrossentropy({ fromLogits: true });
 * console.log(loss(tf.tensor1d([1], 'int32'), tf.tensor2d([[0, 0]])).dataSync()[0].toFixed(3)); // 0.693
 */
export function sparseCategoricalCrossentropy(options: CrossEntropyOptions = {}): Loss {
  const fromLogits = asksForLogits('losses.sparseCategoricalCrossentropy', options);
  const loss = compares('classes', (target, prediction) =>
    sparseLogits(target, fromLogits ? prediction : logarithm(prediction)),
  );
  return fromLogits ? takesLogits(loss) : loss;
}

function asksForLogits(owner: string, options: CrossEntropyOptions): boolean {
  checkOptions(owner, options, ['fromLogits']);
  return options.fromLogits ?? false;
}

/**
 * Integers and booleans as float32; floats as they are.
 *
 * @example
 * console.log(train.losses.asFloat(tf.tensor1d([true, false], 'bool')).dtype); // float32
 */
export const asFloat = (tensor: tf.Tensor): tf.Tensor =>
  tensor.dtype === 'float32' ? tensor : tf.cast(tensor, 'float32');

/** `log(p)` with p kept off 0 and 1. Its softmax is p again: cross-entropies of logits then hold for probabilities. */
function logarithm(probabilities: tf.Tensor): tf.Tensor {
  return tf.log(clipped(probabilities));
}

/** `-t log s(x) - (1 - t) log(1 - s(x)) = max(x, 0) - x t + log(1 + exp(-|x|))`, with the gradient `s(x) - t`. */
function sigmoidLogits(target: tf.Tensor, logits: tf.Tensor): tf.Tensor {
  const loss = tf.customGrad((x) => {
    const logit = x as tf.Tensor;
    const tail = tf.log1p(tf.exp(tf.neg(tf.abs(logit))));
    const value = tf.add(tf.sub(tf.maximum(logit, 0), tf.mul(logit, target)), tail);
    return { value, gradFunc: (dy: tf.Tensor) => tf.mul(dy, tf.sub(tf.sigmoid(logit), target)) };
  });
  return loss(logits);
}

/** The same from probabilities, with the gradient `(p - t) / (p (1 - p))` where p was not clipped, and none where it was. */
function sigmoidProbabilities(target: tf.Tensor, probabilities: tf.Tensor): tf.Tensor {
  const loss = tf.customGrad((x) => {
    const given = x as tf.Tensor;
    const p = clipped(given);
    const right = tf.mul(target, tf.log(p));
    const value = tf.neg(tf.add(right, tf.mul(tf.sub(1, target), tf.log(tf.sub(1, p)))));
    const gradFunc = (dy: tf.Tensor) => {
      const again = clipped(given);
      const inside = tf.cast(tf.equal(again, given), 'float32');
      const slope = tf.div(tf.sub(again, target), tf.mul(again, tf.sub(1, again)));
      return tf.mul(dy, tf.mul(inside, slope));
    };
    return { value, gradFunc };
  });
  return loss(probabilities);
}

const clipped = (p: tf.Tensor): tf.Tensor => tf.minimum(tf.maximum(p, epsilon), 1 - epsilon);

/** `-sum(t log softmax(x))` over the last axis, with the gradient `softmax(x) sum(t) - t`. */
function softmaxLogits(target: tf.Tensor, logits: tf.Tensor): tf.Tensor {
  const loss = tf.customGrad((x, save) => {
    const logProbabilities = tf.logSoftmax(x as tf.Tensor, -1);
    (save as Save)([logProbabilities]);
    const value = tf.neg(tf.sum(tf.mul(target, logProbabilities), -1));
    const gradFunc = (dy: tf.Tensor, [saved]: tf.Tensor[]) => {
      const whole = tf.sum(target, -1, true);
      return tf.mul(tf.expandDims(dy, -1), tf.sub(tf.mul(tf.exp(saved), whole), target));
    };
    return { value, gradFunc };
  });
  return loss(logits);
}

type Save = (tensors: tf.Tensor[]) => void;

/**
 * `-log softmax(x)[t]`, with the gradient `softmax(x) - onehot(t)`.
 *
 * @example
 * const losses = train.losses.sparseLogits(tf.tensor2d([[1, 0]], [1, 2], 'int32'), tf.zeros([1, 2, 4]));
 * console.log(losses.shape, losses.dataSync()[0].toFixed(3)); // [ 1, 2 ] 1.386
 */
export function sparseLogits(target: tf.Tensor, logits: tf.Tensor): tf.Tensor {
  const outer = logits.shape.slice(0, -1);
  const loss = tf.customGrad((x, save) => {
    const flat = tf.reshape(x as tf.Tensor, [-1, logits.shape[logits.rank - 1]]) as tf.Tensor2D;
    const labels = tf.cast(tf.reshape(target, [-1]), 'int32') as tf.Tensor1D;
    const [value, slope] = sparseCrossEntropy(flat, labels);
    (save as Save)([slope]);
    const gradFunc = (dy: tf.Tensor, [saved]: tf.Tensor[]) =>
      tf.reshape(tf.mul(tf.reshape(dy, [-1, 1]), saved), logits.shape);
    return { value: tf.reshape(value, outer), gradFunc };
  });
  return loss(logits);
}
