import { tf } from '../../backend';
import { isActivityLoss } from '../../mends/activity';
import { innerLayers } from '../../mends/layer-apply';

type LossFunction = () => tf.Scalar;
interface Losses {
  losses: LossFunction[];
  _losses: LossFunction[];
}

/**
 * The penalties of a model's regularizers, of weights and of the activity of its last call: each layer's once, however often the model
 * uses it, and none for the weights of a frozen one, as in Keras 3.
 */
export function penalties(model: tf.LayersModel): tf.Scalar[] {
  const seen = new Set<tf.layers.Layer>();
  const losses: LossFunction[] = [];
  const visit = (layer: tf.layers.Layer) => {
    if (seen.has(layer)) return;
    seen.add(layer);
    const inner = innerLayers(layer);
    const own = layer as unknown as Losses;
    const all = inner.length > 0 ? own._losses : own.losses;
    losses.push(...(layer.trainable ? all : all.filter(isActivityLoss)));
    inner.forEach(visit);
  };
  visit(model);
  return losses.map((loss) => loss());
}
