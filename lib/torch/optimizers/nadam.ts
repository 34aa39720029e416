/** Adam with Nesterov's momentum. */
import { tf } from '../../backend';
import { byName, type Arguments } from '../arguments';
import { BetaOptimizer, type BetaOptions } from './adam';
import { follow, followSquare } from './optimizer';
import { notNegative } from './ranges';

/** Options of {@link NAdam}; `lr` is 2e-3 by default. */
export interface NAdamOptions extends BetaOptions {
  /** How fast the momentum nears its full size. Default 4e-3. */
  momentumDecay?: number;
}

const names = ['lr', 'betas', 'eps', 'weightDecay', 'momentumDecay', 'decoupledWeightDecay', 'maximize'] as const;

/**
 * PyTorch's `optim.NAdam` (Dozat 2016).
 *
 * @example
 * const weight = tf.variable(tf.tensor1d([1]));
 * const optimizer = new torch.NAdam([weight], { lr: 0.1 });
 * for (let step = 0; step < 2; step++) optimizer.step(() => weight.square().sum());
 * console.log(weight.dataSync()[0].toFixed(4)); // 0.8200
 */
export class NAdam extends BetaOptimizer {
  private readonly momentumDecay: number;
  private readonly products = new Map<tf.Variable, number>();

  /** @throws RangeError when a number is out of its range. */
  constructor(parameters: Iterable<tf.Variable>, ...args: Arguments<NAdamOptions, typeof names>) {
    const options = byName<NAdamOptions>('torch.NAdam', names, args);
    super('torch.NAdam', parameters, { lr: 2e-3, ...options });
    this.momentumDecay = options.momentumDecay ?? 4e-3;
    notNegative('torch.NAdam', { momentumDecay: this.momentumDecay });
  }

  override dispose(): void {
    super.dispose();
    this.products.clear();
  }

  protected update(parameter: tf.Variable, gradient: tf.Tensor, step: number): void {
    const [beta1, beta2] = this.betas;
    const momentum = (at: number) => beta1 * (1 - 0.5 * 0.96 ** (at * this.momentumDecay));
    const product = (this.products.get(parameter) ?? 1) * momentum(step);
    this.products.set(parameter, product);
    const [mean, square] = this.rememberedZeros(parameter, 2);
    follow(mean, gradient, beta1);
    followSquare(square, gradient, beta2);
    const root = square
      .div(1 - beta2 ** step)
      .sqrt()
      .add(this.eps);
    const next = momentum(step + 1);
    const now = gradient.div(root).mul((this.lr * (1 - momentum(step))) / (1 - product));
    const ahead = mean.div(root).mul((this.lr * next) / (1 - product * next));
    parameter.assign(parameter.sub(now).sub(ahead));
  }
}
