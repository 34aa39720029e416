/** Losses of classes. */
import { tf } from '../../backend';
import { oneHot } from '../../kernels';
import { checkOptions } from '../../options';
import { Module } from '../module';
import { classAxisLast, logSoftmax } from '../softmax';
import { checkReduction, reduce, type LossOptions } from './loss';

/** Options of {@link NLLLoss}. */
export interface NLLOptions extends LossOptions {
  /** A factor for each class, as numbers or a tensor `[classes]`. Default: 1. The mean is weighted by it. */
  weight?: ArrayLike<number> | tf.Tensor1D;
  /** Targets of this class count for nothing. Default -100. */
  ignoreIndex?: number;
}

/** Options of {@link CrossEntropyLoss}. */
export interface CrossEntropyOptions extends NLLOptions {
  /** The part of every target that is spread over all classes (Szegedy et al. 2016). Default 0. */
  labelSmoothing?: number;
}

/**
 * PyTorch's `nn.CrossEntropyLoss`: takes logits and class indices, `-log softmax(input)[target]`, or class probabilities.
 *
 * @example
 * const logits = tf.tensor2d([[2, 0, 0], [0, 3, 0]]);
 * const loss = new torch.CrossEntropyLoss().forward(logits, tf.tensor1d([0, 1], 'int32'));
 * console.log(loss.dataSync()[0].toFixed(4)); // 0.1672
 */
export class CrossEntropyLoss extends Module {
  /** @throws TypeError on an unknown option; RangeError when the reduction is unknown or the smoothing not from 0 to 1. */
  constructor(private readonly options: CrossEntropyOptions = {}) {
    super();
    checkOptions('torch.CrossEntropyLoss', options, ['weight', 'ignoreIndex', 'reduction', 'labelSmoothing']);
    checkReduction('CrossEntropyLoss', options.reduction);
    const { labelSmoothing = 0 } = options;
    if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
      throw new RangeError(`torch.CrossEntropyLoss: labelSmoothing is from 0 to 1; got ${labelSmoothing}.`);
    }
  }

  /**
   * Logits `[n, classes]` with class indices `[n]`, or `[n, classes, d1, …]` with `[n, d1, …]`; one example may come without
   * `n`. A float32 target of the logits' own shape holds the probability of each class.
   * @throws RangeError when the shapes do not fit, a class does not exist, or the weights are not one a class.
   */
  forward(input: tf.Tensor, target: tf.Tensor): tf.Scalar {
    const isProbability = target.dtype === 'float32' && input.shape.join() === target.shape.join();
    if (isProbability) return this.ofProbabilities(input, target);
    return tf.tidy(() => {
      const { labelSmoothing = 0 } = this.options;
      const { indices, factors, classes, weight } = classesOf(
        'CrossEntropyLoss',
        'logits',
        input,
        target,
        this.options,
      );
      const logs = logSoftmax(classAxisLast(input)).reshape<tf.Tensor2D>([-1, classes]);
      let losses = pick(logs, indices).mul(factors);
      if (labelSmoothing > 0) {
        const isCounted = tf.tensor1d(indices).greaterEqual(0).toFloat();
        const spread = (weight ? logs.mul(weight) : logs).sum(1).mul(isCounted);
        losses = losses.mul(1 - labelSmoothing).add(spread.mul(labelSmoothing / classes));
      }
      return weightedMean(losses.neg(), factors, target.shape, this.options);
    });
  }

  private ofProbabilities(input: tf.Tensor, target: tf.Tensor): tf.Scalar {
    return tf.tidy(() => {
      const { labelSmoothing = 0, reduction } = this.options;
      if (this.options.ignoreIndex !== undefined) {
        throw new RangeError('torch.CrossEntropyLoss: ignoreIndex has no meaning where the targets are probabilities.');
      }
      const logs = logSoftmax(classAxisLast(input));
      const classes = logs.shape[logs.rank - 1];
      const weight = classWeights('CrossEntropyLoss', this.options.weight, classes);
      const wanted = classAxisLast(target).mul(1 - labelSmoothing).add(labelSmoothing / classes); // prettier-ignore
      const each = logs.mul(wanted).neg();
      return reduce((weight ? each.mul(weight) : each).sum(-1), { reduction });
    });
  }
}

/**
 * PyTorch's `nn.NLLLoss`: takes log-probabilities, as {@link LogSoftmax} gives them, and class indices: `-input[target]`.
 *
 * @example
 * const logits = tf.tensor2d([[2, 0, 0], [0, 3, 0]]);
 * const logs = new torch.LogSoftmax({ dim: 1 }).forward(logits);
 * console.log(new torch.NLLLoss().forward(logs, tf.tensor1d([0, 1], 'int32')).dataSync()[0].toFixed(4)); // 0.1672
 */
export class NLLLoss extends Module {
  /** @throws TypeError on an unknown option; RangeError on an unknown reduction. */
  constructor(private readonly options: NLLOptions = {}) {
    super();
    checkOptions('torch.NLLLoss', options, ['weight', 'ignoreIndex', 'reduction']);
    checkReduction('NLLLoss', options.reduction);
  }

  /**
   * Log-probabilities `[n, classes]` with class indices `[n]`, or `[n, classes, d1, …]` with `[n, d1, …]`.
   * @throws RangeError when the shapes do not fit, a class does not exist, or the weights are not one a class.
   */
  forward(input: tf.Tensor, target: tf.Tensor): tf.Scalar {
    return tf.tidy(() => {
      const { indices, factors, classes } = classesOf('NLLLoss', 'log-probabilities', input, target, this.options);
      const losses = pick(classAxisLast(input).reshape([-1, classes]), indices).mul(factors).neg(); // prettier-ignore
      return weightedMean(losses, factors, target.shape, this.options);
    });
  }
}

/** The targets, checked: `indices` `[rows]`, -1 where one is ignored, and the factor of each row. */
function classesOf(loss: string, takes: string, input: tf.Tensor, target: tf.Tensor, options: NLLOptions) {
  const { ignoreIndex = -100 } = options;
  const classAxis = Math.min(1, input.rank - 1);
  const classes = input.shape[classAxis];
  const wanted = input.shape.filter((_, axis) => axis !== classAxis);
  if (input.rank < 1 || target.shape.join() !== wanted.join()) {
    throw new RangeError(
      `torch.${loss} takes ${takes} [n, classes, …] and class indices [n, …]; got [${input.shape}] and [${target.shape}].`,
    );
  }
  const given = target.dataSync();
  const valid = (c: number) => c === ignoreIndex || (Number.isInteger(c) && c >= 0 && c < classes);
  const wrong = given.find((c: number) => !valid(c));
  if (wrong !== undefined) {
    throw new RangeError(`torch.${loss}: the classes are 0 to ${classes - 1}; got ${wrong}.`);
  }
  const indices = Int32Array.from(given, (c: number) => (c === ignoreIndex ? -1 : c));
  const weight = classWeights(loss, options.weight, classes);
  const factorOf = weight?.dataSync();
  const factors = Float32Array.from(indices, (c) => (c < 0 ? 0 : (factorOf?.[c] ?? 1)));
  return { indices, factors: tf.tensor1d(factors), classes, weight };
}

function classWeights(loss: string, weight: NLLOptions['weight'], classes: number): tf.Tensor1D | undefined {
  if (weight === undefined) return undefined;
  const tensor = weight instanceof tf.Tensor ? weight : tf.tensor1d(Float32Array.from(weight));
  if (tensor.size !== classes) throw new RangeError(`torch.${loss}: ${tensor.size} weights for ${classes} classes.`);
  return tensor;
}

/** The number of its class from each row `[rows, classes]`; 0 where the index is -1. */
function pick(rows: tf.Tensor2D, indices: Int32Array): tf.Tensor1D {
  return oneHot(tf.tensor1d(indices, 'int32'), rows.shape[1]).mul(rows).sum(1);
}

function weightedMean(losses: tf.Tensor, factors: tf.Tensor, shape: number[], { reduction }: LossOptions): tf.Scalar {
  if (reduction === 'none') return losses.reshape(shape) as tf.Scalar;
  const total = losses.sum<tf.Scalar>();
  return reduction === 'sum' ? total : total.div(factors.sum());
}
