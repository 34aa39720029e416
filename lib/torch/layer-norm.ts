/** Normalization within each example. */
import { tf } from '../backend';
import { normalize } from '../kernels';
import { byName, type Arguments } from './arguments';
import { Module } from './module';
import { checkSizes, parameter } from './parameter';

/** Options of {@link LayerNorm}. */
export interface LayerNormOptions {
  /** The width of the last axis, or the sizes of the last axes. */
  normalizedShape: number | readonly number[];
  /** Added to the variance. Default 1e-5. */
  eps?: number;
  /** Whether there are a factor and a bias to learn. Default true. */
  elementwiseAffine?: boolean;
  /** Whether there is a bias. Default true. */
  bias?: boolean;
}

const names = ['normalizedShape', 'eps', 'elementwiseAffine', 'bias'] as const;

/**
 * PyTorch's `nn.LayerNorm` (Ba, Kiros and Hinton 2016): mean 0 and variance 1 over the last axes, then a factor and a bias.
 *
 * @example
 * const y = new torch.LayerNorm(2).forward(tf.tensor2d([[1, 3], [10, 30]]));
 * console.log(y.round().arraySync()); // [ [ -1, 1 ], [ -1, 1 ] ]
 */
export class LayerNorm extends Module {
  declare readonly weight?: tf.Variable;
  declare readonly bias?: tf.Variable;
  private readonly normalizedShape: number[];
  private readonly eps: number;

  /** @throws RangeError when a size is not positive. */
  constructor(...args: Arguments<LayerNormOptions, typeof names>) {
    super();
    const options = byName<LayerNormOptions>('torch.LayerNorm', names, args);
    this.normalizedShape = [options.normalizedShape ?? NaN].flat();
    this.eps = options.eps ?? 1e-5;
    this.normalizedShape.forEach((normalizedShape) => checkSizes('LayerNorm', { normalizedShape }));
    if (options.elementwiseAffine === false) return;
    const size = tf.util.sizeFromShape(this.normalizedShape);
    const filled = (value: number) => parameter(new Float32Array(size).fill(value), this.normalizedShape as [number]);
    this.weight = filled(1);
    if (options.bias !== false) this.bias = filled(0);
  }

  /** `[…, normalizedShape]` to the same shape. @throws RangeError when the last axes have other sizes. */
  forward<T extends tf.Tensor>(x: T): T {
    const axes = this.normalizedShape.map((_, i) => i - this.normalizedShape.length + x.rank);
    if (axes.map((axis) => x.shape[axis]).join() !== this.normalizedShape.join()) {
      throw new RangeError(
        `torch.LayerNorm takes an input whose last axes are [${this.normalizedShape}]; got [${x.shape}].`,
      );
    }
    return tf.tidy(() => {
      const normal = normalize(x, this.eps, axes);
      const scaled: tf.Tensor = this.weight ? normal.mul(this.weight) : normal;
      return (this.bias ? scaled.add(this.bias) : scaled) as T;
    });
  }

  protected override describe(): string {
    const shape = this.normalizedShape.join(', ') + (this.normalizedShape.length === 1 ? ',' : '');
    const eps = this.eps < 1e-4 ? this.eps.toExponential().replace(/e-(\d)$/, 'e-0$1') : this.eps;
    const answer = (yes: unknown) => (yes ? 'True' : 'False');
    return `(${shape}), eps=${eps}, elementwise_affine=${answer(this.weight)}, bias=${answer(this.bias)}`;
  }
}
