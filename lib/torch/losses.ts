/** PyTorch's losses. */
import { tf } from '../backend';
import { Module } from './module';

/** How the losses of single numbers become one. */
export type Reduction = 'mean' | 'sum' | 'none';

/** Options that every loss has. */
export interface LossOptions {
  /** Default `'mean'`. `'none'` gives the losses one by one. */
  reduction?: Reduction;
}

/** PyTorch's `nn.MSELoss`: `(input - target)²`. */
export class MSELoss extends Module {
  constructor(private readonly options: LossOptions = {}) {
    super();
  }

  /** Both of one shape. @throws RangeError otherwise (PyTorch warns and broadcasts, which is hardly ever meant). */
  forward(input: tf.Tensor, target: tf.Tensor): tf.Scalar {
    checkShapes('MSELoss', input, target);
    return tf.tidy(() => reduce(input.sub(target).square(), this.options));
  }
}

/** Options of {@link CrossEntropyLoss}. */
export interface CrossEntropyOptions extends LossOptions {
  /** A factor for each class. Default: 1. The mean is weighted by it. */
  weight?: ArrayLike<number>;
  /** Targets of this class count for nothing. Default -100. */
  ignoreIndex?: number;
}

/** PyTorch's `nn.CrossEntropyLoss`: takes logits and class indices; `-log softmax(input)[target]`. */
export class CrossEntropyLoss extends Module {
  constructor(private readonly options: CrossEntropyOptions = {}) {
    super();
  }

  /**
   * Logits `[n, classes]` with class indices `[n]`, or `[n, classes, d1, …]` with `[n, d1, …]`.
   * @throws RangeError when the shapes do not fit, a class does not exist, or the weights are not one a class.
   */
  forward(input: tf.Tensor, target: tf.Tensor): tf.Scalar {
    const { weight, ignoreIndex = -100 } = this.options;
    const [n, classes, ...rest] = input.shape;
    if (input.rank < 2 || target.shape.join() !== [n, ...rest].join()) {
      throw new RangeError(
        `torch.CrossEntropyLoss takes logits [n, classes, …] and class indices [n, …]; got [${input.shape}] and [${target.shape}].`,
      );
    }
    if (weight && weight.length !== classes) {
      throw new RangeError(`torch.CrossEntropyLoss: ${weight.length} weights for ${classes} classes.`);
    }
    const indices = target.dataSync();
    const valid = (c: number) => c === ignoreIndex || (Number.isInteger(c) && c >= 0 && c < classes);
    const wrong = indices.find((c: number) => !valid(c));
    if (wrong !== undefined) {
      throw new RangeError(`torch.CrossEntropyLoss: the classes are 0 to ${classes - 1}; got ${wrong}.`);
    }
    return tf.tidy(() => {
      const factors = Float32Array.from(indices, (c: number) => (c === ignoreIndex ? 0 : (weight?.[c] ?? 1)));
      const chosen = Int32Array.from(indices, (c: number) => (c === ignoreIndex ? 0 : c));
      const last = [0, ...rest.map((_, i) => i + 2), 1];
      const logits = (rest.length > 0 ? input.transpose(last) : input).reshape([-1, classes]);
      const picked = tf.oneHot(tf.tensor1d(chosen, 'int32'), classes).toFloat().mul(tf.logSoftmax(logits)).sum(1);
      const losses = picked.neg().mul(tf.tensor1d(factors));
      if (this.options.reduction === 'none') return losses.reshape(target.shape) as tf.Scalar;
      const total = losses.sum<tf.Scalar>();
      if (this.options.reduction === 'sum') return total;
      return total.div(factors.reduce((a, b) => a + b, 0));
    });
  }
}

/** Options of {@link BCEWithLogitsLoss}. */
export interface BCEOptions extends LossOptions {
  /** A factor for each number's loss, of a shape that broadcasts to the input. */
  weight?: tf.Tensor;
  /** How much a positive example counts; a tensor gives one factor a class. Default 1. */
  posWeight?: tf.Tensor | number;
}

/** PyTorch's `nn.BCEWithLogitsLoss`: binary cross-entropy of `sigmoid(input)`, computed without overflow. */
export class BCEWithLogitsLoss extends Module {
  constructor(private readonly options: BCEOptions = {}) {
    super();
  }

  /** Both of one shape, targets from 0 to 1. @throws RangeError when the shapes differ. */
  forward(input: tf.Tensor, target: tf.Tensor): tf.Scalar {
    checkShapes('BCEWithLogitsLoss', input, target);
    return tf.tidy(() => {
      const y = target.toFloat();
      const { weight, posWeight = 1 } = this.options;
      // (1 - y) x + (1 + (p - 1) y) log(1 + e^-x), with log(1 + e^-x) = softplus(-x).
      const positive = y.mul(tf.sub(posWeight, 1)).add(1);
      const losses = tf.sub(1, y).mul(input).add(positive.mul(input.neg().softplus()));
      return reduce(weight ? losses.mul(weight) : losses, this.options);
    });
  }
}

function reduce(losses: tf.Tensor, { reduction = 'mean' }: LossOptions): tf.Scalar {
  if (reduction === 'none') return losses as tf.Scalar;
  return reduction === 'sum' ? losses.sum() : losses.mean();
}

function checkShapes(loss: string, input: tf.Tensor, target: tf.Tensor): void {
  if (input.shape.join() === target.shape.join()) return;
  throw new RangeError(
    `torch.${loss} compares tensors of one shape; got the input [${input.shape}] and the target [${target.shape}].`,
  );
}
