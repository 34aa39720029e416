/** The affine map. */
import { tf } from '../backend';
import { byName, type Arguments } from './arguments';
import { Module } from './module';
import { checkFeatures, checkSizes, parameter } from './parameter';
import { defaultGenerator } from './random';

/**
 * PyTorch's `nn.Linear`: `y = x W^T + b` on the last axis; weight `[outFeatures, inFeatures]`, bias `[outFeatures]`.
 *
 * @example
 * torch.manualSeed(0);
 * const linear = new torch.Linear(3, 2);
 * console.log(linear.forward(tf.ones<tf.Rank.R2>([4, 3])).shape); // [ 4, 2 ]
 * console.log(linear.bias?.arraySync().map((value) => value.toFixed(4))); // [ '-0.0114', '0.4578' ]
 */
export class Linear extends Module {
  readonly weight: tf.Variable<tf.Rank.R2>;
  readonly bias?: tf.Variable<tf.Rank.R1>;

  /** Draws the first weights as PyTorch does: U(±1/sqrt(inFeatures)). @throws RangeError when a size is not positive. */
  constructor(
    readonly inFeatures: number,
    readonly outFeatures: number,
    ...args: Arguments<{ bias?: boolean }, readonly ['bias']>
  ) {
    super();
    const { bias = true } = byName<{ bias?: boolean }>('torch.Linear', ['bias'], args);
    checkSizes('Linear', { inFeatures, outFeatures });
    const bound = 1 / Math.sqrt(inFeatures);
    const draw = (count: number) => defaultGenerator.uniform(count, -bound, bound);
    this.weight = parameter(draw(outFeatures * inFeatures), [outFeatures, inFeatures]);
    if (bias) this.bias = parameter(draw(outFeatures), [outFeatures]);
  }

  /** `[…, inFeatures]` to `[…, outFeatures]`. @throws RangeError on another width or type. */
  forward<T extends tf.Tensor>(x: T): T {
    checkFeatures('Linear', x, this.inFeatures);
    return tf.tidy(() => {
      const rows = x.reshape<tf.Tensor2D>([-1, this.inFeatures]);
      const product = tf.matMul(rows, this.weight, false, true);
      const y = this.bias ? product.add(this.bias) : product;
      return y.reshape([...x.shape.slice(0, -1), this.outFeatures]) as T;
    });
  }

  protected override describe(): string {
    const bias = this.bias ? 'True' : 'False';
    return `in_features=${this.inFeatures}, out_features=${this.outFeatures}, bias=${bias}`;
  }
}
