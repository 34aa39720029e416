/** Losses of yes and no. */
import { tf } from '../../backend';
import { checkOptions } from '../../options';
import { Module } from '../module';
import { checkReduction, checkShapes, reduce, type LossOptions } from './loss';

/** Options of {@link BCELoss}. */
export interface BCELossOptions extends LossOptions {
  /** A factor for each number's loss, of a shape that broadcasts to the input. */
  weight?: tf.Tensor;
}

/**
 * PyTorch's `nn.BCELoss`: binary cross-entropy of probabilities; as there, no logarithm is below -100.
 *
 * @example
 * const loss = new torch.BCELoss().forward(tf.tensor1d([0.9, 0.2]), tf.tensor1d([1, 0]));
 * console.log(loss.dataSync()[0].toFixed(4)); // 0.1643
 */
export class BCELoss extends Module {
  /** @throws TypeError on an unknown option; RangeError on an unknown reduction. */
  constructor(private readonly options: BCELossOptions = {}) {
    super();
    checkOptions('torch.BCELoss', options, ['weight', 'reduction']);
    checkReduction('BCELoss', options.reduction);
  }

  /** Both of one shape, from 0 to 1. @throws RangeError when the shapes differ or an input is no probability. */
  forward(input: tf.Tensor, target: tf.Tensor): tf.Scalar {
    checkShapes('BCELoss', input, target);
    return tf.tidy(() => {
      const outside = input.greaterEqual(0).logicalAnd(input.lessEqual(1)).logicalNot().any().dataSync()[0];
      if (outside) {
        throw new RangeError('torch.BCELoss takes probabilities from 0 to 1; give logits to torch.BCEWithLogitsLoss.');
      }
      const losses = binaryCrossEntropy(input, target.toFloat());
      const { weight } = this.options;
      return reduce(weight ? losses.mul(weight) : losses, this.options);
    });
  }
}

/** The gradient is PyTorch's: `(p - y) / max(p (1 - p), 1e-12)`. */
function binaryCrossEntropy(probabilities: tf.Tensor, y: tf.Tensor): tf.Tensor {
  const logarithm = (x: tf.Tensor) => x.log().maximum(-100);
  const losses = tf.customGrad((p, save) => {
    const input = p as tf.Tensor;
    (save as tf.GradSaveFunc)([input, y]);
    const value = y.mul(logarithm(input)).add(tf.sub(1, y).mul(logarithm(tf.sub(1, input)))).neg(); // prettier-ignore
    return {
      value,
      gradFunc: (dy: tf.Tensor, [saved, target]: tf.Tensor[]) =>
        saved.sub(target).div(saved.mul(tf.sub(1, saved)).maximum(1e-12)).mul(dy), // prettier-ignore
    };
  });
  return losses(probabilities);
}

/** Options of {@link BCEWithLogitsLoss}. */
export interface BCEOptions extends BCELossOptions {
  /** How much a positive example counts; a tensor gives one factor a class. Default 1. */
  posWeight?: tf.Tensor | number;
}

/**
 * PyTorch's `nn.BCEWithLogitsLoss`: binary cross-entropy of `sigmoid(input)`, computed without overflow.
 *
 * @example
 * const loss = new torch.BCEWithLogitsLoss().forward(tf.tensor1d([2, -1]), tf.tensor1d([1, 0]));
 * console.log(loss.dataSync()[0].toFixed(4)); // 0.2201
 */
export class BCEWithLogitsLoss extends Module {
  /** @throws TypeError on an unknown option; RangeError on an unknown reduction. */
  constructor(private readonly options: BCEOptions = {}) {
    super();
    checkOptions('torch.BCEWithLogitsLoss', options, ['weight', 'reduction', 'posWeight']);
    checkReduction('BCEWithLogitsLoss', options.reduction);
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
