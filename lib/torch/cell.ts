/** What nn.LSTMCell, nn.GRUCell and nn.RNNCell share: one time step. */
import { tf } from '../backend';
import type { RecurrentResult } from '../kernels';
import { Module } from './module';
import { checkFeatures, checkSizes } from './parameter';
import { drawLayer, type LayerTensors } from './recurrent';

/** What PyTorch's cells are made from. */
export interface CellArgs {
  /** Features of the input. */
  inputSize: number;
  /** Features of the hidden state. */
  hiddenSize: number;
  /** Whether there are biases. Default true. */
  bias?: boolean;
}

/** PyTorch's order of {@link CellArgs}. */
export const cellNames = ['inputSize', 'hiddenSize', 'bias'] as const;

/** The base of the cells. Parameters `weight_ih`, `weight_hh`, `bias_ih`, `bias_hh`. */
export abstract class RecurrentCell extends Module {
  declare readonly weight_ih: tf.Variable<tf.Rank.R2>;
  declare readonly weight_hh: tf.Variable<tf.Rank.R2>;
  declare readonly bias_ih?: tf.Variable<tf.Rank.R1>;
  declare readonly bias_hh?: tf.Variable<tf.Rank.R1>;
  readonly inputSize: number;
  readonly hiddenSize: number;

  /** Draws the first weights as PyTorch does: U(±1/sqrt(hiddenSize)). @throws RangeError when a size is not positive. */
  constructor(
    private readonly kind: string,
    gates: number,
    { inputSize = NaN, hiddenSize = NaN, bias = true }: Partial<CellArgs>,
  ) {
    super();
    checkSizes(kind, { inputSize, hiddenSize });
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    Object.assign(this, drawLayer('', gates, inputSize, hiddenSize, bias));
  }

  /** Runs one step over `[batch, 1, features]`. */
  protected abstract run(
    x: tf.Tensor3D,
    layer: LayerTensors,
    state: tf.Tensor2D[] | undefined,
  ): RecurrentResult<tf.Tensor2D[]>;

  /** The next state from `[batch, inputSize]` or `[inputSize]`. @throws RangeError when a shape or type does not fit. */
  protected step<T extends tf.Tensor>(x: T, state: T[] | undefined): T[] {
    const { kind, inputSize, hiddenSize } = this;
    checkFeatures(kind, x, inputSize);
    if (x.rank > 2) {
      throw new RangeError(
        `torch.${kind} takes one step, [batch, features] or [features]; got the shape [${x.shape}].`,
      );
    }
    const shape = [...x.shape.slice(0, -1), hiddenSize];
    const wrong = state?.find((tensor) => tensor.shape.join() !== shape.join());
    if (wrong) throw new RangeError(`torch.${kind}: the state has the shape [${wrong.shape}], expected [${shape}].`);
    return tf.tidy(() => {
      const first = state?.map((tensor) => tensor.reshape<tf.Tensor2D>([-1, hiddenSize]));
      const result = this.run(x.reshape<tf.Tensor3D>([-1, 1, inputSize]), this.layer(), first);
      return result.state.map((tensor) => tensor.reshape(shape) as T);
    });
  }

  protected override describe(): string {
    return `${this.inputSize}, ${this.hiddenSize}${this.bias_ih ? '' : ', bias=False'}`;
  }

  private layer(): LayerTensors {
    return {
      weightIH: this.weight_ih as tf.Tensor2D,
      weightHH: this.weight_hh as tf.Tensor2D,
      biasIH: this.bias_ih as tf.Tensor1D | undefined,
      biasHH: this.bias_hh as tf.Tensor1D | undefined,
    };
  }
}
