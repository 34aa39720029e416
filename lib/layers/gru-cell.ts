/** The cell of a GRU (Cho et al. 2014). */
import { tf } from '../backend';
import type { GatedCellArgs } from './cell-args';
import { GatedCell, type CellWeights, activationOf, recurrentProduct } from './gated-cell';
import { type Activation, getActivation } from './identifiers';
import type { Config } from './stock';

export interface GRUCellArgs extends GatedCellArgs {
  /**
   * Whether the reset gate acts after the product with the recurrent kernel, as in cuDNN and PyTorch; the bias is then
   * `[2, 3 * units]`. Plain TensorFlow.js knows only `false`. Default: true.
   */
  resetAfter?: boolean;
}

/**
 * One step of a GRU; gates z, r, h. State `[h]`.
 *
 *     z, r = σ(x·W + h·U + b)    h' = z∘h + (1 - z)∘g
 *     g = tanh(x·W + b + r∘(h·U + b'))  with resetAfter,    g = tanh(x·W + b + (r∘h)·U)  without
 */
export class GRUCell extends GatedCell {
  static readonly className = 'GRUCell';
  readonly recurrentActivation: Activation;
  readonly resetAfter: boolean;
  readonly implementation: number;
  readonly stateSize: number;

  constructor(args: GRUCellArgs) {
    super(args, 3);
    this.recurrentActivation = getActivation(
      args.recurrentActivation === undefined ? 'sigmoid' : args.recurrentActivation,
    );
    this.resetAfter = args.resetAfter ?? true;
    this.implementation = args.implementation ?? 2;
    this.stateSize = this.units;
  }

  protected override get dropsEachGate(): boolean {
    return this.implementation === 1 || this.recurrentDropout !== 0;
  }

  protected override get biasShape(): number[] {
    return this.resetAfter ? [2, 3 * this.units] : [3 * this.units];
  }

  protected override inputBias({ bias }: CellWeights): tf.Tensor | undefined {
    return bias && this.resetAfter ? bias.slice([0, 0], [1, -1]).reshape([3 * this.units]) : bias;
  }

  step(x: tf.Tensor2D, [h]: tf.Tensor2D[], weights: CellWeights, recurrent?: tf.Tensor2D[]): tf.Tensor2D[] {
    const { recurrentKernel, bias } = weights;
    const open = (gate: tf.Tensor) => activationOf(gate, this.recurrentActivation);
    const [xz, xr, xh] = tf.split(x, 3, 1);
    const mix = (z: tf.Tensor2D, candidate: tf.Tensor2D) =>
      z.mul<tf.Tensor2D>(h).add<tf.Tensor2D>(tf.sub(1, z).mul(candidate));
    if (this.resetAfter) {
      const product = recurrentProduct(h, recurrentKernel, recurrent);
      const inner = bias ? product.add(bias.slice([1, 0], [1, -1])) : product;
      const [hz, hr, hh] = tf.split(inner, 3, 1);
      const reset = open(xr.add(hr));
      return [mix(open(xz.add(hz)), activationOf(xh.add(reset.mul(hh)), this.activation))];
    }
    const [gateKernel, candidateKernel] = tf.split(recurrentKernel, [2 * this.units, this.units], 1);
    const gateMasks = recurrent && recurrent.length > 1 ? recurrent.slice(0, 2) : recurrent;
    const [hz, hr] = tf.split(recurrentProduct(h, gateKernel, gateMasks), 2, 1);
    const dropped = recurrent ? h.mul<tf.Tensor2D>(recurrent[recurrent.length - 1]) : h;
    const product = tf.matMul(open(xr.add(hr)).mul(dropped), candidateKernel);
    return [mix(open(xz.add(hz)), activationOf(xh.add(product), this.activation))];
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      recurrentActivation: this.recurrentActivation.getClassName(),
      resetAfter: this.resetAfter,
      implementation: this.implementation,
    };
  }
}
