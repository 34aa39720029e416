/** PyTorch's plain recurrent network. */
import { tf } from '../backend';
import * as kernels from '../kernels';
import { byName, type Arguments } from './arguments';
import { cellNames, RecurrentCell, type CellArgs } from './cell';
import { RecurrentModule, type LayerTensors, type RecurrentArgs } from './recurrent';

type Nonlinearity = 'tanh' | 'relu';

/** What an RNN is made from. */
export interface RNNArgs extends RecurrentArgs {
  /** Default `'tanh'`. */
  nonlinearity?: Nonlinearity;
}

const names = ['inputSize', 'hiddenSize', 'numLayers', 'nonlinearity', 'bias', 'batchFirst', 'dropout', 'bidirectional'] as const; // prettier-ignore

/**
 * PyTorch's `nn.RNN`: `h' = tanh(W_ih x + b_ih + W_hh h + b_hh)` (Elman 1990), or with relu.
 *
 * @example
 * const rnn = new torch.RNN({ inputSize: 3, hiddenSize: 8, numLayers: 2, batchFirst: true });
 * const [out, h] = rnn.forward(tf.ones<tf.Rank.R3>([4, 20, 3]));
 * console.log(out.shape, h.shape); // [ 4, 20, 8 ] [ 2, 4, 8 ]
 * console.log(Object.keys(rnn.stateDict()).slice(0, 2)); // [ 'weight_ih_l0', 'weight_hh_l0' ]
 */
export class RNN extends RecurrentModule<tf.Tensor3D, tf.Tensor2D> {
  readonly nonlinearity: Nonlinearity;

  /** @throws RangeError when a size is not positive, dropout is no probability or the nonlinearity is unknown. */
  constructor(...args: Arguments<RNNArgs, typeof names>) {
    const named = byName<RNNArgs>('torch.RNN', names, args);
    super('RNN', 1, named);
    this.nonlinearity = checkNonlinearity('RNN', named.nonlinearity);
  }

  protected run(
    x: tf.Tensor3D,
    layer: LayerTensors,
    state: tf.Tensor2D[] | undefined,
    options: kernels.SequenceOptions,
  ): kernels.RecurrentResult<tf.Tensor2D[]> {
    return runRNN(x, layer, state, { ...options, activation: this.nonlinearity });
  }

  protected unpackState(state: tf.Tensor): tf.Tensor[] {
    return [state];
  }

  protected packState([h]: tf.Tensor[]): tf.Tensor3D & tf.Tensor2D {
    return h as tf.Tensor3D & tf.Tensor2D;
  }
}

/** What an RNNCell is made from. */
export interface RNNCellArgs extends CellArgs {
  /** Default `'tanh'`. */
  nonlinearity?: Nonlinearity;
}

const cellArgNames = [...cellNames, 'nonlinearity'] as const;

/**
 * PyTorch's `nn.RNNCell`: one time step. Parameters `weight_ih`, `weight_hh`, `bias_ih`, `bias_hh`.
 *
 * @example
 * const cell = new torch.RNNCell(3, 8);
 * const h = cell.forward(tf.ones<tf.Rank.R2>([4, 3]));
 * console.log(h.shape); // [ 4, 8 ]
 */
export class RNNCell extends RecurrentCell {
  readonly nonlinearity: Nonlinearity;

  /** @throws RangeError when a size is not positive or the nonlinearity is unknown. */
  constructor(...args: Arguments<RNNCellArgs, typeof cellArgNames>) {
    const named = byName<RNNCellArgs>('torch.RNNCell', cellArgNames, args);
    super('RNNCell', 1, named);
    this.nonlinearity = checkNonlinearity('RNNCell', named.nonlinearity);
  }

  /**
   * `[batch, inputSize]` and a state `[batch, hiddenSize]` (zeros when left out) to the next state; all without a batch as well.
   * @throws RangeError when a shape or type does not fit.
   */
  forward<T extends tf.Tensor1D | tf.Tensor2D>(x: T, state?: T): T {
    return this.step<tf.Tensor>(x, state && [state])[0] as T;
  }

  protected run(x: tf.Tensor3D, layer: LayerTensors, state: tf.Tensor2D[] | undefined) {
    return runRNN(x, layer, state, { activation: this.nonlinearity });
  }

  protected override describe(): string {
    return `${super.describe()}${this.nonlinearity === 'tanh' ? '' : `, nonlinearity=${this.nonlinearity}`}`;
  }
}

function runRNN(
  x: tf.Tensor3D,
  { weightIH, weightHH, biasIH, biasHH }: LayerTensors,
  state: tf.Tensor2D[] | undefined,
  options: kernels.SequenceOptions & { activation: Nonlinearity },
): kernels.RecurrentResult<tf.Tensor2D[]> {
  const weights = {
    kernel: weightIH.transpose<tf.Tensor2D>(),
    recurrentKernel: weightHH.transpose<tf.Tensor2D>(),
    bias: biasIH && biasHH && biasIH.add(biasHH),
  };
  return kernels.simpleRNN(x, weights, state as [tf.Tensor2D] | undefined, options);
}

function checkNonlinearity(name: string, nonlinearity: Nonlinearity = 'tanh'): Nonlinearity {
  if (['tanh', 'relu'].includes(nonlinearity)) return nonlinearity;
  throw new RangeError(`torch.${name}: nonlinearity is 'tanh' or 'relu'; got '${nonlinearity}'.`);
}
