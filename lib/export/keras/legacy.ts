/** Keras's legacy files, `.h5`: the configuration as an attribute, the weights of each layer in a group. */
import { tf } from '../../backend';
import { readFile } from '../../files';
import { built, filled, parsed, setWeights } from './assembly';
import { type Described, plainName } from './description';
import { Hdf5Reader, type Tree } from './hdf5';

/** A group for each layer, which lists its weights in their order. */
export function legacyTree(model: tf.LayersModel, description: Described, version: string): Tree {
  const groups = model.layers.map((layer): [string, Tree] => {
    const names = layer.weights.map((_, i) => `${layer.name}/weight_${i}`);
    const arrays = Object.fromEntries(layer.weights.map((weight, i) => [`weight_${i}`, weight.read()]));
    const children = names.length > 0 ? { [layer.name]: { children: arrays } } : {};
    return [layer.name, { attributes: { weight_names: names }, children }];
  });
  const common = { backend: 'tensorflow', keras_version: version };
  return {
    attributes: { ...common, model_config: JSON.stringify(description) },
    children: {
      model_weights: {
        attributes: { ...common, layer_names: groups.map(([name]) => name) },
        children: Object.fromEntries(groups),
      },
    },
  };
}

/** The model of a `.h5` file. @throws Error of one sentence that names the file. */
export async function fromLegacy(file: string): Promise<tf.LayersModel> {
  const content = readFile(file);
  const { config, arrays, version } = await Hdf5Reader.read(file, content, (reader) => {
    const config = reader.text('', 'model_config');
    if (config === undefined) throw new Error(`${file} holds no model, only weights: it has no model_config.`);
    return { config, version: reader.text('', 'keras_version'), arrays: tf.tidy(() => legacyArrays(reader)) };
  });
  try {
    const model = await built(file, parsed(file, config), content.length, version);
    return await filled(file, model, () => {
      for (const [name, weights] of arrays) {
        const layer = model.layers.find((one) => one.name === plainName(name));
        if (layer) setWeights(file, layer, weights);
        else if (weights.length > 0) throw new Error(`${file} holds weights of "${name}", which the model has not.`);
      }
    });
  } finally {
    tf.dispose(arrays.flatMap(([, weights]) => weights));
  }
}

function legacyArrays(reader: Hdf5Reader): [layer: string, weights: tf.Tensor[]][] {
  const layers = reader.texts('model_weights', 'layer_names');
  return layers.map((layer) => {
    const group = `model_weights/${layer}`;
    return [layer, reader.texts(group, 'weight_names').map((name) => reader.tensor(`${group}/${name}`))];
  });
}
