/** A sequence as the mean of its steps. */
import { tf } from '../backend';
import { inputMasks } from './masks';
import { type Kwargs, type LayerArgs, type StockClass, first, stockClass } from './stock';

const StockGlobalAveragePooling1D = stockClass<StockClass<LayerArgs>>('GlobalAveragePooling1D');

/** The mean over time, `[batch, time, features]` to `[batch, features]`, of the steps that count; zeros when none does. */
export class GlobalAveragePooling1D extends StockGlobalAveragePooling1D {
  static readonly className = 'GlobalAveragePooling1D';

  constructor(args: LayerArgs = {}) {
    super(args);
    this.supportsMasking = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Kwargs): tf.Tensor {
    return tf.tidy(() => {
      const x = first(inputs);
      const [mask] = inputMasks([x], kwargs);
      if (!mask) return x.mean(1);
      const counts = mask.toFloat().expandDims(2);
      return x
        .mul(counts)
        .sum(1)
        .div(tf.maximum(counts.sum(1), 1));
    });
  }

  override computeMask(): tf.Tensor {
    return null as unknown as tf.Tensor;
  }
}
