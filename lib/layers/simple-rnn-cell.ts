/** The cell of a simple recurrent network (Elman 1990). */
import type { tf } from '../backend';
import type { CellArgs } from './cell-args';
import { GatedCell, type CellWeights, activationOf, recurrentProduct } from './gated-cell';

/** One step: `h' = tanh(x·W + h·U + b)`. State `[h]`. */
export class SimpleRNNCell extends GatedCell {
  static readonly className = 'SimpleRNNCell';
  readonly stateSize: number;

  constructor(args: CellArgs) {
    super(args, 1);
    this.stateSize = this.units;
  }

  step(x: tf.Tensor2D, [h]: tf.Tensor2D[], weights: CellWeights, recurrent?: tf.Tensor2D[]): tf.Tensor2D[] {
    return [activationOf(x.add(recurrentProduct(h, weights.recurrentKernel, recurrent)), this.activation)];
  }
}
