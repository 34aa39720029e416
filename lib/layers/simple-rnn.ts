/** The simple recurrent layer. */
import type { tf } from '../backend';
import * as kernels from '../kernels';
import type { CellArgs } from './cell-args';
import { FusedRNN, type SequenceKernel } from './fused-rnn';
import type { RecurrentArgs } from './rnn';
import { SimpleRNNCell } from './simple-rnn-cell';

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
