/** PyTorch's GRU. */
import { tf } from '../backend';
import * as kernels from '../kernels';
import { RecurrentModule, type LayerTensors, type RecurrentArgs } from './recurrent';

/**
 * PyTorch's `nn.GRU`: reset gate r after the recurrent product, update gate z, candidate n. Rows of its weights: r, z, n.
 *
 *     const [out, h] = gru.forward(x);
 */
export class GRU extends RecurrentModule<tf.Tensor3D> {
  /** @throws RangeError when a size is not positive or dropout is no probability. */
  constructor(args: RecurrentArgs) {
    super('GRU', 3, args);
  }

  protected run(
    x: tf.Tensor3D,
    layer: LayerTensors,
    state: tf.Tensor2D[] | undefined,
    options: kernels.SequenceOptions,
  ): kernels.RecurrentResult<tf.Tensor2D[]> {
    return kernels.gru(x, gruWeights(layer), state as [tf.Tensor2D] | undefined, { ...options, resetAfter: true });
  }

  protected unpackState(state: tf.Tensor3D): tf.Tensor3D[] {
    return [state];
  }

  protected packState([h]: tf.Tensor3D[]): tf.Tensor3D {
    return h;
  }
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
