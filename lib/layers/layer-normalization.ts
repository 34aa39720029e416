/** Layer normalization (Ba, Kiros and Hinton 2016). */
import { tf } from '../backend';
import { normalize } from '../kernels';
import { type StockClass, first, stockClass } from './stock';

/** Options of {@link layerNormalization}. */
export type LayerNormalizationArgs = NonNullable<Parameters<typeof tf.layers.layerNormalization>[0]>;

interface StockLayer extends tf.layers.Layer {
  /** Counted from the front, once the layer is built. */
  axis: number[];
  epsilon: number;
  gamma?: tf.LayerVariable;
  beta?: tf.LayerVariable;
}
const StockLayerNormalization = stockClass<StockClass<LayerNormalizationArgs, StockLayer>>('LayerNormalization');

/**
 * Mean 0 and variance 1 over the axes `axis` of each example, the last unless told; then the factor `gamma` and the sum `beta`. The numbers
 * are those of TensorFlow.js, whose own layer repeats its weights by `tile` and adds up that gradient slice by slice (tfjs#2120).
 */
export class LayerNormalization extends StockLayerNormalization {
  static readonly className = 'LayerNormalization';

  constructor(args: LayerNormalizationArgs = {}) {
    super(args);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = first(inputs);
      const sizes = x.shape.map((size, k) => (this.axis.includes(k) ? size : 1));
      const normal = normalize(x, this.epsilon, this.axis);
      const scaled = this.gamma ? normal.mul(this.gamma.read().reshape(sizes)) : normal;
      return this.beta ? scaled.add(this.beta.read().reshape(sizes)) : scaled;
    });
  }
}
