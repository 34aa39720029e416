/** Simple recurrent networks (Elman 1990): the cell, and the layer made of it. Computed in kernels/recurrent. */
import type { tf } from '../backend';
import * as kernels from '../kernels';
import type { CellArgs } from './cell-args';
import { FusedRNN, type SequenceKernel } from './fused-rnn';
import { RecurrentCell } from './recurrent-cell';
import type { RecurrentArgs } from './rnn';

/** One step of a simple network (the formula is `simpleCell` in kernels/recurrent/cells.ts). State `[h]`. */
export class SimpleRNNCell extends RecurrentCell {
  static readonly className = 'SimpleRNNCell';
  readonly stateSize: number;

  constructor(args: CellArgs) {
    super(args, kernels.simpleCell);
    this.stateSize = this.units;
  }
}

export interface SimpleRNNArgs extends CellArgs, RecurrentArgs {}

/** A layer of simple cells over `[batch, time, features]`; weights kernel, recurrent kernel, bias in Keras's shapes. */
export class SimpleRNN extends FusedRNN {
  static override readonly className = 'SimpleRNN';

  constructor(args: SimpleRNNArgs) {
    super({ ...args, cell: new SimpleRNNCell({ ...args, name: undefined }) });
  }

  protected override kernel(): SequenceKernel | undefined {
    const activation = this.cell.activation.getClassName();
    if (activation !== 'tanh' && activation !== 'relu') return undefined;
    return (x, weights, states, options) =>
      kernels.simpleRNN(x, weights, states as [tf.Tensor2D] | undefined, { ...options, activation });
  }
}
