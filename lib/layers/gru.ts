/** Gated recurrent units. */
import type { tf } from '../backend';
import * as kernels from '../kernels';
import { FusedRNN, type SequenceKernel } from './fused-rnn';
import { GRUCell, type GRUCellArgs } from './gru-cell';
import type { RecurrentArgs } from './rnn';

export interface GRUArgs extends GRUCellArgs, RecurrentArgs {}

/** A layer of GRU cells over `[batch, time, features]`; weights kernel, recurrent kernel, bias in Keras's shapes. */
export class GRU extends FusedRNN {
  static override readonly className = 'GRU';

  constructor(args: GRUArgs) {
    super({ ...args, cell: new GRUCell({ ...args, name: undefined }) });
  }

  protected override kernel(): SequenceKernel | undefined {
    const cell = this.cell as unknown as GRUCell;
    const known = cell.activation.getClassName() === 'tanh' && cell.recurrentActivation.getClassName() === 'sigmoid';
    if (!known) return undefined;
    return (x, weights, states, options) =>
      kernels.gru(x, weights, states as [tf.Tensor2D] | undefined, { ...options, resetAfter: cell.resetAfter });
  }
}
