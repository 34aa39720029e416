/** Gated recurrent units (Cho et al. 2014): the cell, and the layer made of it. Computed in kernels/recurrent. */
import * as kernels from '../kernels';
import type { GatedCellArgs } from './cell-args';
import { FusedRNN } from './fused-rnn';
import { GatedCell } from './gated-cell';
import type { RecurrentArgs } from './rnn';
import type { Config } from './stock';

/** Options of {@link gruCell}. */
export interface GRUCellArgs extends GatedCellArgs {
  /**
   * Whether the reset gate acts after the product with the recurrent kernel, as in cuDNN and PyTorch; the bias is then
   * `[2, 3 * units]`. Plain TensorFlow.js knows only `false`. Default: true.
   */
  resetAfter?: boolean;
}

/** One step of a GRU (the formulas are `gruCell` and `gruResetAfterCell` in kernels/recurrent/cells.ts); gates z, r, h. State `[h]`. */
export class GRUCell extends GatedCell {
  static readonly className = 'GRUCell';
  readonly resetAfter: boolean;
  readonly stateSize: number;

  constructor(args: GRUCellArgs) {
    const resetAfter = args.resetAfter ?? true;
    super(args, resetAfter ? kernels.gruResetAfterCell : kernels.gruCell);
    this.resetAfter = resetAfter;
    this.stateSize = this.units;
  }

  override getConfig(): Config {
    return { ...super.getConfig(), resetAfter: this.resetAfter };
  }
}

/** Options of {@link gru}. */
export interface GRUArgs extends GRUCellArgs, RecurrentArgs {}

/** A layer of GRU cells over `[batch, time, features]`; weights kernel, recurrent kernel, bias in Keras's shapes. */
export class GRU extends FusedRNN {
  static override readonly className = 'GRU';

  constructor(args: GRUArgs) {
    super({ ...args, cell: new GRUCell({ ...args, name: undefined }) });
  }

  override get cellName(): kernels.CellName | undefined {
    const cell = this.cell as unknown as GRUCell;
    if (!cell.hasKernelActivations) return undefined;
    return cell.resetAfter ? 'gruResetAfter' : 'gru';
  }
}
