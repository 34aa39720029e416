/**
 * Masks on their way through a functional model, mended.
 *
 * The executor of TensorFlow.js 4.22 (tensorflow/tfjs-layers #388) hands every layer one shared `kwargs` object: a mask that it has
 * put there once stays for all later layers, also for those whose input has none, and of several inputs only the first one's mask
 * is passed. Tensors do carry a mask of their own (`kerasMask`), but it ends at the first layer, because the masks of a layer's
 * inputs do not reach `computeMask`. Here each call gets a `kwargs` of its own, with `mask` (of the first input) and `masks` (of
 * all inputs) as the tensors carry them, and every output carries its mask on. The masks of sums and concatenations, wrong in
 * TensorFlow.js (an axis too many, the last mask left out), are Keras 3's.
 */
import { tf } from '../backend';
import { type Kwargs, type StockClass, type TensorOrSymbolic, stockClass, toList } from './stock';

type Mask = tf.Tensor | null;
type Tensors = tf.Tensor | tf.Tensor[];
interface LayerMethods {
  apply(inputs: TensorOrSymbolic | TensorOrSymbolic[], kwargs?: Kwargs): Tensors;
}

const methods = tf.layers.Layer.prototype as unknown as LayerMethods;
const { apply } = methods;
const mended = Symbol.for('lstm-lab.mask-propagation');
const seen = new WeakMap<Kwargs, Mask>();
let current: Mask | Mask[] | undefined;

/** The mask of a layer's output, boolean, `[batch, time]` for a sequence; `null` when all of it counts. Disposed with the output. */
export function maskOf(tensor: tf.Tensor): Mask {
  const mask = tensor.kerasMask;
  return mask && !mask.isDisposed ? mask : null;
}

/** Lets `output` carry a mask: a copy where others hold it too, because a tensor disposes of its mask. */
function carry(output: tf.Tensor, mask: Mask | undefined, shared: boolean): void {
  output.kerasMask = (mask && shared ? mask.clone() : (mask ?? null)) as tf.Tensor;
}

/** The masks of a layer's inputs, as `call` finds them in its `kwargs`. */
export function inputMasks(inputs: tf.Tensor[], kwargs: Kwargs | undefined): Mask[] {
  const given = (kwargs?.masks ?? kwargs?.mask) as Mask | Mask[] | undefined;
  const masks = toList<Mask>(given);
  return inputs.map((input, k) => masks[k] ?? (kwargs?.masks ? null : maskOf(input)));
}

function applyWithMasks(
  this: tf.layers.Layer,
  inputs: TensorOrSymbolic | TensorOrSymbolic[],
  kwargs?: Kwargs,
): Tensors {
  const list = toList(inputs);
  if (!list.every((input) => input instanceof tf.Tensor)) return apply.call(this as never, inputs, kwargs);
  const masks = list.map((input) => maskOf(input as tf.Tensor));
  const given = (kwargs?.mask ?? null) as Mask | Mask[];
  if (given && kwargs && !isStale(inputs, masks[0], given, kwargs)) {
    toList(given).forEach((mask, k) => (masks[k] = mask));
    if (!Array.isArray(given)) seen.set(kwargs, given);
  }
  const own: Kwargs = { ...kwargs };
  delete own.mask;
  if (masks.some((mask) => mask !== null)) Object.assign(own, { mask: masks[0] ?? undefined, masks });
  const outer = current;
  current = list.length > 1 ? masks : masks[0];
  try {
    const outputs = apply.call(this as never, inputs, own);
    const passed = this.supportsMasking ? masks[0] : null;
    for (const output of toList(outputs)) {
      if (output.kerasMask === undefined) carry(output, passed, true);
    }
    return outputs;
  } finally {
    current = outer;
  }
}

/** The executor passes inputs as a list; a mask that it has shown before and that the input does not carry is left over. */
function isStale(inputs: unknown, carried: Mask, given: Mask | Mask[], kwargs: Kwargs): boolean {
  return Array.isArray(inputs) && carried === null && seen.get(kwargs) === given;
}

/** Gives every output its mask; a single mask is for all of them. */
function setMaskMetadata(this: tf.layers.Layer, inputs: Tensors, outputs: Tensors): void {
  if (!this.supportsMasking) return;
  const computed = this.computeMask(inputs, current as Tensors) as Mask | Mask[] | undefined;
  const given = toList<Mask>(current);
  toList(outputs).forEach((output, k) => {
    const mask = Array.isArray(computed) ? computed[k] : computed;
    carry(output, mask, given.includes(mask ?? null) || k > 0);
  });
}

/** A sum of masked and unmasked inputs has no mask; of masked ones, a step counts where it counts in any (Keras 3's `Merge`). */
function sumMask(_inputs: tf.Tensor[], masks?: Mask[]): Mask {
  if (!masks || masks.length === 0 || masks.includes(null) || masks.includes(undefined as never)) return null;
  return tf.tidy(() => (masks as tf.Tensor[]).reduce((any, mask) => tf.logicalOr(any, mask)));
}

/** A concatenation counts where any of its parts does; a part without a mask counts everywhere (Keras 3's `Concatenate`). */
function concatenationMask(this: { axis: number }, inputs: tf.Tensor[], masks?: Mask[]): Mask {
  if (!masks || masks.every((mask) => !mask)) return null;
  return tf.tidy(() => {
    const full = inputs.map((input, k) => {
      const mask = masks[k];
      if (!mask) return tf.ones(input.shape, 'bool');
      return mask.rank < input.rank ? tf.logicalOr(mask.expandDims(-1), tf.zeros(input.shape, 'bool')) : mask;
    });
    return tf.any(tf.concat(full, this.axis), -1);
  });
}

if (!(mended in methods)) {
  Object.assign(methods, { [mended]: true, apply: applyWithMasks, setMaskMetadata });
  const Concatenate = stockClass<StockClass<object>>('Concatenate');
  Object.assign(Object.getPrototypeOf(stockClass<StockClass<object>>('Add').prototype), { computeMask: sumMask });
  Object.assign(Concatenate.prototype, { computeMask: concatenationMask });
}
