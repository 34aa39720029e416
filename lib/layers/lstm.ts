/** Long short-term memory. */
import type { tf } from '../backend';
import * as kernels from '../kernels';
import { FusedRNN, type SequenceKernel } from './fused-rnn';
import { LSTMCell, type LSTMCellArgs } from './lstm-cell';
import type { RecurrentArgs } from './rnn';

export interface LSTMArgs extends LSTMCellArgs, RecurrentArgs {}

/** A layer of LSTM cells over `[batch, time, features]`; weights kernel, recurrent kernel, bias in Keras's shapes. */
export class LSTM extends FusedRNN {
  static override readonly className = 'LSTM';

  constructor(args: LSTMArgs) {
    super({ ...args, cell: new LSTMCell({ ...args, name: undefined }) });
  }

  protected override kernel(): SequenceKernel | undefined {
    const cell = this.cell as unknown as LSTMCell;
    const known = cell.activation.getClassName() === 'tanh' && cell.recurrentActivation.getClassName() === 'sigmoid';
    if (!known) return undefined;
    return (x, weights, states, options) =>
      kernels.lstm(x, weights, states as [tf.Tensor2D, tf.Tensor2D] | undefined, options);
  }
}
