/** PyTorch's optimizers, by its exact formulas. */
import { tf } from '../backend';
import { differentiate } from './autograd';

/** Options of one optimizer step. */
export interface StepOptions {
  /** Scale the gradients down together so that their norm is at most this (`clip_grad_norm_`). */
  clipGradNorm?: number;
}

/** Changes parameters so that a loss falls. */
export abstract class Optimizer {
  /** The parameters that it changes. */
  readonly parameters: readonly tf.Variable[];
  private readonly kept = new Map<tf.Variable, tf.Variable[]>();

  /**
   * @param parameters what `module.parameters()` gives.
   * @param lr the learning rate; may be changed between steps.
   * @throws RangeError when there are no parameters or the learning rate is negative.
   */
  constructor(
    parameters: Iterable<tf.Variable>,
    public lr: number,
  ) {
    this.parameters = [...parameters];
    if (this.parameters.length === 0) throw new RangeError('An optimizer needs parameters; got none.');
    notNegative({ lr });
  }

  /**
   * One training step: computes the loss by the closure, takes its gradients, changes the parameters, and returns the loss
   * from before the change. It stands for `loss.backward(); optimizer.step()`; the gradients are used up, so that there is
   * nothing to zero. A parameter that the loss does not depend on stays as it is.
   * @throws RangeError when the closure returns no scalar.
   */
  step(closure: () => tf.Tensor, { clipGradNorm }: StepOptions = {}): number {
    return tf.tidy(() => {
      const { loss, gradients } = differentiate(closure, [...this.parameters]);
      const used = this.parameters.flatMap((parameter, i) => {
        const gradient = gradients[i];
        return gradient ? [{ parameter, gradient }] : [];
      });
      const factor = clipGradNorm === undefined ? undefined : clipFactor(used, clipGradNorm);
      for (const { parameter, gradient } of used) {
        this.update(parameter, factor ? gradient.mul(factor) : gradient);
      }
      return loss.dataSync()[0];
    });
  }

  /** Frees what it remembers about the parameters; not the parameters. */
  dispose(): void {
    for (const tensors of this.kept.values()) tf.dispose(tensors);
    this.kept.clear();
  }

  /** Changes one parameter; runs inside `tf.tidy`. */
  protected abstract update(parameter: tf.Variable, gradient: tf.Tensor): void;

  /** What the optimizer remembers about a parameter; at the first step `make` says with what it begins. */
  protected remembered(parameter: tf.Variable, make: () => tf.Tensor[]): tf.Variable[] {
    const kept = this.kept.get(parameter) ?? make().map((tensor) => tf.variable(tensor, false));
    this.kept.set(parameter, kept);
    return kept;
  }
}

/** Options of {@link SGD}. */
export interface SGDOptions {
  /** Learning rate. Default 1e-3. */
  lr?: number;
  /** How much of the last step carries on. Default 0. */
  momentum?: number;
  /** What momentum takes off each new gradient. Default 0. */
  dampening?: number;
  /** Adds this much of the parameter to its gradient (L2). Default 0. */
  weightDecay?: number;
  /** Looks ahead along the momentum (Nesterov). Default false. */
  nesterov?: boolean;
}

/** PyTorch's `optim.SGD`. */
export class SGD extends Optimizer {
  private readonly momentum: number;
  private readonly dampening: number;
  private readonly weightDecay: number;
  private readonly nesterov: boolean;

  /** @throws RangeError when a number is negative, or nesterov is asked without momentum or with dampening. */
  constructor(parameters: Iterable<tf.Variable>, options: SGDOptions = {}) {
    super(parameters, options.lr ?? 1e-3);
    this.momentum = options.momentum ?? 0;
    this.dampening = options.dampening ?? 0;
    this.weightDecay = options.weightDecay ?? 0;
    this.nesterov = options.nesterov ?? false;
    notNegative({ momentum: this.momentum, weightDecay: this.weightDecay });
    if (this.nesterov && (this.momentum === 0 || this.dampening !== 0)) {
      throw new RangeError('torch.SGD: nesterov needs a momentum and no dampening.');
    }
  }

  protected update(parameter: tf.Variable, gradient: tf.Tensor): void {
    const slope = decayed(gradient, parameter, this.weightDecay);
    parameter.assign(parameter.sub(this.direction(parameter, slope).mul(this.lr)));
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

/** Options of {@link Adam}. */
export interface AdamOptions {
  /** Learning rate. Default 1e-3. */
  lr?: number;
  /** How slowly the means of the gradient and of its square follow. Default [0.9, 0.999]. */
  betas?: readonly [number, number];
  /** Added to the root of the mean square, after bias correction. Default 1e-8 (Keras: 1e-7). */
  eps?: number;
  /** Adds this much of the parameter to its gradient (L2). Default 0. */
  weightDecay?: number;
}

/** PyTorch's `optim.Adam` (Kingma and Ba 2015). */
export class Adam extends Optimizer {
  protected readonly weightDecay: number;
  private readonly betas: readonly [number, number];
  private readonly eps: number;
  private readonly steps = new Map<tf.Variable, number>();

  /** @throws RangeError when a number is out of its range. */
  constructor(parameters: Iterable<tf.Variable>, options: AdamOptions = {}) {
    super(parameters, options.lr ?? 1e-3);
    this.betas = options.betas ?? [0.9, 0.999];
    this.eps = options.eps ?? 1e-8;
    this.weightDecay = options.weightDecay ?? 0;
    notNegative({ eps: this.eps, weightDecay: this.weightDecay });
    if (!this.betas.every((beta) => beta >= 0 && beta < 1)) {
      throw new RangeError(`torch.Adam: the betas are from 0 to below 1; got [${this.betas}].`);
    }
  }

  protected update(parameter: tf.Variable, gradient: tf.Tensor): void {
    this.adapt(parameter, decayed(gradient, parameter, this.weightDecay));
  }

  protected adapt(parameter: tf.Variable, gradient: tf.Tensor): void {
    const [beta1, beta2] = this.betas;
    const step = (this.steps.get(parameter) ?? 0) + 1;
    this.steps.set(parameter, step);
    const [mean, square] = this.remembered(parameter, () => [tf.zerosLike(gradient), tf.zerosLike(gradient)]);
    mean.assign(mean.add(gradient.sub(mean).mul(1 - beta1)));
    square.assign(square.mul(beta2).add(gradient.square().mul(1 - beta2)));
    const root = square.sqrt().div(Math.sqrt(1 - beta2 ** step));
    const change = mean.div(root.add(this.eps)).mul(this.lr / (1 - beta1 ** step));
    parameter.assign(parameter.sub(change));
  }
}

/** PyTorch's `optim.AdamW` (Loshchilov and Hutter 2019): weight decay acts on the parameter itself. Default decay 0.01. */
export class AdamW extends Adam {
  constructor(parameters: Iterable<tf.Variable>, options: AdamOptions = {}) {
    super(parameters, { weightDecay: 0.01, ...options });
  }

  protected override update(parameter: tf.Variable, gradient: tf.Tensor): void {
    parameter.assign(parameter.mul(1 - this.lr * this.weightDecay));
    this.adapt(parameter, gradient);
  }
}

function decayed(gradient: tf.Tensor, parameter: tf.Variable, weightDecay: number): tf.Tensor {
  return weightDecay === 0 ? gradient : gradient.add(parameter.mul(weightDecay));
}

/** The factor of `clip_grad_norm_`: at most 1, over the norm of all gradients together. */
function clipFactor(used: { gradient: tf.Tensor }[], limit: number): tf.Tensor {
  notNegative({ clipGradNorm: limit });
  const norm = tf.addN(used.map(({ gradient }) => gradient.square().sum())).sqrt();
  return tf.scalar(limit).div(norm.add(1e-6)).minimum(1);
}

function notNegative(named: Record<string, number>): void {
  for (const [name, value] of Object.entries(named)) {
    if (!(value >= 0)) throw new RangeError(`${name} is a number of 0 or more; got ${value}.`);
  }
}
