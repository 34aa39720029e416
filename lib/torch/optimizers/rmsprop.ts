/** Gradients over the root of their mean square. */
import { tf } from '../../backend';
import { byName, type Arguments } from '../arguments';
import { follow, followSquare, Optimizer, type OptimizerOptions } from './optimizer';
import { notNegative } from './ranges';

/** Options of {@link RMSprop}; `lr` is 0.01 by default. */
export interface RMSpropOptions extends OptimizerOptions {
  /** How slowly the mean square follows. Default 0.99 (Keras: rho 0.9). */
  alpha?: number;
  /** Added to the root. Default 1e-8. */
  eps?: number;
  /** How much of the last step carries on. Default 0. */
  momentum?: number;
  /** Divide by the standard deviation instead: takes the squared mean off the mean square. Default false. */
  centered?: boolean;
}

const names = ['lr', 'alpha', 'eps', 'weightDecay', 'momentum', 'centered', 'maximize'] as const;

/**
 * PyTorch's `optim.RMSprop` (Tieleman and Hinton 2012; centered: Graves 2013).
 *
 * @example
 * const weight = tf.variable(tf.tensor1d([1]));
 * const optimizer = new torch.RMSprop([weight], { lr: 0.01 });
 * for (let step = 0; step < 2; step++) optimizer.step(() => weight.square().sum());
 * console.log(weight.dataSync()[0].toFixed(4)); // 0.8329
 */
export class RMSprop extends Optimizer {
  /** How much of the last step carries on; may be changed between steps. */
  momentum: number;
  private readonly alpha: number;
  private readonly eps: number;
  private readonly centered: boolean;

  /** @throws RangeError when a number is negative. */
  constructor(parameters: Iterable<tf.Variable>, ...args: Arguments<RMSpropOptions, typeof names>) {
    const options = byName<RMSpropOptions>('torch.RMSprop', names, args);
    super('torch.RMSprop', parameters, { lr: 0.01, ...options });
    this.alpha = options.alpha ?? 0.99;
    this.eps = options.eps ?? 1e-8;
    this.momentum = options.momentum ?? 0;
    this.centered = options.centered ?? false;
    notNegative('torch.RMSprop', { alpha: this.alpha, eps: this.eps, momentum: this.momentum });
  }

  override get hasMomentum(): boolean {
    return true;
  }

  override setMomentum(momentum: number): void {
    this.momentum = momentum;
  }

  protected update(parameter: tf.Variable, gradient: tf.Tensor): void {
    const [square, mean, buffer] = this.rememberedZeros(parameter, this.centered || this.momentum > 0 ? 3 : 1);
    followSquare(square, gradient, this.alpha);
    if (this.centered) follow(mean, gradient, this.alpha);
    const spread = this.centered ? square.sub(mean.square()) : square;
    let change = gradient.div(spread.sqrt().add(this.eps));
    if (this.momentum > 0) {
      buffer.assign(buffer.mul(this.momentum).add(change));
      change = buffer;
    }
    parameter.assign(parameter.sub(change.mul(this.lr)));
  }
}
