/** What a model must be for the generation kernels: a chain of a table of tokens, recurrent layers and a dense layer. */
import { tf } from '../backend';
import type { TokenNetwork } from '../kernels';
import { FusedRNN } from '../layers/fused-rnn';
import { TiedDense } from '../layers/tied-dense';

/** How a model's weights are read for the kernels at this moment, in a scope of tensors, or why they cannot compute it. */
export type Recognised = { network: () => TokenNetwork; states: number[] } | { reason: string };

/** Layers that do nothing but in training. */
const onlyInTraining = ['Dropout', 'SpatialDropout1D', 'GaussianNoise', 'GaussianDropout', 'AlphaDropout'];

interface Activated extends tf.layers.Layer {
  activation: tf.serialization.Serializable;
}

interface Dense extends Activated {
  kernel: tf.LayerVariable;
  bias: tf.LayerVariable | null;
}

/** The last product of a network, as its weights are at this moment. */
interface Head {
  /** `[units, tokens]` */
  kernel(): tf.Tensor2D;
  bias(): tf.Tensor | undefined;
}

/** Layers of TensorFlow.js of which this library has its own, by the name of the factory. */
const factories: Record<string, string> = { LSTM: 'lstm', GRU: 'gru', SimpleRNN: 'simpleRNN' };

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
  const [next] = rest;
  if (next instanceof tf.layers.RNN && !(next instanceof FusedRNN) && Object.hasOwn(factories, next.getClassName()))
    return { reason: `${name(next)} is TensorFlow.js's own; make it by layers.${factories[next.getClassName()]}` };
  if (layers.length === 0) return { reason: `${name(rest[0])} stands where a recurrent layer is expected` };
  const head = headOf(rest.shift());
  if (!head) return { reason: `${name(chain.at(-1))} is not the dense layer above the recurrent ones` };
  const last = rest.shift();
  if (rest.length > 0 || (last && !isSoftmax(last)))
    return { reason: `${name(rest[0] ?? last)} stands above the dense layer` };

  const network = (): TokenNetwork => ({
    table: table && ((table as unknown as { embeddings: tf.LayerVariable }).embeddings.read() as tf.Tensor2D),
    layers: layers.map((layer) => ({ cell: layer.cellName!, weights: layer.cell.readWeights() })),
    dense: head.kernel(),
    denseBias: head.bias(),
  });
  return { network, states: layers.flatMap(({ cell }) => [cell.stateSize].flat()) };
}

/** Whether a model's last layer gives probabilities. */
export function givesProbabilities(model: tf.LayersModel): boolean {
  const last = chainOf(model)?.at(-1) ?? model.layers.at(-1)!;
  return isSoftmax(last) || (innermost(last) as Activated).activation?.getClassName() === 'softmax';
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
  (layer.getClassName() === 'Activation' && (layer as Activated).activation.getClassName() === 'softmax');

const innermost = (layer: tf.layers.Layer): tf.layers.Layer =>
  layer.getClassName() === 'TimeDistributed' ? (layer as unknown as { layer: tf.layers.Layer }).layer : layer;

/** A dense layer, perhaps applied to every step, or one tied to the table, that gives logits or probabilities. */
function headOf(layer: tf.layers.Layer | undefined): Head | undefined {
  const found = layer && innermost(layer);
  if (!found || !['linear', 'softmax'].includes((found as Activated).activation?.getClassName())) return undefined;
  if (found instanceof TiedDense)
    return {
      kernel: () => found.sharedWeight().read().transpose() as tf.Tensor2D,
      bias: () => found.weights[0]?.read(),
    };
  if (found.getClassName() !== 'Dense') return undefined;
  const { kernel, bias } = found as Dense;
  return { kernel: () => kernel.read() as tf.Tensor2D, bias: () => bias?.read() };
}
