/** Losses of differences. */
import { tf } from '../../backend';
import { checkOptions } from '../../options';
import { Module } from '../module';
import { checkReduction, checkShapes, reduce, type LossOptions } from './loss';

/** A loss of `input - target`, number by number. */
abstract class DifferenceLoss extends Module {
  constructor(
    private readonly kind: string,
    private readonly options: LossOptions,
    known: readonly string[] = [],
  ) {
    super();
    checkOptions(`torch.${kind}`, options, ['reduction', ...known]);
    checkReduction(kind, options.reduction);
  }

  /** Both of one shape. @throws RangeError otherwise (PyTorch warns and broadcasts, which is hardly ever meant). */
  forward(input: tf.Tensor, target: tf.Tensor): tf.Scalar {
    checkShapes(this.kind, input, target);
    return tf.tidy(() => reduce(this.each(input.sub(target)), this.options));
  }

  protected abstract each(difference: tf.Tensor): tf.Tensor;
}

/**
 * PyTorch's `nn.MSELoss`: `(input - target)²`.
 *
 * @example
 * const loss = new torch.MSELoss().forward(tf.tensor1d([1, 5]), tf.tensor1d([2, 2]));
 * console.log(loss.dataSync()[0].toFixed(4)); // 5.0000
 */
export class MSELoss extends DifferenceLoss {
  /** @throws TypeError on an unknown option; RangeError on an unknown reduction. */
  constructor(options: LossOptions = {}) {
    super('MSELoss', options);
  }

  protected each(difference: tf.Tensor): tf.Tensor {
    return difference.square();
  }
}

/**
 * PyTorch's `nn.L1Loss`: `|input - target|`, with the gradient 0 where they are equal.
 *
 * @example
 * const loss = new torch.L1Loss().forward(tf.tensor1d([1, 5]), tf.tensor1d([2, 2]));
 * console.log(loss.dataSync()[0].toFixed(4)); // 2.0000
 */
export class L1Loss extends DifferenceLoss {
  /** @throws TypeError on an unknown option; RangeError on an unknown reduction. */
  constructor(options: LossOptions = {}) {
    super('L1Loss', options);
  }

  protected each(difference: tf.Tensor): tf.Tensor {
    return size(difference);
  }
}

/** Options of {@link SmoothL1Loss}. */
export interface SmoothL1Options extends LossOptions {
  /** Where the square ends and the straight line begins. Default 1; 0 is {@link L1Loss}. */
  beta?: number;
}

/**
 * PyTorch's `nn.SmoothL1Loss`: `d² / (2 beta)` for differences below beta, `|d| - beta / 2` above.
 *
 * @example
 * const loss = new torch.SmoothL1Loss().forward(tf.tensor1d([1, 5]), tf.tensor1d([2, 2]));
 * console.log(loss.dataSync()[0].toFixed(4)); // 1.5000
 */
export class SmoothL1Loss extends DifferenceLoss {
  private readonly beta: number;

  /** @throws TypeError on an unknown option; RangeError on an unknown reduction or a negative beta. */
  constructor(options: SmoothL1Options = {}) {
    super('SmoothL1Loss', options, ['beta']);
    this.beta = options.beta ?? 1;
    if (!(this.beta >= 0)) throw new RangeError(`torch.SmoothL1Loss: beta is a number of 0 or more; got ${this.beta}.`);
  }

  protected each(difference: tf.Tensor): tf.Tensor {
    return this.beta === 0 ? size(difference) : huber(difference, this.beta).div(this.beta);
  }
}

/** Options of {@link HuberLoss}. */
export interface HuberOptions extends LossOptions {
  /** Where the square ends and the straight line begins. Default 1. */
  delta?: number;
}

/**
 * PyTorch's `nn.HuberLoss` (Huber 1964): `d² / 2` for differences below delta, `delta (|d| - delta / 2)` above.
 *
 * @example
 * const loss = new torch.HuberLoss({ delta: 2 }).forward(tf.tensor1d([1, 5]), tf.tensor1d([2, 2]));
 * console.log(loss.dataSync()[0].toFixed(4)); // 2.2500
 */
export class HuberLoss extends DifferenceLoss {
  private readonly delta: number;

  /** @throws TypeError on an unknown option; RangeError on an unknown reduction or a delta that is not above 0. */
  constructor(options: HuberOptions = {}) {
    super('HuberLoss', options, ['delta']);
    this.delta = options.delta ?? 1;
    if (!(this.delta > 0)) throw new RangeError(`torch.HuberLoss: delta is a number above 0; got ${this.delta}.`);
  }

  protected each(difference: tf.Tensor): tf.Tensor {
    return huber(difference, this.delta);
  }
}

function huber(difference: tf.Tensor, delta: number): tf.Tensor {
  const distance = size(difference);
  const short = distance.minimum(delta);
  return distance.sub(short.div(2)).mul(short);
}

/** `|d|`; the gradient of `tf.abs` at 0 is -1. */
function size(difference: tf.Tensor): tf.Tensor {
  return difference.mul(difference.sign());
}
