/**
 * The masks of a model's outputs, as Keras 3 hands them to loss and metrics: steps that an Embedding with `maskZero` or a Masking layer
 * marks as padding count nowhere. TensorFlow.js computes masks for its layers and drops them before the loss.
 */
import { tf } from '../../backend';

type MaskOf = (inputs: tf.Tensor[]) => tf.Tensor | null;
type MaskingLayer = tf.layers.Layer & {
  maskZero?: boolean;
  computeMask(inputs: tf.Tensor | tf.Tensor[], mask?: tf.Tensor | tf.Tensor[]): tf.Tensor | tf.Tensor[] | null;
};

/**
 * For each output of a model the function that computes its mask, `[batch, time]` booleans, from the model's inputs; undefined where
 * an output has none. Throws when a Masking layer stands on anything else than an input of the model.
 */
export function outputMasks(model: tf.LayersModel): (MaskOf | undefined)[] {
  return model.outputs.map((output) => maskOf(output, model));
}

function maskOf(tensor: tf.SymbolicTensor, model: tf.LayersModel): MaskOf | undefined {
  const layer = tensor.sourceLayer as MaskingLayer;
  const inputs = tensor.inputs ?? [];
  if (inputs.length === 0 || !layer.supportsMasking) return undefined;
  if (layer.getClassName() === 'Masking' || layer.maskZero === true) {
    const position = model.inputs.findIndex((input) => input.name === inputs[0].name);
    if (position < 0) {
      throw new Error(
        `Layer "${layer.name}" masks the output of another layer; a masked loss needs it on the model's input.`,
      );
    }
    return (values) => firstOf(layer.computeMask(values[position]));
  }
  const before = inputs.map((input) => maskOf(input, model));
  if (before.every((mask) => mask === undefined)) return undefined;
  if (before.length > 1) return undefined; // merging layers pass no mask on
  // layers that pass a mask on look at the mask alone, not at their input's values
  return (values) => firstOf(layer.computeMask([], before[0]!(values) ?? undefined));
}

const firstOf = (mask: tf.Tensor | tf.Tensor[] | null): tf.Tensor | null =>
  (Array.isArray(mask) ? mask[0] : mask) ?? null;
