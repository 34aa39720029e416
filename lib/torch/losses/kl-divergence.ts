/** The distance of two distributions. */
import { tf } from '../../backend';
import { checkOptions } from '../../options';
import { Module } from '../module';
import { checkReduction, checkShapes, reduce, type Reduction } from './loss';

/** Options of {@link KLDivLoss}. */
export interface KLDivOptions {
  /** Default `'mean'`, over all numbers; the divergence itself is `'batchmean'`. */
  reduction?: Reduction | 'batchmean';
  /** Whether the target holds logarithms, too. Default false. */
  logTarget?: boolean;
}

/**
 * PyTorch's `nn.KLDivLoss` (Kullback and Leibler 1951): `target (log target - input)`, where the input holds logarithms.
 *
 * @example
 * const loss = new torch.KLDivLoss({ reduction: 'batchmean' });
 * const [guess, truth] = [tf.tensor2d([[0.5, 0.5]]), tf.tensor2d([[0.9, 0.1]])];
 * console.log(loss.forward(guess.log(), truth).dataSync()[0].toFixed(4)); // 0.3681
 */
export class KLDivLoss extends Module {
  /** @throws TypeError on an unknown option; RangeError on an unknown reduction. */
  constructor(private readonly options: KLDivOptions = {}) {
    super();
    checkOptions('torch.KLDivLoss', options, ['reduction', 'logTarget']);
    checkReduction('KLDivLoss', options.reduction, ['mean', 'sum', 'none', 'batchmean']);
  }

  /** Both of one shape. @throws RangeError when the shapes differ. */
  forward(input: tf.Tensor, target: tf.Tensor): tf.Scalar {
    checkShapes('KLDivLoss', input, target);
    return tf.tidy(() => {
      const { reduction = 'mean', logTarget = false } = this.options;
      const losses = logTarget ? target.exp().mul(target.sub(input)) : xLogX(target).sub(target.mul(input));
      if (reduction !== 'batchmean') return reduce(losses, { reduction });
      return losses.sum<tf.Scalar>().div(input.shape[0]);
    });
  }
}

/** `x log x`, 0 for 0. */
function xLogX(x: tf.Tensor): tf.Tensor {
  return x.mul(tf.where(x.equal(0), tf.onesLike(x), x).log());
}
