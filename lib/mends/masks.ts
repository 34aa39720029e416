/** The masks of a layer's outputs from those of its inputs, by the rules of Keras 3. */
import * as tf from '@tensorflow/tfjs';

export type Mask = tf.Tensor | null;

interface MaskingLayer {
  axis: number;
  computeMask(inputs: tf.Tensor | tf.Tensor[], mask?: Mask | Mask[]): Mask | Mask[] | undefined;
}

/**
 * The mask of a layer's output, boolean, `[batch, time]` for a sequence; `null` when all of it counts. Disposed with the output.
 *
 * @example
 * const words = layers.embedding({ inputDim: 10, outputDim: 4, maskZero: true });
 * const vectors = words.apply(tf.tensor2d([[5, 7, 0]], [1, 3], 'int32')) as tf.Tensor;
 * console.log(String(layers.maskOf(vectors))); // Tensor [[true, true, false],]
 */
export function maskOf(tensor: tf.Tensor): Mask {
  const mask = tensor.kerasMask;
  return mask && !mask.isDisposed ? mask : null;
}

/**
 * Lets `output` carry a mask for as long as it lives, unless it carries one already: a copy where others hold it too, because a tensor
 * disposes of its mask.
 */
export function carry(output: tf.Tensor, mask: Mask, shared: boolean): void {
  if (!mask || maskOf(output)) return;
  output.kerasMask = tf.keep(shared ? mask.clone() : mask);
  carried.add(output.kerasMask);
}

const carried = new WeakSet<tf.Tensor>();

/** Whether a tensor has its mask from a layer of this library, or of a graph that holds one. */
export function carriesOwnMask({ kerasMask }: tf.Tensor): boolean {
  return kerasMask ? carried.has(kerasMask) : false;
}

/** What `compute` gives, unseen by the tape of gradients, which would ask for those of a mask's operations. */
export function untaped(compute: () => tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    let result: tf.Tensor | undefined;
    const unseen = tf.customGrad((x) => {
      result = tf.keep(compute());
      return { value: tf.clone(x as tf.Tensor), gradFunc: (dy: tf.Tensor) => dy };
    });
    unseen(tf.scalar(0));
    const copy = tf.clone(result!);
    result!.dispose();
    return copy;
  });
}

/** Layers that pass a mask on in Keras 3 and end it in TensorFlow.js. */
const passing = new Set(['ELU', 'LeakyReLU', 'Rescaling', 'Softmax', 'ThresholdedReLU']);
const elementwise = new Set(['Add', 'Average', 'Maximum', 'Minimum', 'Multiply', 'Subtract']);

/** Whether Keras 3 lets a mask through a layer of this class; a class of the user's says so itself. */
export function passesMask(layer: tf.layers.Layer): boolean {
  return layer.supportsMasking || passing.has(layer.getClassName());
}

const stockMask = (tf.layers.Layer.prototype as unknown as MaskingLayer).computeMask;

/** The masks of a layer's outputs, in their order; an output without an entry has none. */
export function outputMasks(layer: tf.layers.Layer, inputs: tf.Tensor[], masks: Mask[]): Mask[] {
  const { computeMask, axis } = layer as unknown as MaskingLayer;
  const name = layer.getClassName();
  if (elementwise.has(name)) return [anyOf(masks)];
  if (name === 'Concatenate') return [concatenationMask(inputs, masks, axis)];
  if (computeMask === stockMask) return masks.slice(0, 1);
  const several = inputs.length > 1;
  return tf.tidy(() => {
    const mask = computeMask.call(layer, several ? inputs : inputs[0], several ? masks : masks[0]) ?? null;
    return (Array.isArray(mask) ? mask : [mask]) as tf.Tensor[];
  });
}

/** A sum of masked and unmasked inputs has no mask; of masked ones, a step counts where it counts in any (`Merge.compute_mask`). */
function anyOf(masks: Mask[]): Mask {
  if (masks.includes(null)) return null;
  return tf.tidy(() => (masks as tf.Tensor[]).reduce((any, mask) => tf.logicalOr(any, mask)));
}

/** A concatenation counts where any of its parts does; a part without a mask counts everywhere (`Concatenate.compute_mask`). */
function concatenationMask(inputs: tf.Tensor[], masks: Mask[], axis: number): Mask {
  if (masks.every((mask) => mask === null)) return null;
  return tf.tidy(() => {
    const full = inputs.map((input, k) => {
      const mask = masks[k];
      if (!mask) return tf.ones(input.shape, 'bool');
      return mask.rank < input.rank ? tf.logicalOr(mask.expandDims(-1), tf.zeros(input.shape, 'bool')) : mask;
    });
    return tf.any(tf.concat(full, axis), -1);
  });
}
