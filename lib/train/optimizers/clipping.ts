import { tf } from '../../backend';
import type { GradientClip } from '../../kernels';
import { checkOptions } from '../../options';
import { Adam } from './adam';
import { getLearningRate, setLearningRate } from './learning-rate';
import type { NamedTensor } from './state';

/** How gradients are clipped before an optimizer uses them. Give one. */
export interface ClipOptions {
  /** Each entry to at most this absolute value. */
  value?: number;
  /** Each weight's gradient to at most this L2 norm. */
  norm?: number;
  /** All gradients together to at most this L2 norm (Pascanu et al. 2013). */
  globalNorm?: number;
}

type Gradients = tf.NamedTensorMap | { name: string; tensor: tf.Tensor }[];

/**
 * Any optimizer with its gradients clipped, by Keras's formulas: `train.clip(tf.train.adam(1e-3), { globalNorm: 1 })`. The optimizer
 * inside keeps its state and learning rate. Throws when not exactly one limit above zero is given.
 *
 * @example
 * const weight = tf.variable(tf.scalar(1));
 * const optimizer = train.clip(tf.train.sgd(0.1), { value: 0.5 });
 * optimizer.minimize(() => weight.square().asScalar()); // the gradient 2 counts as 0.5
 * console.log(weight.dataSync()[0].toFixed(2)); // 0.95
 */
export function clip(optimizer: tf.Optimizer, options: ClipOptions): tf.Optimizer {
  checkOptions('train.clip', options, ['value', 'norm', 'globalNorm']);
  const given = Object.entries(options).filter(([, limit]) => limit !== undefined);
  if (given.length !== 1 || !(given[0][1] > 0)) {
    throw new Error(`clip needs one of value, norm and globalNorm, above 0; it was given ${JSON.stringify(options)}.`);
  }
  return new ClippedOptimizer(optimizer, options);
}

/** Hands clipped gradients to another optimizer; a saved model sees only that one. */
class ClippedOptimizer extends tf.Optimizer {
  static readonly className = 'Clipped';

  constructor(
    private readonly inner: tf.Optimizer,
    private readonly options: ClipOptions,
  ) {
    super();
  }

  override applyGradients(gradients: Gradients): void {
    if (isAdam(this.inner)) return this.inner.applyGradients(gradients, this.options as GradientClip); // in the same operation
    tf.tidy(() => {
      const named = Array.isArray(gradients)
        ? gradients
        : Object.entries(gradients).map(([name, tensor]) => ({ name, tensor }));
      // a weight that the loss does not reach has no gradient
      const present = named.filter(({ tensor }) => tensor !== null && tensor !== undefined);
      const clipped = this.clipAll(present.map(({ tensor }) => tensor));
      const byName = new Map(present.map(({ name }, i) => [name, clipped[i]]));
      const list = named.map(({ name, tensor }) => ({ name, tensor: byName.get(name) ?? tensor }));
      this.inner.applyGradients(list);
    });
  }

  getLearningRate(): number {
    return getLearningRate(this.inner);
  }

  setLearningRate(rate: number): void {
    setLearningRate(this.inner, rate);
  }

  override get iterations(): number {
    return this.inner.iterations;
  }

  override getWeights(): Promise<NamedTensor[]> {
    return this.inner.getWeights();
  }

  override setWeights(weights: NamedTensor[]): Promise<void> {
    return this.inner.setWeights(weights);
  }

  override dispose(): void {
    this.inner.dispose();
  }

  /** The optimizer whose state and numbers count. */
  get unclipped(): tf.Optimizer {
    return this.inner;
  }

  override getClassName(): string {
    return this.inner.getClassName();
  }

  override getConfig(): tf.serialization.ConfigDict {
    return this.inner.getConfig();
  }

  private clipAll(gradients: tf.Tensor[]): tf.Tensor[] {
    const { value, norm, globalNorm } = this.options;
    if (value !== undefined) return gradients.map((gradient) => tf.clipByValue(gradient, -value, value));
    if (norm !== undefined) {
      return gradients.map((gradient) => tf.div(tf.mul(gradient, norm), tf.maximum(l2Norm([gradient]), norm)));
    }
    const total = l2Norm(gradients);
    const scale = tf.mul(globalNorm!, tf.minimum(tf.div(1, total), 1 / globalNorm!));
    const finite = tf.add(scale, tf.sub(total, total)); // NaN when the norm is infinite: a broken step shows at once
    return gradients.map((gradient) => tf.mul(gradient, finite));
  }
}

/** `instanceof` is no help, every optimizer passes it (tf.Optimizer defines Symbol.hasInstance). */
function isAdam(optimizer: tf.Optimizer): optimizer is Adam {
  return Object.prototype.isPrototypeOf.call(Adam.prototype, optimizer);
}

function l2Norm(tensors: tf.Tensor[]): tf.Scalar {
  return tf.sqrt(tf.addN(tensors.map((tensor) => tf.sum(tf.square(tensor))))) as tf.Scalar;
}
