/**
 * Cross-entropies of a model that ends in a sigmoid or softmax, computed from what goes into it, as Keras does: exact where the
 * activation is so sure that its float32 is 0 or 1, and with few operations.
 */
import { tf } from '../../backend';
import { AdaptiveSoftmax } from '../../layers/adaptive-softmax';
import { adaptiveCrossEntropy } from './adaptive-softmax';
import { binaryCrossentropy, categoricalCrossentropy, sparseCategoricalCrossentropy, type Loss } from './losses';

/** A layer that ends in an activation which can be taken off. */
type ActivatedLayer = tf.layers.Layer & { activation: { getClassName(): string } | null; layer?: ActivatedLayer };

/** For one output of a model: the layer whose activation comes off for the loss, and the loss from there. */
export interface LogitsLoss {
  layer: ActivatedLayer;
  activation: (logits: tf.Tensor) => tf.Tensor;
  loss: Loss;
}

/** Our losses by the names that TensorFlow.js has for its own, which differ from Keras's where a probability is 0 or 1. */
export const namedLosses: Record<string, Loss> = {
  binaryCrossentropy: binaryCrossentropy(),
  categoricalCrossentropy: categoricalCrossentropy(),
  sparseCategoricalCrossentropy: sparseCategoricalCrossentropy(),
};

const fromLogits = { fromLogits: true };
const pairs: Record<string, Pick<LogitsLoss, 'activation' | 'loss'>> = {
  'sigmoid binaryCrossentropy': { activation: tf.sigmoid, loss: binaryCrossentropy(fromLogits) },
  'softmax categoricalCrossentropy': { activation: (x) => tf.softmax(x), loss: categoricalCrossentropy(fromLogits) },
  'softmax sparseCategoricalCrossentropy': {
    activation: (x) => tf.softmax(x),
    loss: sparseCategoricalCrossentropy(fromLogits),
  },
};

/**
 * Which outputs of a model can be computed from logits for a loss of this name. Undefined where the loss is another one, or where the
 * output is no Dense, TimeDistributed(Dense), tied or adaptive layer or Activation of its own.
 */
export function logitsLoss(model: tf.LayersModel, output: number, lossName: unknown): LogitsLoss | undefined {
  const symbol = model.outputs[output];
  const outer = symbol.sourceLayer as ActivatedLayer;
  const layer = activatedLayer(symbol);
  if (!layer?.activation) return undefined;
  const isUsedElsewhere = outer.inboundNodes.length > 1 || outer.outboundNodes.some((node) => isInside(model, node));
  const pair = pairFor(layer, String(lossName));
  return pair && !isUsedElsewhere ? { layer, ...pair } : undefined;
}

function pairFor(layer: ActivatedLayer, lossName: string): Pick<LogitsLoss, 'activation' | 'loss'> | undefined {
  if (!(layer instanceof AdaptiveSoftmax)) return pairs[`${layer.activation?.getClassName()} ${lossName}`];
  if (lossName !== 'sparseCategoricalCrossentropy') return undefined;
  const { activation } = layer;
  return { activation: (x) => activation.apply(x), loss: adaptiveCrossEntropy(layer) };
}

/** The class name of the activation that an output ends in; undefined where it ends otherwise. */
export function lastActivation(output: tf.SymbolicTensor): string | undefined {
  if (output.sourceLayer.getClassName() === 'Softmax') return 'softmax';
  return activatedLayer(output)?.activation?.getClassName();
}

/** The layer whose activation an output is. */
function activatedLayer(output: tf.SymbolicTensor): ActivatedLayer | undefined {
  const outer = output.sourceLayer as ActivatedLayer;
  const layer = outer.getClassName() === 'TimeDistributed' ? outer.layer! : outer;
  return ['Dense', 'TiedDense', 'AdaptiveSoftmax', 'Activation'].includes(layer.getClassName()) ? layer : undefined;
}

/** Runs `compute` with the activations of these layers taken off. */
export function withoutActivation<T>(layers: ActivatedLayer[], compute: () => T): T {
  const activations = layers.map((layer) => layer.activation);
  const none = tf.layers.activation({ activation: 'linear' }) as ActivatedLayer;
  try {
    for (const layer of layers) layer.activation = none.activation;
    return compute();
  } finally {
    layers.forEach((layer, i) => (layer.activation = activations[i]));
  }
}

/** Whether a use of a layer's output belongs to this model (a layer may stand in several). */
function isInside(model: tf.LayersModel, node: { outboundLayer: tf.layers.Layer }): boolean {
  return model.layers.includes(node.outboundLayer);
}
