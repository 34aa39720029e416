/** PyTorch's plain recurrent network. */
import { tf } from '../backend';
import * as kernels from '../kernels';
import { RecurrentModule, type LayerTensors, type RecurrentArgs } from './recurrent';

/** What an RNN is made from. */
export interface RNNArgs extends RecurrentArgs {
  /** Default `'tanh'`. */
  nonlinearity?: 'tanh' | 'relu';
}

/**
 * PyTorch's `nn.RNN`: `h' = tanh(W_ih x + b_ih + W_hh h + b_hh)` (Elman 1990), or with relu.
 *
 *     const [out, h] = rnn.forward(x);
 */
export class RNN extends RecurrentModule<tf.Tensor3D> {
  readonly nonlinearity: 'tanh' | 'relu';

  /** @throws RangeError when a size is not positive, dropout is no probability or the nonlinearity is unknown. */
  constructor(args: RNNArgs) {
    super('RNN', 1, args);
    this.nonlinearity = args.nonlinearity ?? 'tanh';
    if (!['tanh', 'relu'].includes(this.nonlinearity)) {
      throw new RangeError(`torch.RNN: nonlinearity is 'tanh' or 'relu'; got '${this.nonlinearity}'.`);
    }
  }

  protected run(
    x: tf.Tensor3D,
    { weightIH, weightHH, biasIH, biasHH }: LayerTensors,
    state: tf.Tensor2D[] | undefined,
    options: kernels.SequenceOptions,
  ): kernels.RecurrentResult<tf.Tensor2D[]> {
    const weights = {
      kernel: weightIH.transpose<tf.Tensor2D>(),
      recurrentKernel: weightHH.transpose<tf.Tensor2D>(),
      bias: biasIH && biasHH && biasIH.add(biasHH),
    };
    return kernels.simpleRNN(x, weights, state as [tf.Tensor2D] | undefined, {
      ...options,
      activation: this.nonlinearity,
    });
  }

  protected unpackState(state: tf.Tensor3D): tf.Tensor3D[] {
    return [state];
  }

  protected packState([h]: tf.Tensor3D[]): tf.Tensor3D {
    return h;
  }
}
