/** Softmax as a layer. */
import { tf } from '../backend';
import { inputMasks } from './masks';
import { type Kwargs, type LayerArgs, type StockClass, first, stockClass } from './stock';

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
    if (!mask || mask.rank !== x.rank) return super.call(inputs, { ...kwargs, mask: undefined });
    return tf.tidy(() => {
      const visible = super.call(inputs, { ...kwargs, mask }) as tf.Tensor;
      return visible.mul(mask.toFloat());
    });
  }
}
