/** Simple recurrent networks (Elman 1990): the cell, and the layer made of it. Computed in kernels/recurrent. */
import * as kernels from '../kernels';
import type { CellArgs } from './cell-args';
import { FusedRNN } from './fused-rnn';
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

/** Options of {@link simpleRNN}. */
export interface SimpleRNNArgs extends CellArgs, RecurrentArgs {}

/** A layer of simple cells over `[batch, time, features]`; weights kernel, recurrent kernel, bias in Keras's shapes. */
export class SimpleRNN extends FusedRNN {
  static override readonly className = 'SimpleRNN';

  constructor(args: SimpleRNNArgs) {
    super({ ...args, cell: new SimpleRNNCell({ ...args, name: undefined }) });
  }

  override get cellName(): kernels.CellName | undefined {
    const names: Record<string, kernels.CellName> = { tanh: 'rnnTanh', relu: 'rnnRelu' };
    return names[this.cell.activation.getClassName()];
  }
}
