/** Steps as long as the last ones were, in the parameter's own unit. */
import { tf } from '../../backend';
import { byName, type Arguments } from '../arguments';
import { followSquare, Optimizer, type OptimizerOptions } from './optimizer';
import { notNegative } from './ranges';

/** Options of {@link Adadelta}; `lr` is 1 by default. */
export interface AdadeltaOptions extends OptimizerOptions {
  /** How slowly the mean squares follow. Default 0.9. */
  rho?: number;
  /** Added under the roots. Default 1e-6. */
  eps?: number;
}

const names = ['lr', 'rho', 'eps', 'weightDecay', 'maximize'] as const;

/**
 * PyTorch's `optim.Adadelta` (Zeiler 2012).
 *
 * @example
 * const weight = tf.variable(tf.tensor1d([1]));
 * const optimizer = new torch.Adadelta([weight], { lr: 0.5 });
 * for (let step = 0; step < 2; step++) optimizer.step(() => weight.square().sum());
 * console.log(weight.dataSync()[0].toFixed(4)); // 0.9968
 */
export class Adadelta extends Optimizer {
  private readonly rho: number;
  private readonly eps: number;

  /** @throws RangeError when a number is out of its range. */
  constructor(parameters: Iterable<tf.Variable>, ...args: Arguments<AdadeltaOptions, typeof names>) {
    const options = byName<AdadeltaOptions>('torch.Adadelta', names, args);
    super('torch.Adadelta', parameters, { lr: 1, ...options });
    this.rho = options.rho ?? 0.9;
    this.eps = options.eps ?? 1e-6;
    notNegative('torch.Adadelta', { eps: this.eps });
    if (!(this.rho >= 0 && this.rho <= 1)) {
      throw new RangeError(`torch.Adadelta: rho is a number from 0 to 1; got ${this.rho}.`);
    }
  }

  protected update(parameter: tf.Variable, gradient: tf.Tensor): void {
    const [square, changes] = this.rememberedZeros(parameter, 2);
    followSquare(square, gradient, this.rho);
    const change = changes.add(this.eps).sqrt().div(square.add(this.eps).sqrt()).mul(gradient);
    followSquare(changes, change, this.rho);
    parameter.assign(parameter.sub(change.mul(this.lr)));
  }
}
