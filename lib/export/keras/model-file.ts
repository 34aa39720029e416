/** Keras's files of models: `.keras`, the legacy `.h5`, and the `model.json` of its converter to TensorFlow.js. */
import { tf } from '../../backend';
import { replaceFile } from '../../files';
import { readZip, writeZip } from '../zip';
import { built, filled, inFile, inOrder, layerOrder, parsed, write } from './assembly';
import { fromConverted } from './converted';
import type { Described } from './description';
import { Hdf5Reader, type Tree, writeHdf5 } from './hdf5';
import { fromLegacy, legacyTree } from './legacy';
import { toKerasModel } from './to-keras';
import { pathOfKeras2, weightPaths } from './weight-paths';

/** The version of Keras whose format is written. */
const version = '3.15.1';

/**
 * Writes a model with its weights for Keras 3: `keras.models.load_model(file)` predicts the same. A name that ends in `.h5` chooses
 * the legacy format. The compilation is not written; the file is replaced whole.
 * @throws Error that names the layer which Keras does not have; WriteError when the file cannot be written.
 *
 * @example
 * const model = tf.sequential({ layers: [layers.lstm({ units: 8, inputShape: [20, 3] })] });
 * await toKeras(model, 'model.keras'); // or 'model.h5'
 * console.log((await fromKeras('model.keras')).countParams()); // 384
 */
export async function toKeras(model: tf.LayersModel, file: string): Promise<void> {
  const description = await inFile(file, () => toKerasModel(model));
  if (/\.(h5|hdf5)$/.test(file)) return replaceFile(file, await writeHdf5(legacyTree(model, description, version)));
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

/**
 * The model of a `.keras` or `.h5` file of Keras, or of a `model.json` that its converter wrote for TensorFlow.js, of Keras 2 or 3: with
 * this library's layers and the file's weights. It is not compiled.
 * @throws Error of one sentence: the file is damaged, a layer is of a kind that `layers` does not have, or a weight does not fit.
 *
 * @example
 * const model = tf.sequential({ layers: [layers.gru({ units: 4, inputShape: [20, 3] })] });
 * await toKeras(model, 'gru.h5');
 * const again = await fromKeras('gru.h5');
 * console.log(again.layers[0].getClassName(), again.outputs[0].shape); // GRU [ null, 4 ]
 */
export async function fromKeras(file: string): Promise<tf.LayersModel> {
  if (file.endsWith('.json')) return fromConverted(file);
  if (/\.(h5|hdf5)$/.test(file)) return fromLegacy(file);
  const members = await readZip(file, { checksums: true });
  const [config, weights] = ['config.json', 'model.weights.h5'].map((name) => members.get(name));
  if (!config || !weights)
    throw new Error(`${file} is no file of Keras 3: it holds ${[...members.keys()].join(', ')}.`);
  const description = parsed(file, Buffer.from(config).toString());
  const model = await built(file, description, weights.length, versionIn(file, members.get('metadata.json')));
  return filled(file, model, () =>
    Hdf5Reader.read(file, weights, (reader) =>
      tf.tidy(() => {
        const order = layerOrder(description as Described);
        for (const [place, weight] of weightPaths(model, (one) => inOrder(one as tf.LayersModel, order)))
          write(file, place, weight, reader.tensor(reader.has(place) ? place : pathOfKeras2(place)));
      }),
    ),
  );
}

/** The version of Keras that wrote a file, where the file says so. */
function versionIn(file: string, metadata: Uint8Array | undefined): string | undefined {
  const content = metadata && (parsed(file, Buffer.from(metadata).toString()) as { keras_version?: unknown } | null);
  return typeof content?.keras_version === 'string' ? content.keras_version : undefined;
}
