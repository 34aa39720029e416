/** Whether an NVIDIA card computes a layer in few operations; a recurrent layer that it must walk step by step is faster on the processor. */
import { tf } from '../backend';
import { Bidirectional } from './bidirectional';
import { FusedRNN } from './fused-rnn';

/**
 * Whether an NVIDIA card computes a layer in few operations; a recurrent layer that it must walk step by step is faster on the processor.
 *
 * @example
 * console.log(layers.suitsCard(layers.lstm({ units: 8 }))); // true
 * console.log(layers.suitsCard(layers.lstm({ units: 8, activation: 'relu' }))); // false
 */
export function suitsCard(layer: tf.layers.Layer): boolean {
  if (layer instanceof Bidirectional) return [layer.forwardLayer, layer.backwardLayer].every(suitsCard);
  if (layer instanceof FusedRNN) return layer.suitsCard;
  return !(layer instanceof tf.layers.RNN);
}
