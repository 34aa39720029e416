/** Keras's files of models: `.keras`, the legacy `.h5`, and the `model.json` of its converter to TensorFlow.js. */
import path from 'node:path';
import { tf } from '../../backend';
import { readFile, replaceFile } from '../../files';
import { readZip, writeZip } from '../zip';
import { type Described, isDescribed, isModel, isObject, layersOf, nameOf } from './description';
import { fromKerasModel } from './from-keras';
import { Hdf5Reader, type Tree, writeHdf5 } from './hdf5';
import { toKerasModel } from './to-keras';
import { weightPaths } from './weight-paths';
import '../../layers';

/** The version of Keras whose format is written. */
const version = '3.15.1';

/**
 * Writes a model with its weights for Keras 3: `keras.models.load_model(file)` predicts the same. A name that ends in `.h5` chooses
 * the legacy format. The compilation is not written; the file is replaced whole.
 * @throws Error that names the layer which Keras does not have; WriteError when the file cannot be written.
 */
export async function toKeras(model: tf.LayersModel, file: string): Promise<void> {
  const description = await inFile(file, () => toKerasModel(model));
  if (/\.(h5|hdf5)$/.test(file)) return replaceFile(file, await writeHdf5(legacyTree(model, description)));
  const weights: Tree = {};
  for (const [place, weight] of weightPaths(model, (one) => (one as tf.LayersModel).layers))
    plant(weights, place.split('/'), weight.read());
  await writeZip(file, {
    'metadata.json': JSON.stringify({ keras_version: version, date_saved: new Date().toISOString() }),
    'config.json': JSON.stringify(description),
    'model.weights.h5': await writeHdf5(weights),
  });
}

function plant(tree: Tree, [name, ...rest]: string[], tensor: tf.Tensor): void {
  const children = (tree.children ??= {});
  if (rest.length === 0) children[name] = tensor;
  else plant((children[name] ??= {}) as Tree, rest, tensor);
}

/** A group for each layer, which lists its weights in their order. */
function legacyTree(model: tf.LayersModel, description: Described): Tree {
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

/**
 * The model of a `.keras` or `.h5` file of Keras, or of a `model.json` that its converter wrote for TensorFlow.js, of Keras 2 or 3: with
 * this library's layers and the file's weights. It is not compiled.
 * @throws Error of one sentence: the file is damaged, a layer is of a kind that `layers` does not have, or a weight does not fit.
 */
export async function fromKeras(file: string): Promise<tf.LayersModel> {
  if (file.endsWith('.json')) return fromConverted(file);
  if (/\.(h5|hdf5)$/.test(file)) return fromLegacy(file);
  const members = await readZip(file);
  const [config, weights] = ['config.json', 'model.weights.h5'].map((name) => members.get(name));
  if (!config || !weights)
    throw new Error(`${file} is no file of Keras 3: it holds ${[...members.keys()].join(', ')}.`);
  const description = parsed(file, Buffer.from(config).toString());
  const model = await built(file, description);
  return filled(file, model, () =>
    Hdf5Reader.read(file, weights, (reader) =>
      tf.tidy(() => {
        const order = layerOrder(description as Described);
        for (const [place, weight] of weightPaths(model, (one) => inOrder(one as tf.LayersModel, order)))
          write(file, place, weight, reader.tensor(place));
      }),
    ),
  );
}

/** The names of the layers of each model in a description, by the model's name. */
function layerOrder(model: Described, orders = new Map<string, string[]>()): Map<string, string[]> {
  const layers = layersOf(model);
  orders.set(nameOf(model), layers.map(nameOf));
  for (const layer of layers) {
    const inner = isDescribed(layer.config.layer) ? layer.config.layer : layer;
    if (isModel(inner)) layerOrder(inner, orders);
  }
  return orders;
}

function inOrder(model: tf.LayersModel, orders: Map<string, string[]>): tf.layers.Layer[] {
  const names = orders.get(model.name) ?? [];
  const place = ({ name }: tf.layers.Layer) => (names.includes(name) ? names.indexOf(name) : Infinity);
  return [...model.layers].sort((a, b) => place(a) - place(b) || 0);
}

async function fromLegacy(file: string): Promise<tf.LayersModel> {
  return Hdf5Reader.read(file, readFile(file), (reader) => {
    const config = reader.text('', 'model_config');
    if (config === undefined) throw new Error(`${file} holds no model, only weights: it has no model_config.`);
    return { config, arrays: legacyArrays(reader) };
  }).then(async ({ config, arrays }) => {
    try {
      const model = await built(file, parsed(file, config));
      return await filled(file, model, () => {
        for (const [name, weights] of arrays) {
          const layer = model.layers.find((one) => one.name === name);
          if (layer) setWeights(file, layer, weights);
          else if (weights.length > 0) throw new Error(`${file} holds weights of "${name}", which the model has not.`);
        }
      });
    } finally {
      tf.dispose(arrays.flatMap(([, weights]) => weights));
    }
  });
}

function legacyArrays(reader: Hdf5Reader): [layer: string, weights: tf.Tensor[]][] {
  const layers = reader.texts('model_weights', 'layer_names');
  return layers.map((layer) => {
    const group = `model_weights/${layer}`;
    return [layer, reader.texts(group, 'weight_names').map((name) => reader.tensor(`${group}/${name}`))];
  });
}

function setWeights(file: string, layer: tf.layers.Layer, given: tf.Tensor[]): void {
  const { weights } = layer;
  if (weights.length !== given.length)
    throw new Error(`${file} has ${given.length} weights of "${layer.name}", which has ${weights.length}.`);
  weights.forEach((weight, i) => write(file, `${layer.name}: weight ${i}`, weight, given[i]));
}

/** The model of a `model.json`; its weights lie beside it in the same order as the layers'. */
async function fromConverted(file: string): Promise<tf.LayersModel> {
  const artifacts = await tf.io.getModelArtifactsForJSON(
    JSON.parse(readFile(file).toString('utf8')) as tf.io.ModelJSON,
    async () => [[], new ArrayBuffer(0)],
  );
  const { modelTopology } = artifacts as { modelTopology?: { model_config?: unknown } };
  const description = modelTopology?.model_config ?? modelTopology;
  const model = await built(file, description);
  return filled(file, model, async () => {
    const handler = tf.io.getLoadHandlers(`file://${path.resolve(file)}`)[0];
    const { weightSpecs = [], weightData } = await handler.load!();
    const weights = tf.io.decodeWeights(tf.io.CompositeArrayBuffer.join(weightData as ArrayBuffer), weightSpecs);
    try {
      assignByLayer(
        file,
        model,
        weights,
        weightSpecs.map(({ name }) => name),
      );
    } finally {
      tf.dispose(weights);
    }
  });
}

/** Weights named `model/layer/…/kernel`: each layer's in the order of the file. */
function assignByLayer(file: string, model: tf.LayersModel, weights: tf.NamedTensorMap, names: string[]): void {
  for (const layer of model.layers.filter((one) => one.weights.length > 0)) {
    const under = (fits: (part: string) => boolean) => names.filter((name) => name.split('/').slice(0, -1).some(fits));
    const exact = under((part) => part === layer.name);
    const own = exact.length > 0 ? exact : under((part) => part.replace(/_\d+$/, '') === layer.name); // a second instance
    setWeights(
      file,
      layer,
      own.map((name) => weights[name]),
    );
  }
}

function write(file: string, what: string, weight: tf.LayerVariable, tensor: tf.Tensor): void {
  if (String(tensor.shape) !== String(weight.shape))
    throw new Error(
      `${file}: ${what} has the shape [${tensor.shape}]; the layer's ${weight.name} has [${weight.shape}].`,
    );
  weight.write(tensor);
}

function parsed(file: string, json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new Error(`${file} is damaged: its configuration is not JSON.`, { cause: error });
  }
}

/** The model that a configuration describes, with first weights. */
async function built(file: string, description: unknown): Promise<tf.LayersModel> {
  return inFile(file, async () => {
    if (!isObject(description) || !isDescribed(description) || !isModel(description))
      throw new Error('it describes no Sequential or Functional model');
    const modelTopology = fromKerasModel(description);
    return tf.loadLayersModel(tf.io.fromMemory({ modelTopology } as tf.io.ModelArtifacts));
  });
}

/** Fills a model; where that fails, nothing of it stays in memory. */
async function filled(file: string, model: tf.LayersModel, fill: () => void | Promise<void>): Promise<tf.LayersModel> {
  try {
    await inFile(file, fill);
    return model;
  } catch (error) {
    model.dispose();
    throw error;
  }
}

async function inFile<T>(file: string, act: () => T | Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const { message } = error as Error;
    throw message.startsWith(file) ? error : new Error(`${file}: ${message}`, { cause: error });
  }
}
