/** The `model.json` that the converter of TensorFlow.js writes from files of Keras 2 and 3; weights lie in files beside it. */
import path from 'node:path';
import { tf } from '../../backend';
import { readFile } from '../../files';
import { built, filled, inFile, inOrder, layerOrder, parsed, setWeights, write } from './assembly';
import { type Described, isObject, plainName } from './description';
import { pathOfKeras2, weightPaths } from './weight-paths';

/** The model of a `model.json`. @throws Error of one sentence that names the file. */
export async function fromConverted(file: string): Promise<tf.LayersModel> {
  const json = parsed(file, readFile(file).toString('utf8'));
  const topology: unknown = isObject(json) ? json.modelTopology : undefined;
  if (!isObject(topology)) throw new Error(`${file} holds no model of layers: it has no modelTopology.`);
  const description = topology.model_config ?? topology;
  const weights = await inFile(file, () => readWeights(file));
  try {
    const numbers = Object.values(weights).reduce((sum, { size }) => sum + size, 0);
    const version = topology.keras_version as string | undefined;
    const model = await built(file, description, numbers, version);
    return await filled(file, model, () => {
      if (Object.keys(weights).some((name) => /(^|\/)vars\/\d+$/.test(name)))
        fillByPath(file, model, weights, layerOrder(description as Described));
      else fillByLayer(file, model, weights);
    });
  } finally {
    tf.dispose(weights);
  }
}

async function readWeights(file: string): Promise<tf.NamedTensorMap> {
  const handler = tf.io.getLoadHandlers(`file://${path.resolve(file)}`)[0];
  const { weightSpecs = [], weightData } = await handler.load!();
  return tf.io.decodeWeights(tf.io.CompositeArrayBuffer.join(weightData), weightSpecs);
}

/** Weights from a `.keras` file have the names of its tree: `layers/lstm/cell/vars/0`. */
function fillByPath(
  file: string,
  model: tf.LayersModel,
  weights: tf.NamedTensorMap,
  order: Map<string, string[]>,
): void {
  for (const [place, weight] of weightPaths(model, (one) => inOrder(one as tf.LayersModel, order))) {
    const name = [place, pathOfKeras2(place)].find((one) => Object.hasOwn(weights, one));
    if (name === undefined) throw new Error(`${file}: ${place} is missing.`);
    write(file, place, weight, weights[name]);
  }
}

/** Weights from an `.h5` file have names like `lstm/lstm_cell/kernel`: those of a layer in its order, whatever stands before its name. */
function fillByLayer(file: string, model: tf.LayersModel, weights: tf.NamedTensorMap): void {
  const layers = leaves(model).filter((layer) => layer.weights.length > 0);
  const names = new Set(layers.map(({ name }) => name));
  const own = new Map<string, tf.Tensor[]>([...names].map((name) => [name, []]));
  const bare: tf.Tensor[] = []; // Keras 2 names those of a Normalization without its layer
  for (const [name, tensor] of Object.entries(weights)) {
    const parts = pathsIn(name.split('/').slice(0, -1));
    const owner = parts.find((part) => names.has(part)) ?? parts.map(withoutNumber).find((part) => names.has(part));
    if (owner !== undefined) own.get(owner)!.push(tensor);
    else if (name.includes('/')) throw new Error(`${file} holds the weight "${name}" of no layer of the model.`);
    else bare.push(tensor);
  }
  const without = layers.filter(({ name }) => own.get(name)!.length === 0);
  if (without.length === 1) own.set(without[0].name, bare);
  else if (bare.length > 0) throw new Error(`${file} holds weights without the name of their layer.`);
  for (const layer of layers) setWeights(file, layer, own.get(layer.name)!);
}

/** The folders of a weight's name, and what several of them are together: layers of Keras 2 may have names like `block/lstm`. */
const pathsIn = (folders: string[]): string[] =>
  folders.flatMap((_one, from) =>
    folders.slice(from).map((_other, k) => plainName(folders.slice(from, from + k + 1).join('/'))),
  );

/** The layers of a model, and of models inside it. */
const leaves = (layer: tf.layers.Layer): tf.layers.Layer[] =>
  (layer as tf.LayersModel).layers?.flatMap((inner) => leaves(inner)) ?? [layer];

/** Keras numbers the layers of a second model in one program: `lstm_1` for `lstm`. */
const withoutNumber = (part: string): string => part.replace(/_\d+$/, '');
