/** Adam that waits for its mean square. */
import { tf } from '../../backend';
import { byName, type Arguments } from '../arguments';
import { BetaOptimizer, type BetaOptions } from './adam';
import { follow, followSquare } from './optimizer';

const names = ['lr', 'betas', 'eps', 'weightDecay', 'decoupledWeightDecay', 'maximize'] as const;

/**
 * PyTorch's `optim.RAdam` (Liu et al. 2020); `lr` is 1e-3 by default.
 *
 * @example
 * const weight = tf.variable(tf.tensor1d([1]));
 * const optimizer = new torch.RAdam([weight], { lr: 0.1 });
 * for (let step = 0; step < 2; step++) optimizer.step(() => weight.square().sum());
 * console.log(weight.dataSync()[0].toFixed(4)); // 0.6211
 */
export class RAdam extends BetaOptimizer {
  /** @throws RangeError when a number is out of its range. */
  constructor(parameters: Iterable<tf.Variable>, ...args: Arguments<BetaOptions, typeof names>) {
    const options = byName<BetaOptions>('torch.RAdam', names, args);
    super('torch.RAdam', parameters, { lr: 1e-3, ...options });
  }

  protected update(parameter: tf.Variable, gradient: tf.Tensor, step: number): void {
    const [beta1, beta2] = this.betas;
    const [mean, square] = this.rememberedZeros(parameter, 2);
    follow(mean, gradient, beta1);
    followSquare(square, gradient, beta2);
    const correction = 1 - beta2 ** step;
    const longest = 2 / (1 - beta2) - 1;
    const length = longest - (2 * step * beta2 ** step) / correction;
    let change = mean.mul(this.lr / (1 - beta1 ** step));
    if (length > 5) {
      const certainty = ((length - 4) * (length - 2) * longest) / ((longest - 4) * (longest - 2) * length);
      change = change.div(square.sqrt().add(this.eps)).mul(Math.sqrt(certainty) * Math.sqrt(correction));
    }
    parameter.assign(parameter.sub(change));
  }
}
