/** Gradients over the root of the sum of their squares. */
import { tf } from '../../backend';
import { byName, type Arguments } from '../arguments';
import { Optimizer, type OptimizerOptions } from './optimizer';
import { notNegative } from './ranges';

/** Options of {@link Adagrad}; `lr` is 0.01 by default. */
export interface AdagradOptions extends OptimizerOptions {
  /** The learning rate of step t is `lr / (1 + (t - 1) lrDecay)`. Default 0. */
  lrDecay?: number;
  /** With what the sums of squares begin. Default 0. */
  initialAccumulatorValue?: number;
  /** Added to the root. Default 1e-10. */
  eps?: number;
}

const names = ['lr', 'lrDecay', 'weightDecay', 'initialAccumulatorValue', 'eps', 'maximize'] as const;

/**
 * PyTorch's `optim.Adagrad` (Duchi, Hazan and Singer 2011).
 *
 * @example
 * const weight = tf.variable(tf.tensor1d([1]));
 * const optimizer = new torch.Adagrad([weight], { lr: 0.1 });
 * for (let step = 0; step < 2; step++) optimizer.step(() => weight.square().sum());
 * console.log(weight.dataSync()[0].toFixed(4)); // 0.8331
 */
export class Adagrad extends Optimizer {
  private readonly lrDecay: number;
  private readonly initial: number;
  private readonly eps: number;

  /** @throws RangeError when a number is negative. */
  constructor(parameters: Iterable<tf.Variable>, ...args: Arguments<AdagradOptions, typeof names>) {
    const options = byName<AdagradOptions>('torch.Adagrad', names, args);
    super('torch.Adagrad', parameters, { lr: 0.01, ...options });
    this.lrDecay = options.lrDecay ?? 0;
    this.initial = options.initialAccumulatorValue ?? 0;
    this.eps = options.eps ?? 1e-10;
    notNegative('torch.Adagrad', {
      lrDecay: this.lrDecay,
      initialAccumulatorValue: this.initial,
      eps: this.eps,
    });
  }

  protected update(parameter: tf.Variable, gradient: tf.Tensor, step: number): void {
    const [sum] = this.remembered(parameter, () => [tf.fill(parameter.shape, this.initial)]);
    sum.assign(sum.add(gradient.square()));
    const rate = this.lr / (1 + (step - 1) * this.lrDecay);
    parameter.assign(parameter.sub(gradient.div(sum.sqrt().add(this.eps)).mul(rate)));
  }
}
