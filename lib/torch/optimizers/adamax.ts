/** Adam with the largest gradient instead of the mean square. */
import { tf } from '../../backend';
import { byName, type Arguments } from '../arguments';
import { BetaOptimizer, type BetaOptions } from './adam';
import { follow } from './optimizer';

/** Options of {@link Adamax}; `lr` is 2e-3 by default. */
export type AdamaxOptions = Omit<BetaOptions, 'decoupledWeightDecay'>;

const names = ['lr', 'betas', 'eps', 'weightDecay', 'maximize'] as const;

/**
 * PyTorch's `optim.Adamax` (Kingma and Ba 2015, section 7.1).
 *
 * @example
 * const weight = tf.variable(tf.tensor1d([1]));
 * const optimizer = new torch.Adamax([weight], { lr: 0.1 });
 * for (let step = 0; step < 2; step++) optimizer.step(() => weight.square().sum());
 * console.log(weight.dataSync()[0].toFixed(4)); // 0.8052
 */
export class Adamax extends BetaOptimizer {
  /** @throws RangeError when a number is out of its range. */
  constructor(parameters: Iterable<tf.Variable>, ...args: Arguments<AdamaxOptions, typeof names>) {
    const options = byName<AdamaxOptions>('torch.Adamax', names, args);
    super('torch.Adamax', parameters, { lr: 2e-3, ...options });
  }

  protected update(parameter: tf.Variable, gradient: tf.Tensor, step: number): void {
    const [beta1, beta2] = this.betas;
    const [mean, greatest] = this.rememberedZeros(parameter, 2);
    follow(mean, gradient, beta1);
    greatest.assign(greatest.mul(beta2).maximum(gradient.abs().add(this.eps)));
    parameter.assign(parameter.sub(mean.div(greatest).mul(this.lr / (1 - beta1 ** step))));
  }
}
