/** Softmax as a layer. */
import { tf } from '../backend';
import { inputMasks } from './masks';
import { type Kwargs, type LayerArgs, type StockClass, first, stockClass, toList } from './stock';

/** Options of {@link softmax}. */
export interface SoftmaxArgs extends LayerArgs {
  /** Default: the last. */
  axis?: number;
}

interface StockLayer extends tf.layers.Layer {
  axis: number | number[];
}
const StockSoftmax = stockClass<StockClass<SoftmaxArgs, StockLayer>>('Softmax');

/**
 * `exp(x) / Σ exp(x)` along an axis. A mask of the input's own rank hides numbers, which become zero, as in Keras 3; one of steps is
 * passed on.
 */
export class Softmax extends StockSoftmax {
  static readonly className = 'Softmax';

  constructor(args: SoftmaxArgs = {}) {
    super({ ...args, axis: args.axis ?? -1 });
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Kwargs): tf.Tensor | tf.Tensor[] {
    const x = first(inputs);
    const [mask] = inputMasks([x], kwargs);
    const own = mask?.rank === x.rank ? mask : undefined;
    const [axis, ...others] = toList(this.axis);
    const isInside = others.length === 0 && x.rank > 1 && (axis + x.rank) % x.rank !== x.rank - 1;
    return tf.tidy(() => {
      const soft = isInside
        ? along(x, (axis + x.rank) % x.rank, own)
        : (super.call(inputs, { ...kwargs, mask: own }) as tf.Tensor);
      return own ? soft.mul(own.toFloat()) : soft;
    });
  }
}

/** Of an axis that is not the last, along which TensorFlow.js has no softmax. */
function along(x: tf.Tensor, axis: number, mask: tf.Tensor | undefined): tf.Tensor {
  const visible = mask ? x.add(tf.scalar(1).sub(mask.toFloat()).mul(-1e9)) : x;
  const order = x.shape.map((_size, k) => (k === axis ? x.rank - 1 : k === x.rank - 1 ? axis : k));
  return tf.softmax(visible.transpose(order)).transpose(order);
}
