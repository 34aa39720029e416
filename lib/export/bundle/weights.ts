/** A model's weights under names that say their place: `lstm/1.recurrent_kernel`, the layer, which of its weights, and what it is. */
import { tf } from '../../backend';
import { write } from '../keras/assembly';

/** The weights of a model by name; layers of a model inside stand under its name. */
function namedWeights(model: tf.LayersModel, above = ''): Map<string, tf.LayerVariable> {
  const named = new Map<string, tf.LayerVariable>();
  for (const layer of model.layers) {
    const place = `${above}${layer.name}/`;
    if (layer instanceof tf.LayersModel) namedWeights(layer, place).forEach((weight, name) => named.set(name, weight));
    else
      layer.weights.forEach((weight, i) => named.set(`${place}${i}.${weight.originalName.split('/').pop()}`, weight));
  }
  return named;
}

/** The numbers of all weights of a model; they stay the model's. */
export function weightTensors(model: tf.LayersModel): Record<string, tf.Tensor> {
  return Object.fromEntries([...namedWeights(model)].map(([name, weight]) => [name, weight.read()]));
}

/** Gives a model the weights of a file. @throws Error when one is missing, one too many, or one has another shape. */
export function setWeights(file: string, model: tf.LayersModel, tensors: Record<string, tf.Tensor>): void {
  const named = namedWeights(model);
  const unknown = Object.keys(tensors).find((name) => !named.has(name));
  if (unknown !== undefined) throw new Error(`${file} holds a weight "${unknown}", which its model does not have.`);
  for (const [name, weight] of named) {
    if (!Object.hasOwn(tensors, name)) throw new Error(`${file} holds no weight "${name}".`);
    write(file, `"${name}"`, weight, tensors[name]);
  }
}
