/** Layers that see no mask, as the files of others have them. */
import type { tf } from '../backend';
import { stopMasks } from '../mends/layer-apply';

const ignoring = new WeakSet<tf.layers.Layer>();

/** Lets a layer see no mask; it passes masks on all the same. */
export function ignoreMask(layer: tf.layers.Layer): void {
  if (ignoring.has(layer)) return;
  ignoring.add(layer);
  const call = layer.call.bind(layer);
  layer.call = (inputs, kwargs) => call(inputs, { ...kwargs, mask: undefined });
}

export const ignoresMask = (layer: tf.layers.Layer): boolean => ignoring.has(layer);

/** Lets a layer see no mask and pass none on, as Keras's operations on tensors do. */
export function endMask(layer: tf.layers.Layer): void {
  ignoreMask(layer);
  ending.add(layer);
  stopMasks(layer);
}

const ending = new WeakSet<tf.layers.Layer>();

export const endsMask = (layer: tf.layers.Layer): boolean => ending.has(layer);
