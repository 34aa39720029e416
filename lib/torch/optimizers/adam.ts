/** Adam and the optimizers that are Adam with another decay. */
import { tf } from '../../backend';
import { byName, type Arguments } from '../arguments';
import { follow, followSquare, Optimizer, type DecoupledOptions } from './optimizer';
import { checkBetas, notNegative } from './ranges';

/** What Adam and its relatives have in common. */
export interface BetaOptions extends DecoupledOptions {
  /** How slowly the means of the gradient and of its square follow. Default [0.9, 0.999]. */
  betas?: readonly [number, number];
  /** Added to the root of the mean square, after bias correction. Default 1e-8 (Keras: 1e-7). */
  eps?: number;
}

/** Options of {@link Adam}; `lr` is 1e-3 by default. */
export interface AdamOptions extends BetaOptions {
  /** Divide by the largest mean square so far (Reddi et al. 2018). Default false. */
  amsgrad?: boolean;
}

/** Keeps the two means of Adam and its relatives. */
export abstract class BetaOptimizer extends Optimizer {
  /** How slowly the means follow; may be changed between steps. */
  betas: readonly [number, number];
  protected readonly eps: number;

  /** @throws RangeError when a number is out of its range. */
  constructor(owner: string, parameters: Iterable<tf.Variable>, options: BetaOptions & { lr: number }) {
    super(owner, parameters, options);
    this.betas = options.betas ?? [0.9, 0.999];
    this.eps = options.eps ?? 1e-8;
    notNegative(owner, { eps: this.eps });
    checkBetas(owner, this.betas);
  }

  override get hasMomentum(): boolean {
    return true;
  }

  override setMomentum(momentum: number): void {
    this.betas = [momentum, this.betas[1]];
  }
}

const names = ['lr', 'betas', 'eps', 'weightDecay', 'amsgrad', 'maximize', 'decoupledWeightDecay'] as const;

/**
 * PyTorch's `optim.Adam` (Kingma and Ba 2015).
 *
 * @example
 * const weight = tf.variable(tf.tensor1d([1]));
 * const optimizer = new torch.Adam([weight], { lr: 0.1 });
 * for (let step = 0; step < 2; step++) optimizer.step(() => weight.square().sum());
 * console.log(weight.dataSync()[0].toFixed(4)); // 0.8004
 */
export class Adam extends BetaOptimizer {
  private readonly amsgrad: boolean;

  /** @throws RangeError when a number is out of its range. */
  constructor(parameters: Iterable<tf.Variable>, ...args: Arguments<AdamOptions, typeof names>) {
    const options = byName<AdamOptions>(`torch.${new.target.name}`, names, args);
    super(`torch.${new.target.name}`, parameters, { lr: 1e-3, ...options });
    this.amsgrad = options.amsgrad ?? false;
  }

  protected update(parameter: tf.Variable, gradient: tf.Tensor, step: number): void {
    const [beta1, beta2] = this.betas;
    const [mean, square, greatest] = this.rememberedZeros(parameter, this.amsgrad ? 3 : 2);
    follow(mean, gradient, beta1);
    followSquare(square, gradient, beta2);
    if (this.amsgrad) greatest.assign(greatest.maximum(square));
    const root = (this.amsgrad ? greatest : square).sqrt().div(Math.sqrt(1 - beta2 ** step));
    const change = mean.div(root.add(this.eps)).mul(this.lr / (1 - beta1 ** step));
    parameter.assign(parameter.sub(change));
  }
}

/**
 * PyTorch's `optim.AdamW` (Loshchilov and Hutter 2019): weight decay acts on the parameter itself. Default decay 0.01.
 *
 * @example
 * const weight = tf.variable(tf.tensor1d([1]));
 * const optimizer = new torch.AdamW([weight], { lr: 0.1, weightDecay: 0.1 });
 * for (let step = 0; step < 2; step++) optimizer.step(() => weight.square().sum());
 * console.log(weight.dataSync()[0].toFixed(4)); // 0.7816
 */
export class AdamW extends Adam {
  constructor(parameters: Iterable<tf.Variable>, ...args: Arguments<AdamOptions, typeof names>) {
    super(parameters, {
      weightDecay: 0.01,
      ...byName<AdamOptions>('torch.AdamW', names, args),
      decoupledWeightDecay: true,
    });
  }
}
