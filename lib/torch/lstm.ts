/** PyTorch's LSTM. */
import { tf } from '../backend';
import * as kernels from '../kernels';
import { byName, type Arguments } from './arguments';
import { cellNames, RecurrentCell, type CellArgs } from './cell';
import { projectedLSTM } from './projected-lstm';
import { recurrentNames, RecurrentModule, type LayerTensors, type RecurrentArgs } from './recurrent';

/** The state of an LSTM: hidden and cell state. */
export type LSTMState = [h: tf.Tensor3D, c: tf.Tensor3D];

/** What an LSTM is made from. */
export interface LSTMArgs extends RecurrentArgs {
  /** Multiplies h by a matrix `[projSize, hiddenSize]`, so that outputs and h are this wide. Default 0: no projection. */
  projSize?: number;
}

const names = [...recurrentNames, 'projSize'] as const;

/**
 * PyTorch's `nn.LSTM`: sigmoid gates i, f, o, candidate g, two biases a gate. Rows of its weights: i, f, g, o.
 *
 * @example
 * const lstm = new torch.LSTM({ inputSize: 3, hiddenSize: 8, numLayers: 2, batchFirst: true });
 * const [out, [h, c]] = lstm.forward(tf.ones<tf.Rank.R3>([4, 20, 3]));
 * console.log(out.shape, h.shape, c.shape); // [ 4, 20, 8 ] [ 2, 4, 8 ] [ 2, 4, 8 ]
 * console.log(Object.keys(lstm.stateDict()).slice(0, 2)); // [ 'weight_ih_l0', 'weight_hh_l0' ]
 */
export class LSTM extends RecurrentModule<LSTMState, [h: tf.Tensor2D, c: tf.Tensor2D]> {
  /** @throws RangeError when a size is not positive, dropout is no probability or the projection is not below `hiddenSize`. */
  constructor(...args: Arguments<LSTMArgs, typeof names>) {
    const named = byName<LSTMArgs>('torch.LSTM', names, args);
    checkProjection(named);
    super('LSTM', 4, named);
  }

  protected run(
    x: tf.Tensor3D,
    layer: LayerTensors,
    state: tf.Tensor2D[] | undefined,
    options: kernels.SequenceOptions,
  ): kernels.RecurrentResult<tf.Tensor2D[]> {
    const weights = lstmWeights(layer);
    if (layer.weightHR) return projectedLSTM(x, weights, layer.weightHR.transpose(), state, options);
    return kernels.lstm(x, weights, state as [tf.Tensor2D, tf.Tensor2D] | undefined, options);
  }

  protected unpackState(state: tf.Tensor[]): tf.Tensor[] {
    if (!Array.isArray(state) || state.length !== 2) {
      throw new RangeError('torch.LSTM: the state is [h, c], as forward returns it.');
    }
    return state;
  }

  protected packState([h, c]: tf.Tensor[]): LSTMState & [h: tf.Tensor2D, c: tf.Tensor2D] {
    return [h, c] as LSTMState & [h: tf.Tensor2D, c: tf.Tensor2D];
  }
}

/**
 * PyTorch's `nn.LSTMCell`: one time step. Parameters `weight_ih`, `weight_hh`, `bias_ih`, `bias_hh`; rows i, f, g, o.
 *
 * @example
 * const cell = new torch.LSTMCell(3, 8);
 * const [h, c] = cell.forward(tf.ones<tf.Rank.R2>([4, 3]));
 * console.log(h.shape, c.shape); // [ 4, 8 ] [ 4, 8 ]
 */
export class LSTMCell extends RecurrentCell {
  /** @throws RangeError when a size is not positive. */
  constructor(...args: Arguments<CellArgs, typeof cellNames>) {
    super('LSTMCell', 4, byName<CellArgs>('torch.LSTMCell', cellNames, args));
  }

  /**
   * `[batch, inputSize]` and a state `[h, c]`, each `[batch, hiddenSize]` (zeros when left out), to the next state; all without
   * a batch as well.
   * @throws RangeError when a shape or type does not fit.
   */
  forward<T extends tf.Tensor1D | tf.Tensor2D>(x: T, state?: [h: T, c: T]): [h: T, c: T] {
    if (state !== undefined && (!Array.isArray(state) || state.length !== 2)) {
      throw new RangeError('torch.LSTMCell: the state is [h, c], as forward returns it.');
    }
    return this.step<tf.Tensor>(x, state) as [h: T, c: T];
  }

  protected run(x: tf.Tensor3D, layer: LayerTensors, state: tf.Tensor2D[] | undefined) {
    return kernels.lstm(x, lstmWeights(layer), state as [tf.Tensor2D, tf.Tensor2D] | undefined);
  }
}

/** PyTorch's order of gates is the kernel's own; its two biases act as their sum. */
function lstmWeights({ weightIH, weightHH, biasIH, biasHH }: LayerTensors) {
  return {
    kernel: weightIH.transpose<tf.Tensor2D>(),
    recurrentKernel: weightHH.transpose<tf.Tensor2D>(),
    bias: biasIH && biasHH && biasIH.add<tf.Tensor1D>(biasHH),
  };
}

function checkProjection({ projSize = 0, hiddenSize = NaN }: Partial<LSTMArgs>): void {
  if (projSize === 0 || (Number.isInteger(projSize) && projSize > 0 && projSize < hiddenSize)) return;
  throw new RangeError(
    `torch.LSTM: projSize is an integer below hiddenSize, 0 for no projection; got projSize ${projSize} and hiddenSize ${hiddenSize}.`,
  );
}
