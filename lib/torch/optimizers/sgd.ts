/** Gradient descent with momentum. */
import { tf } from '../../backend';
import { byName, type Arguments } from '../arguments';
import { Optimizer, type OptimizerOptions } from './optimizer';
import { notNegative } from './ranges';

/** Options of {@link SGD}; `lr` is 1e-3 by default. */
export interface SGDOptions extends OptimizerOptions {
  /** How much of the last step carries on. Default 0. */
  momentum?: number;
  /** What momentum takes off each new gradient. Default 0. */
  dampening?: number;
  /** Looks ahead along the momentum (Nesterov). Default false. */
  nesterov?: boolean;
}

const names = ['lr', 'momentum', 'dampening', 'weightDecay', 'nesterov', 'maximize'] as const;

/**
 * PyTorch's `optim.SGD`.
 *
 * @example
 * const weight = tf.variable(tf.tensor1d([1]));
 * const optimizer = new torch.SGD([weight], { lr: 0.1, momentum: 0.9 });
 * for (let step = 0; step < 2; step++) optimizer.step(() => weight.square().sum());
 * console.log(weight.dataSync()[0].toFixed(4)); // 0.4600
 */
export class SGD extends Optimizer {
  /** How much of the last step carries on; may be changed between steps. */
  momentum: number;
  private readonly dampening: number;
  private readonly nesterov: boolean;

  /** @throws RangeError when a number is negative, or nesterov is asked without momentum or with dampening. */
  constructor(parameters: Iterable<tf.Variable>, ...args: Arguments<SGDOptions, typeof names>) {
    const options = byName<SGDOptions>('torch.SGD', names, args);
    super('torch.SGD', parameters, { lr: 1e-3, ...options });
    const { momentum = 0, dampening = 0, nesterov = false } = options;
    notNegative('torch.SGD', { momentum });
    if (nesterov && (momentum === 0 || dampening !== 0)) {
      throw new RangeError('torch.SGD: nesterov needs a momentum and no dampening.');
    }
    this.momentum = momentum;
    this.dampening = dampening;
    this.nesterov = nesterov;
  }

  override get hasMomentum(): boolean {
    return true;
  }

  override setMomentum(momentum: number): void {
    this.momentum = momentum;
  }

  protected update(parameter: tf.Variable, gradient: tf.Tensor): void {
    parameter.assign(parameter.sub(this.direction(parameter, gradient).mul(this.lr)));
  }

  private direction(parameter: tf.Variable, gradient: tf.Tensor): tf.Tensor {
    if (this.momentum === 0) return gradient;
    let isFirst = false;
    const [buffer] = this.remembered(parameter, () => {
      isFirst = true;
      return [gradient];
    });
    if (!isFirst) buffer.assign(buffer.mul(this.momentum).add(gradient.mul(1 - this.dampening)));
    return this.nesterov ? gradient.add(buffer.mul(this.momentum)) : buffer;
  }
}
