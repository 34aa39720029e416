/** Steps that hold one value everywhere are padding. */
import { tf } from '../backend';
import { untaped } from '../mends/masks';
import { type LayerArgs, type StockClass, first, stockClass } from './stock';

/** Options of {@link masking}. */
export interface MaskingArgs extends LayerArgs {
  /** A step counts when any of its features differs from this. Default: 0. */
  maskValue?: number;
}

interface StockLayer extends tf.layers.Layer {
  maskValue: number;
}
const StockMasking = stockClass<StockClass<MaskingArgs, StockLayer>>('Masking');

/**
 * Masks the steps of `[batch, time, features]` whose features all are `maskValue`, and sets them to zero. Gradients pass: those of
 * TensorFlow.js' own layer do not ("gradient function not found for Any"), so it can stand on an input only.
 */
export class Masking extends StockMasking {
  static readonly className = 'Masking';

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = first(inputs);
    return tf.tidy(() => tf.mul(x, this.counts(x).expandDims(-1).toFloat()));
  }

  override computeMask(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return this.counts(first(inputs));
  }

  private counts(x: tf.Tensor): tf.Tensor {
    return untaped(() => tf.any(tf.notEqual(x, this.maskValue), -1));
  }
}
