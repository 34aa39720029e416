/** PyTorch's GRU. */
import { tf } from '../backend';
import * as kernels from '../kernels';
import { byName, type Arguments } from './arguments';
import { cellNames, RecurrentCell, type CellArgs } from './cell';
import { recurrentNames, RecurrentModule, type LayerTensors, type RecurrentArgs } from './recurrent';

/**
 * PyTorch's `nn.GRU`: reset gate r after the recurrent product, update gate z, candidate n. Rows of its weights: r, z, n.
 *
 * @example
 * const gru = new torch.GRU({ inputSize: 3, hiddenSize: 8, numLayers: 2, batchFirst: true });
 * const [out, h] = gru.forward(tf.ones<tf.Rank.R3>([4, 20, 3]));
 * console.log(out.shape, h.shape); // [ 4, 20, 8 ] [ 2, 4, 8 ]
 * console.log(Object.keys(gru.stateDict()).slice(0, 2)); // [ 'weight_ih_l0', 'weight_hh_l0' ]
 */
export class GRU extends RecurrentModule<tf.Tensor3D, tf.Tensor2D> {
  /** @throws RangeError when a size is not positive or dropout is no probability. */
  constructor(...args: Arguments<RecurrentArgs, typeof recurrentNames>) {
    super('GRU', 3, byName<RecurrentArgs>('torch.GRU', recurrentNames, args));
  }

  protected run(
    x: tf.Tensor3D,
    layer: LayerTensors,
    state: tf.Tensor2D[] | undefined,
    options: kernels.SequenceOptions,
  ): kernels.RecurrentResult<tf.Tensor2D[]> {
    return runGRU(x, layer, state, options);
  }

  protected unpackState(state: tf.Tensor): tf.Tensor[] {
    return [state];
  }

  protected packState([h]: tf.Tensor[]): tf.Tensor3D & tf.Tensor2D {
    return h as tf.Tensor3D & tf.Tensor2D;
  }
}

/**
 * PyTorch's `nn.GRUCell`: one time step. Parameters `weight_ih`, `weight_hh`, `bias_ih`, `bias_hh`; rows r, z, n.
 *
 * @example
 * const cell = new torch.GRUCell(3, 8);
 * const h = cell.forward(tf.ones<tf.Rank.R2>([4, 3]));
 * console.log(h.shape); // [ 4, 8 ]
 */
export class GRUCell extends RecurrentCell {
  /** @throws RangeError when a size is not positive. */
  constructor(...args: Arguments<CellArgs, typeof cellNames>) {
    super('GRUCell', 3, byName<CellArgs>('torch.GRUCell', cellNames, args));
  }

  /**
   * `[batch, inputSize]` and a state `[batch, hiddenSize]` (zeros when left out) to the next state; all without a batch as well.
   * @throws RangeError when a shape or type does not fit.
   */
  forward<T extends tf.Tensor1D | tf.Tensor2D>(x: T, state?: T): T {
    return this.step<tf.Tensor>(x, state && [state])[0] as T;
  }

  protected run(x: tf.Tensor3D, layer: LayerTensors, state: tf.Tensor2D[] | undefined) {
    return runGRU(x, layer, state, {});
  }
}

function runGRU(
  x: tf.Tensor3D,
  layer: LayerTensors,
  state: tf.Tensor2D[] | undefined,
  options: kernels.SequenceOptions,
): kernels.RecurrentResult<tf.Tensor2D[]> {
  return kernels.gru(x, gruWeights(layer), state as [tf.Tensor2D] | undefined, { ...options, resetAfter: true });
}

/** The kernel's gates are z, r, h where PyTorch's rows are r, z, n. */
function gruWeights({ weightIH, weightHH, biasIH, biasHH }: LayerTensors): kernels.RecurrentWeights {
  return {
    kernel: reordered(weightIH).transpose<tf.Tensor2D>(),
    recurrentKernel: reordered(weightHH).transpose<tf.Tensor2D>(),
    bias: biasIH && biasHH && tf.stack([reordered(biasIH), reordered(biasHH)]),
  };
}

function reordered<T extends tf.Tensor>(rows: T): T {
  const [r, z, n] = tf.split(rows, 3, 0);
  return tf.concat([z, r, n], 0) as T;
}
