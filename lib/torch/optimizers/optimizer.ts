/** What PyTorch's optimizers share. */
import { tf } from '../../backend';
import { checkOptions } from '../../options';
import { differentiate } from '../autograd';
import { clipNorm, clipValue } from './clip';
import { notNegative } from './ranges';

/** Options of one optimizer step. */
export interface StepOptions {
  /** Scale the gradients down together so that their norm is at most this (`clip_grad_norm_`). */
  clipGradNorm?: number;
  /** Which norm `clipGradNorm` takes; Infinity is the largest number. Default 2. */
  normType?: number;
  /** Bring every number of the gradients between -this and this (`clip_grad_value_`), after `clipGradNorm`. */
  clipGradValue?: number;
}

/** Options that every optimizer has. */
export interface OptimizerOptions {
  /** Learning rate. */
  lr?: number;
  /** Adds this much of the parameter to its gradient (L2). Default 0. */
  weightDecay?: number;
  /** Climb instead of descend. Default false. */
  maximize?: boolean;
}

/** Options of the optimizers whose weight decay may act on the parameter itself. */
export interface DecoupledOptions extends OptimizerOptions {
  /** Weight decay acts on the parameter itself, before the step (Loshchilov and Hutter 2019). Default false. */
  decoupledWeightDecay?: boolean;
}

type BaseOptions = DecoupledOptions & { lr: number };

/**
 * Changes parameters so that a loss falls.
 *
 * @example
 * torch.manualSeed(0);
 * const net = new torch.Linear(3, 1);
 * const optimizer: torch.Optimizer = new torch.SGD(net.parameters(), { lr: 0.1 });
 * const loss = () => net.forward(tf.ones<tf.Rank.R2>([4, 3])).square().mean();
 * const losses = [1, 2, 3].map(() => optimizer.step(loss, { clipGradNorm: 1 }).toFixed(3));
 * console.log(losses); // [ '0.354', '0.156', '0.038' ]
 */
export abstract class Optimizer {
  /** The parameters that it changes. */
  readonly parameters: readonly tf.Variable[];
  /** The learning rate; may be changed between steps. */
  lr: number;
  /** The learning rate from which schedulers start. */
  initialLr: number | undefined;
  private readonly weightDecay: number;
  private readonly maximize: boolean;
  private readonly decoupled: boolean;
  private readonly kept = new Map<tf.Variable, tf.Variable[]>();
  private readonly steps = new Map<tf.Variable, number>();

  /**
   * @param parameters what `module.parameters()` gives.
   * @throws TypeError when they are no parameters; RangeError when there are none, or a number is negative.
   */
  constructor(owner: string, parameters: Iterable<tf.Variable>, options: BaseOptions) {
    this.parameters = checkParameters(owner, parameters);
    notNegative(owner, { lr: options.lr, weightDecay: options.weightDecay ?? 0 });
    this.lr = options.lr;
    this.weightDecay = options.weightDecay ?? 0;
    this.maximize = options.maximize ?? false;
    this.decoupled = options.decoupledWeightDecay ?? false;
  }

  /**
   * One training step: computes the loss by the closure, takes its gradients, changes the parameters, and returns the loss
   * from before the change. It stands for `loss.backward(); optimizer.step()`; the gradients are used up, so that there is
   * nothing to zero. A parameter that the loss does not depend on stays as it is.
   * @throws RangeError when the closure returns no scalar; TypeError without a closure or with an unknown option.
   */
  step(closure: () => tf.Tensor, options: StepOptions = {}): number {
    if (typeof closure !== 'function') {
      throw new TypeError(
        'optimizer.step takes the closure that computes the loss, step(() => criterion.forward(…)): it takes the gradients itself.',
      );
    }
    checkOptions('optimizer.step', options, ['clipGradNorm', 'normType', 'clipGradValue']);
    return tf.tidy(() => {
      const { loss, gradients } = differentiate(closure, [...this.parameters]);
      const used = this.parameters.filter((_, i) => gradients[i]);
      const clipped = clip(
        gradients.filter((gradient): gradient is tf.Tensor => gradient !== undefined),
        options,
      );
      used.forEach((parameter, i) => {
        const slope = this.maximize ? clipped[i].neg() : clipped[i];
        this.steps.set(parameter, (this.steps.get(parameter) ?? 0) + 1);
        this.update(parameter, this.decay(parameter, slope), this.steps.get(parameter)!);
      });
      return loss.dataSync()[0];
    });
  }

  /** Whether it has a momentum or a first beta, which {@link setMomentum} changes. */
  get hasMomentum(): boolean {
    return false;
  }

  /** Sets the momentum, Adam's first beta; a scheduler calls it. */
  setMomentum(_momentum: number): void {}

  /** Frees what it remembers about the parameters; not the parameters. */
  dispose(): void {
    for (const tensors of this.kept.values()) tf.dispose(tensors);
    this.kept.clear();
    this.steps.clear();
  }

  /** Changes one parameter; runs inside `tf.tidy`. @param step counts from 1. */
  protected abstract update(parameter: tf.Variable, gradient: tf.Tensor, step: number): void;

  /** What the optimizer remembers about a parameter; at the first step `make` says with what it begins. */
  protected remembered(parameter: tf.Variable, make: () => tf.Tensor[]): tf.Variable[] {
    const kept = this.kept.get(parameter) ?? make().map((tensor) => tf.variable(tensor, false));
    this.kept.set(parameter, kept);
    return kept;
  }

  /** {@link remembered}, beginning with `count` tensors of zeros. */
  protected rememberedZeros(parameter: tf.Variable, count: number): tf.Variable[] {
    return this.remembered(parameter, () => Array.from({ length: count }, () => tf.zerosLike(parameter)));
  }

  private decay(parameter: tf.Variable, gradient: tf.Tensor): tf.Tensor {
    if (this.weightDecay === 0) return gradient;
    if (!this.decoupled) return gradient.add(parameter.mul(this.weightDecay));
    parameter.assign(parameter.mul(1 - this.lr * this.weightDecay));
    return gradient;
  }
}

/** `mean + (value - mean) (1 - beta)`, PyTorch's `lerp_`. */
export function follow(mean: tf.Variable, value: tf.Tensor, beta: number): void {
  mean.assign(mean.add(value.sub(mean).mul(1 - beta)));
}

/** `mean beta + value² (1 - beta)`. */
export function followSquare(mean: tf.Variable, value: tf.Tensor, beta: number): void {
  mean.assign(mean.mul(beta).add(value.square().mul(1 - beta)));
}

function clip(gradients: tf.Tensor[], { clipGradNorm, normType = 2, clipGradValue }: StepOptions): tf.Tensor[] {
  const bounded = clipGradNorm === undefined ? gradients : clipNorm(gradients, clipGradNorm, normType);
  return clipGradValue === undefined ? bounded : clipValue(bounded, clipGradValue);
}

function checkParameters(owner: string, parameters: Iterable<tf.Variable>): tf.Variable[] {
  const isIterable = typeof (parameters as Iterable<unknown> | undefined)?.[Symbol.iterator] === 'function';
  const list: unknown[] = isIterable ? [...parameters] : [parameters];
  const wrong = list.findIndex((parameter) => !(parameter instanceof tf.Variable));
  if (!isIterable || wrong >= 0) {
    throw new TypeError(
      `${owner} takes parameters, as module.parameters() gives them, and one learning rate for all: make one optimizer a group. ` +
        `Number ${wrong} is none.`,
    );
  }
  if (list.length === 0) throw new RangeError(`${owner} needs parameters; got none.`);
  return [...new Set(list as tf.Variable[])];
}
