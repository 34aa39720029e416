/** Reads a bundle, of which nothing is believed. */
import { tf } from '../../backend';
import { filled, inFile, parsed, unfilled } from '../keras/assembly';
import { isDescribed, isModel, isObject } from '../keras/description';
import { decodeSafetensors } from '../safetensors';
import { readZip } from '../zip';
import { Bundle } from './bundle';
import { checkDescription } from './description';
import { setWeights } from './weights';
import '../../layers';

/** The most numbers that one layer may give for one sample. */
const largestOutput = 2 ** 27;

/**
 * The bundle that {@link toBundle} wrote, ready to answer.
 * @throws Error of one sentence that names the file when it is missing, damaged, no bundle, of a later format, or its parts do not fit.
 *
 * @example
 * const model = tf.sequential({ layers: [layers.lstm({ units: 4, inputShape: [3, 1] }), layers.dense({ units: 1 })] });
 * await toBundle(model, 'series.lstm', { task: 'regress', scaler: new series.StandardScaler().fit([1, 2, 3]) });
 * const bundle = await fromBundle('series.lstm');
 * console.log(bundle.reads, Object.keys(await bundle.answer([[1], [2], [3]]))); // window [ 'values' ]
 */
export async function fromBundle(file: string): Promise<Bundle> {
  const members = await readZip(file, { checksums: true });
  const [own, topology, weights] = ['bundle.json', 'model.json', 'weights.safetensors'].map((name) => {
    const content = members.get(name);
    if (!content) throw new Error(`${file} is no bundle: it holds no ${name}.`);
    return Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  });
  const description = checkDescription(file, parsed(file, own.toString()));
  const tensors = decodeSafetensors(file, weights);
  try {
    const numbers = Object.values(tensors).reduce((sum, { size }) => sum + size, 0);
    const model = await builtModel(file, parsed(file, topology.toString()), numbers);
    let bundle: Bundle | undefined;
    await filled(file, model, () => {
      setWeights(file, model, tensors);
      bundle = new Bundle(model, description);
    });
    return bundle!;
  } finally {
    tf.dispose(tensors);
  }
}

/** The model of a topology of TensorFlow.js, with at most so many numbers in its weights. */
function builtModel(file: string, modelTopology: unknown, numbers: number): Promise<tf.LayersModel> {
  return inFile(file, async () => {
    if (!isObject(modelTopology) || !isDescribed(modelTopology) || !isModel(modelTopology))
      throw new Error('its model.json describes no Sequential or Functional model.');
    const model = await unfilled(modelTopology, numbers);
    const vast = model.layers.find((layer) => outputSize(layer) > largestOutput);
    if (!vast) return model;
    model.dispose();
    throw new Error(`its layer "${vast.name}" would give ${outputSize(vast)} numbers for one sample.`);
  });
}

function outputSize({ outputShape }: tf.layers.Layer): number {
  const shapes = (Array.isArray(outputShape[0]) ? outputShape : [outputShape]) as tf.Shape[];
  return Math.max(...shapes.map((shape) => shape.reduce<number>((size, n) => size * (n ?? 1), 1)));
}
