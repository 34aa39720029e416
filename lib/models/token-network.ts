/** What a model must be for the generation kernels: a chain of a table of tokens, recurrent layers and a dense layer. */
import { tf } from '../backend';
import type { TokenNetwork } from '../kernels';
import { FusedRNN } from '../layers/fused-rnn';

/** How a model's weights are read for the kernels at this moment, or why they cannot compute it. */
export type Recognised = { network: () => TokenNetwork; states: number[] } | { reason: string };

/** Layers that do nothing but in training. */
const onlyInTraining = ['Dropout', 'SpatialDropout1D', 'GaussianNoise', 'GaussianDropout', 'AlphaDropout'];

interface Dense extends tf.layers.Layer {
  kernel: tf.LayerVariable;
  bias: tf.LayerVariable | null;
  activation: tf.serialization.Serializable;
}

/** Looks at a model from `[batch, time]` or one-hot `[batch, time, tokens]` to logits or probabilities of tokens. */
export function recognise(model: tf.LayersModel): Recognised {
  const chain = chainOf(model);
  if (!chain) return { reason: 'it is no chain of layers' };
  const rest = chain.filter((layer) => !onlyInTraining.includes(layer.getClassName()));
  const name = (layer: tf.layers.Layer | undefined) => (layer ? `${layer.name} (${layer.getClassName()})` : 'nothing');

  const [table] = rest[0]?.getClassName() === 'Embedding' ? rest.splice(0, 1) : [];
  if (table && (table as tf.layers.Layer & { maskZero: boolean }).maskZero)
    return { reason: `${table.name} masks token 0` };
  const layers: FusedRNN[] = [];
  while (rest[0] instanceof FusedRNN) layers.push(rest.shift() as FusedRNN);
  const unusual = layers.find((layer) => !layer.cellName || layer.goBackwards || layer.returnState);
  if (unusual) return { reason: `${name(unusual)} has other activations, another direction or more outputs` };
  if (layers.length === 0) return { reason: `${name(rest[0])} stands where a recurrent layer is expected` };
  const dense = denseOf(rest.shift());
  if (!dense) return { reason: `${name(chain.at(-1))} is not the dense layer above the recurrent ones` };
  const last = rest.shift();
  if (rest.length > 0 || (last && !isSoftmax(last)))
    return { reason: `${name(rest[0] ?? last)} stands above the dense layer` };

  const network = (): TokenNetwork => ({
    table: table && ((table as unknown as { embeddings: tf.LayerVariable }).embeddings.read() as tf.Tensor2D),
    layers: layers.map((layer) => ({ cell: layer.cellName!, weights: layer.cell.readWeights() })),
    dense: dense.kernel.read() as tf.Tensor2D,
    denseBias: dense.bias?.read(),
  });
  return { network, states: layers.flatMap(({ cell }) => [cell.stateSize].flat()) };
}

/** Whether a model's last layer gives probabilities. */
export function givesProbabilities(model: tf.LayersModel): boolean {
  const last = chainOf(model)?.at(-1) ?? model.layers.at(-1)!;
  return isSoftmax(last) || (innermost(last) as Dense).activation?.getClassName() === 'softmax';
}

/** The layers from the input to the output; undefined where one of them has several inputs. */
function chainOf(model: tf.LayersModel): tf.layers.Layer[] | undefined {
  if (model.inputs.length !== 1 || model.outputs.length !== 1) return undefined;
  const chain: tf.layers.Layer[] = [];
  for (let [tensor] = model.outputs; ; ) {
    const layer = tensor.sourceLayer;
    const node = layer.inboundNodes[tensor.nodeIndex];
    if (node.inboundLayers.length === 0) return chain;
    if (node.inputTensors.length !== 1) return undefined;
    chain.unshift(layer);
    [tensor] = node.inputTensors;
  }
}

const isSoftmax = (layer: tf.layers.Layer): boolean =>
  layer.getClassName() === 'Softmax' ||
  (layer.getClassName() === 'Activation' && (layer as Dense).activation.getClassName() === 'softmax');

const innermost = (layer: tf.layers.Layer): tf.layers.Layer =>
  layer.getClassName() === 'TimeDistributed' ? (layer as unknown as { layer: tf.layers.Layer }).layer : layer;

/** A dense layer, perhaps applied to every step, that gives logits or probabilities. */
function denseOf(layer: tf.layers.Layer | undefined): Dense | undefined {
  const found = layer && innermost(layer);
  if (found?.getClassName() !== 'Dense') return undefined;
  return ['linear', 'softmax'].includes((found as Dense).activation.getClassName()) ? (found as Dense) : undefined;
}
