/**
 * `Layer.apply`, mended for this library's layers and for every layer of a graph that holds one; others are left as they are.
 *
 * The executor of TensorFlow.js 4.22 hands all layers one `kwargs` object: a mask that it has put there once stays for later layers, also
 * for those whose input has none, and of several inputs only the first one's mask is passed. Tensors do carry a mask of their own
 * (`kerasMask`), but it ends at the first layer, because the masks of a layer's inputs do not reach `computeMask`. A layer with an
 * activity regularizer is refused. Here each call gets `kwargs` of its own, with `mask` (of the first input) and `masks` (of all inputs)
 * as the tensors carry them, every output carries its mask on, and the penalty of an activity joins the layer's losses.
 */
import * as tf from '@tensorflow/tfjs';
import { checkOptions } from '../options';
import { recordActivity, withoutActivityRegularizer } from './activity';
import { carriesOwnMask, carry, maskOf, outputMasks, passesMask, type Mask } from './masks';
import { applyMend } from './mend';

type Kwargs = { [key: string]: unknown };
type Inputs = tf.Tensor | tf.SymbolicTensor | (tf.Tensor | tf.SymbolicTensor)[];
type Outputs = ReturnType<tf.layers.Layer['apply']>;
interface Prototype {
  apply(inputs: Inputs, kwargs?: Kwargs): Outputs;
}

const own = Symbol.for('lstm-lab.layer');
const adopted = Symbol.for('lstm-lab.adopted');
interface Marked {
  [own]?: { callArguments: string[] };
  [adopted]?: { passesMask: boolean };
}

/** Where layers keep the layers inside them. */
interface Nest {
  layers?: tf.layers.Layer[];
  layer?: tf.layers.Layer;
  forwardLayer?: tf.layers.Layer;
  backwardLayer?: tf.layers.Layer;
}

const isAdopted = (layer: tf.layers.Layer): boolean => (layer as Marked)[adopted] !== undefined;
const isInput = (layer: tf.layers.Layer): boolean => layer.getClassName() === 'InputLayer';
const isLayer = (value: unknown): value is tf.layers.Layer => value instanceof tf.layers.Layer;

/** The layers directly inside a model or a wrapper. */
export function innerLayers(layer: tf.layers.Layer): tf.layers.Layer[] {
  const { layers, layer: wrapped, forwardLayer, backwardLayer } = layer as Nest;
  return [...(Array.isArray(layers) ? layers : []), wrapped, forwardLayer, backwardLayer].filter(isLayer);
}

/**
 * Marks the instances of a class as this library's: they are adopted where they are first used.
 *
 * @param callArguments what `apply` takes beside masks and `training`
 */
export function markOwn(constructor: { prototype: object }, callArguments: string[]): void {
  const known = [...callArguments, 'training', 'mask', 'masks'];
  Object.defineProperty(constructor.prototype, own, { value: { callArguments: known }, configurable: true });
}

/**
 * Refuses arguments of a call that would have no effect: names that the layer does not take, and values given with symbolic inputs, of
 * which TensorFlow.js keeps none for the model.
 */
function checkCallArguments(layer: tf.layers.Layer, kwargs: Kwargs, isSymbolic: boolean): void {
  const known = (layer as Marked)[own]?.callArguments;
  if (!known) return;
  const given = Object.keys(kwargs).filter((name) => kwargs[name] !== undefined);
  if (!given.every((name) => known.includes(name))) refuseUnknown(layer, given, known);
  const lost = isSymbolic && given.find((name) => (kwargs[name] ?? false) !== false);
  if (lost)
    throw new Error(
      `${layer.name}: a model does not keep "${lost}" of a call with symbolic inputs. ${cures[lost] ?? `Give "${lost}" in a call with tensors, or write a layer of your own that calls this one with it`}.`,
    );
}

function refuseUnknown(layer: tf.layers.Layer, given: string[], known: string[]): void {
  for (const name of given) {
    const option = name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
    if (!known.includes(option) && option in layer)
      throw new TypeError(
        `${layer.name}: ${option} is an option of the layer, not of the call; give it where you make the layer.`,
      );
  }
  checkOptions(`${layer.name}.apply`, Object.fromEntries(given.map((name) => [name, true])), known);
}

const cures: Record<string, string> = {
  training: 'Call the model with it: model.apply(x, { training: true })',
  mask: 'Let layers.masking or an embedding with maskZero make the mask, or call the model with it',
};

/** Lets a layer, and what is inside it, be applied as this library's own are. */
export function adopt<T extends tf.layers.Layer>(layer: T): T {
  if (isInput(layer)) return layer;
  if (!isAdopted(layer)) {
    Object.defineProperty(layer, adopted, { value: { passesMask: passesMask(layer) } });
    layer.supportsMasking = false; // so that neither the executor nor the stock `apply` computes masks
  }
  innerLayers(layer).forEach(adopt);
  return layer;
}

/** Whether a layer lets masks through; an adopted one's `supportsMasking` no longer says so. */
export const letsMasksThrough = (layer: tf.layers.Layer): boolean =>
  (layer as Marked)[adopted]?.passesMask ?? passesMask(layer);

/** Lets no mask through a layer, whatever its class does. */
export function stopMasks(layer: tf.layers.Layer): void {
  (adopt(layer) as Marked)[adopted]!.passesMask = false;
}

const holdsOwn = (layer: tf.layers.Layer): boolean =>
  (layer as Marked)[own] !== undefined || isAdopted(layer) || innerLayers(layer).some(holdsOwn);

/** Adopts what a symbolic tensor comes from. */
function adoptSource({ sourceLayer, inputs }: tf.SymbolicTensor): void {
  if (isAdopted(sourceLayer) || isInput(sourceLayer)) return;
  adopt(sourceLayer);
  inputs.forEach(adoptSource);
}

function applySymbolic(layer: tf.layers.Layer, inputs: tf.SymbolicTensor[], stock: () => Outputs): Outputs {
  if (!holdsOwn(layer) && !inputs.some(({ sourceLayer }) => isAdopted(sourceLayer))) return stock();
  adopt(layer);
  inputs.forEach(adoptSource);
  return withoutActivityRegularizer(layer, stock);
}

function applyEager(
  layer: tf.layers.Layer,
  inputs: tf.Tensor[],
  kwargs: Kwargs | undefined,
  stock: (inputs: tf.Tensor[], kwargs: Kwargs) => Outputs,
): Outputs {
  const masks = inputs.map(maskOf);
  const given = toList(kwargs?.mask as Mask | Mask[]);
  given.forEach((mask, k) => (masks[k] = mask));
  const passed: Kwargs = { ...kwargs };
  delete passed.mask;
  if (masks.some((mask) => mask !== null)) Object.assign(passed, { mask: masks[0] ?? undefined, masks });
  const seen = given.length > 0 && isModel(layer) ? inputs.map((input, k) => masked(input, masks[k])) : inputs;
  const outputs = withoutActivityRegularizer(layer, () => stock(seen, passed)) as tf.Tensor | tf.Tensor[];
  const list = toList(outputs);
  if (isAdopted(layer) && letsMasksThrough(layer)) {
    const found = outputMasks(layer, inputs, masks);
    list.forEach((output, k) =>
      carry(output, found[k] ?? null, masks.includes(found[k]) || found.indexOf(found[k]) < k),
    );
  }
  recordActivity(layer, list);
  return outputs;
}

const isModel = (layer: tf.layers.Layer): boolean => Array.isArray((layer as Nest).layers);

/** A model's first layers take the mask from its input: a copy of `input` that carries it. */
function masked(input: tf.Tensor, mask: Mask): tf.Tensor {
  if (mask === maskOf(input)) return input;
  const copy = input.clone();
  carry(copy, mask, true);
  return copy;
}

/** Makes the change, once for each TensorFlow.js. */
export function mendLayerApply(): void {
  const prototype = tf.layers.Layer.prototype as unknown as Prototype;
  const mend = {
    wrong: 'masks end at the first layer or go to the wrong one, activity regularizers are refused',
    issue: 'tensorflow/tfjs-layers #388',
    dependency: '@tensorflow/tfjs',
    version: '4.22.0',
  };
  applyMend('Layer.apply', mend, prototype, tf.version['tfjs-layers'], () => {
    const { apply } = prototype;
    prototype.apply = function (this: tf.layers.Layer, inputs: Inputs, kwargs?: Kwargs): Outputs {
      const stock = () => apply.call(this as never, inputs, kwargs);
      const list = toList(inputs);
      const symbolic = list.filter((input): input is tf.SymbolicTensor => input instanceof tf.SymbolicTensor);
      const isSymbolic = symbolic.length === list.length && list.length > 0;
      if (kwargs) checkCallArguments(this, kwargs, isSymbolic);
      if (isSymbolic) return applySymbolic(this, symbolic, stock);
      const tensors = list as tf.Tensor[];
      if (symbolic.length > 0 || !(isAdopted(this) || holdsOwn(this) || tensors.some(carriesOwnMask))) return stock();
      const eager = (seen: tf.Tensor[], passed: Kwargs) =>
        apply.call(this as never, Array.isArray(inputs) ? seen : seen[0], passed);
      return applyEager(isAdopted(this) ? this : adopt(this), tensors, kwargs, eager);
    };
  });
}

function toList<T>(value: T | T[] | null | undefined): T[] {
  if (value === null || value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
