/** A layer applied to every step of a sequence. */
import { tf } from '../backend';
import { type Kwargs, type LayerArgs, type StockClass, first, stockClass } from './stock';

/** Options of {@link timeDistributed}. */
export interface TimeDistributedArgs extends LayerArgs {
  /** The layer; every step goes through it with the same weights. */
  layer: tf.layers.Layer;
}

interface StockLayer extends tf.layers.Layer {
  layer: tf.layers.Layer;
}
const StockTimeDistributed = stockClass<StockClass<TimeDistributedArgs, StockLayer>>('TimeDistributed');

/**
 * `[batch, time, …]` through `layer`, each step on its own. All steps run as one large batch, except where steps must not see
 * each other: batch normalization takes its statistics from one step at a time, as in Keras.
 */
export class TimeDistributed extends StockTimeDistributed {
  static readonly className = 'TimeDistributed';

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Kwargs): tf.Tensor | tf.Tensor[] {
    return tf.tidy(() => {
      const x = first(inputs);
      const mask = first(kwargs?.mask as tf.Tensor | undefined) ?? undefined;
      const [batch, time, ...rest] = x.shape;
      const own: Kwargs = { ...kwargs };
      delete own.mask;
      if (couplesBatch(this.layer)) {
        const masks = mask && mask.rank > 2 ? tf.unstack(mask, 1) : undefined;
        const outputs = tf
          .unstack(x, 1)
          .map((step, t) => first(this.layer.call(step, masks ? { ...own, mask: masks[t] } : own)));
        return tf.stack(outputs, 1);
      }
      if (mask && mask.rank > 2) own.mask = mask.reshape([batch * time, ...mask.shape.slice(2)]);
      const output = first(this.layer.call(x.reshape([batch * time, ...rest]), own));
      return output.reshape([batch, time, ...output.shape.slice(1)]);
    });
  }
}

function couplesBatch(layer: tf.layers.Layer): boolean {
  if (layer.stateful || layer.getClassName() === 'BatchNormalization') return true;
  const inner = (layer as { layers?: tf.layers.Layer[] }).layers ?? [];
  return inner.some(couplesBatch);
}
