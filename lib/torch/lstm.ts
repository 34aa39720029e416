/** PyTorch's LSTM. */
import { tf } from '../backend';
import * as kernels from '../kernels';
import { Module } from './module';
import { checkFeatures, checkSizes } from './parameter';
import { drawLayer, RecurrentModule, type LayerTensors, type RecurrentArgs } from './recurrent';

/** The state of an LSTM: hidden and cell state. */
export type LSTMState = [h: tf.Tensor3D, c: tf.Tensor3D];

/**
 * PyTorch's `nn.LSTM`: sigmoid gates i, f, o, candidate g, two biases a gate. Rows of its weights: i, f, g, o.
 *
 *     const [out, [h, c]] = lstm.forward(x);
 */
export class LSTM extends RecurrentModule<LSTMState> {
  /** @throws RangeError when a size is not positive or dropout is no probability. */
  constructor(args: RecurrentArgs) {
    super('LSTM', 4, args);
  }

  protected run(
    x: tf.Tensor3D,
    layer: LayerTensors,
    state: tf.Tensor2D[] | undefined,
    options: kernels.SequenceOptions,
  ): kernels.RecurrentResult<tf.Tensor2D[]> {
    return kernels.lstm(x, lstmWeights(layer), state as [tf.Tensor2D, tf.Tensor2D] | undefined, options);
  }

  protected unpackState(state: LSTMState): tf.Tensor3D[] {
    if (!Array.isArray(state) || state.length !== 2) {
      throw new RangeError('torch.LSTM: the state is [h, c], as forward returns it.');
    }
    return state;
  }

  protected packState([h, c]: tf.Tensor3D[]): LSTMState {
    return [h, c];
  }
}

/** PyTorch's `nn.LSTMCell`: one time step. Parameters `weight_ih`, `weight_hh`, `bias_ih`, `bias_hh`; rows i, f, g, o. */
export class LSTMCell extends Module {
  declare readonly weight_ih: tf.Variable<tf.Rank.R2>;
  declare readonly weight_hh: tf.Variable<tf.Rank.R2>;
  declare readonly bias_ih?: tf.Variable<tf.Rank.R1>;
  declare readonly bias_hh?: tf.Variable<tf.Rank.R1>;

  /** Draws the first weights as PyTorch does: U(±1/sqrt(hiddenSize)). @throws RangeError when a size is not positive. */
  constructor(
    readonly inputSize: number,
    readonly hiddenSize: number,
    { bias = true }: { bias?: boolean } = {},
  ) {
    super();
    checkSizes('LSTMCell', { inputSize, hiddenSize });
    Object.assign(this, drawLayer('', 4, inputSize, hiddenSize, bias));
  }

  /** `[batch, inputSize]` and a state `[h, c]`, each `[batch, hiddenSize]` (zeros when left out), to the next state. */
  forward(x: tf.Tensor2D, state?: [h: tf.Tensor2D, c: tf.Tensor2D]): [h: tf.Tensor2D, c: tf.Tensor2D] {
    checkFeatures('LSTMCell', x, this.inputSize);
    return tf.tidy(() => {
      const layer = {
        weightIH: this.weight_ih as tf.Tensor2D,
        weightHH: this.weight_hh as tf.Tensor2D,
        biasIH: this.bias_ih as tf.Tensor1D | undefined,
        biasHH: this.bias_hh as tf.Tensor1D | undefined,
      };
      return kernels.lstm(x.expandDims<tf.Tensor3D>(1), lstmWeights(layer), state).state;
    });
  }

  protected override describe(): string {
    return `${this.inputSize}, ${this.hiddenSize}${this.bias_ih ? '' : ', bias=False'}`;
  }
}

/** PyTorch's order of gates is the kernel's own; its two biases act as their sum. */
function lstmWeights({ weightIH, weightHH, biasIH, biasHH }: LayerTensors): kernels.RecurrentWeights {
  return {
    kernel: weightIH.transpose<tf.Tensor2D>(),
    recurrentKernel: weightHH.transpose<tf.Tensor2D>(),
    bias: biasIH && biasHH && biasIH.add(biasHH),
  };
}
