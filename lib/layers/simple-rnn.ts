/** The simple recurrent layer. */
import { tf } from '../backend';
import * as kernels from '../kernels';
import { FusedRNN, type SequenceKernel } from './fused-rnn';
import type { CellArgs } from './gated-cell';
import type { RecurrentArgs } from './rnn';
import { SimpleRNNCell } from './simple-rnn-cell';
import type { Config } from './stock';

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

  static override fromConfig<T extends tf.serialization.Serializable>(
    constructor: tf.serialization.SerializableConstructor<T>,
    config: Config,
  ): T {
    return new constructor(config);
  }
}
