/**
 * Masks in the graphs of Keras 3, which writes the operations that make them as layers. The layers here pass masks on by themselves, so
 * those operations are left out; a mask that was given by hand stays as a SequenceMask before the layer.
 */
import type { tf } from '../../backend';
import { endMask, ignoreMask } from '../ignored-masks';
import { type Call, callOf } from './calls';
import { type Described, type TensorPlace, isModel, isObject, layersOf, nameOf } from './description';
import { isOperation } from './operations';

type Layers = Map<string, Described>;

/** Operations that Keras's layers make of masks, besides `NotEqual`, with which each begins. */
const maskOperations = new Set(
  'ConvertToTensor ExpandDims ZerosLike OnesLike LogicalOr LogicalAnd Concatenate Any All Repeat Squeeze'.split(' '),
);

/** Layers that may be given a mask of steps by hand. */
const maskable = /^(LSTM|GRU|SimpleRNN|RNN|Bidirectional|GlobalAveragePooling1D)$/;

/** For each call of a layer the tensor that tells its mask, where no layer before it makes that; by the name of the layer. */
export type GivenMasks = Map<string, (TensorPlace | undefined)[]>;

/** @throws Error that names the layer whose mask is told by more than one tensor, or by no tensor of the model. */
export function givenMasks(layers: Layers): GivenMasks {
  const found: GivenMasks = new Map();
  for (const layer of layers.values()) {
    const given = (layer.inbound_nodes ?? []).map((node) => givenMask(layers, layer, callOf(layer, node)));
    if (given.some((place) => place !== undefined)) found.set(nameOf(layer), given);
  }
  return found;
}

function givenMask(layers: Layers, layer: Described, { inputs, masks }: Call): TensorPlace | undefined {
  if (masks.length === 0) return undefined;
  const masked = new Set(maskedBefore(layers, inputs).map(String));
  const origins = masks.flatMap((mask) => originsOf(layers, mask));
  if (origins.every((origin) => origin !== undefined && masked.has(String(origin)))) return undefined;
  const [mask] = masks;
  const own = isOperation(layers.get(mask[0])!) ? origins[0] : mask;
  if (masks.length > 1 || origins.length > 1 || !own || !maskable.test(layer.class_name))
    throw new Error(
      `Layer "${nameOf(layer)}" (${layer.class_name}) is given a mask by hand that no single tensor tells; a model here keeps those that an Embedding or a Masking makes, and inputs that are masks or tokens.`,
    );
  return own;
}

/** The tensors that enter the layers before `places` that make masks. */
function maskedBefore(layers: Layers, places: TensorPlace[]): TensorPlace[] {
  const found: TensorPlace[] = [];
  const seen = new Set<string>();
  const pending = [...places];
  for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
    if (seen.has(place[0])) continue;
    seen.add(place[0]);
    const layer = layers.get(place[0]);
    if (!layer) continue;
    const makes = layer.class_name === 'Masking' || layer.config.mask_zero === true;
    for (const { inputs } of callsOf(layer)) {
      if (makes) found.push(...inputs);
      if (!endsMasks(layer)) pending.push(...inputs);
    }
  }
  return found;
}

/** Whether no mask passes a layer. */
const endsMasks = (layer: Described): boolean =>
  isOperation(layer) ||
  /^(Conv|DepthwiseConv|SeparableConv|Flatten|Reshape|Permute|RepeatVector|Dot)|(Pooling|Padding|Cropping|Sampling)\dD/.test(
    layer.class_name,
  );

/** The tensors of which a mask tells where they differ from a number; undefined for one that is made in another way. */
function originsOf(layers: Layers, mask: TensorPlace, depth = 0): (TensorPlace | undefined)[] {
  const operation = layers.get(mask[0]);
  if (!operation || depth > layers.size) return [undefined];
  const inputs = callsOf(operation).flatMap((call) => call.inputs);
  if (operation.class_name === 'NotEqual') return inputs;
  if (/^(Zeros|Ones)Like$/.test(operation.class_name)) return [];
  if (!maskOperations.has(operation.class_name)) return [undefined];
  return inputs.flatMap((input) => originsOf(layers, input, depth + 1));
}

const callsOf = (layer: Described): Call[] => (layer.inbound_nodes ?? []).map((node) => callOf(layer, node));

/**
 * Lets operations see no masks and pass none on, and the recurrent layers that are called with an initial state and without a mask walk over every step: Keras 3 hands masks on to calls
 * with one argument of tensors only (`Layer.__call__`, 3.15), and Keras 2 to all.
 */
export function leaveMasksOut(description: Described, model: tf.LayersModel): void {
  for (const layer of layersOf(description)) {
    const own = model.layers.find(({ name }) => name === nameOf(layer));
    if (isModel(layer) && own) leaveMasksOut(layer, own as tf.LayersModel);
    if (isOperation(layer) && own) endMask(own);
    const without = (layer.inbound_nodes ?? []).some(
      (node) => isObject(node) && isObject(node.kwargs) && node.kwargs.initial_state && !node.kwargs.mask,
    );
    if (without && own) ignoreMask(own);
  }
}
