/** Models made from a description and the weights of a file; what goes wrong is said of the file. */
import { tf } from '../../backend';
import { mendWeightRoom, withRoomFor } from '../../mends/weight-room';
import { type Described, isDescribed, isModel, isObject, layersOf, nameOf } from './description';
import { fromKerasModel } from './from-keras';
import { leaveMasksOut } from './masks';
import '../../layers';

mendWeightRoom();

/** Gives a weight its numbers. @throws Error when their shape is another than `what` has. */
export function write(file: string, what: string, weight: tf.LayerVariable, tensor: tf.Tensor): void {
  if (String(tensor.shape) !== String(weight.shape))
    throw new Error(
      `${file}: ${what} has the shape [${tensor.shape}]; the layer's ${weight.name} has [${weight.shape}].`,
    );
  const own = tensor.dtype === weight.dtype ? tensor : tensor.cast(weight.dtype);
  weight.write(own);
  if (own !== tensor) own.dispose();
}

/** JSON of a file. @throws Error when it is none. */
export function parsed(file: string, json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new Error(`${file} is damaged: its configuration is not JSON.`, { cause: error });
  }
}

/** The model that a configuration of this version of Keras describes, with first weights: at most `numbers` of them. */
export async function built(
  file: string,
  given: unknown,
  numbers: number,
  version: string | undefined,
): Promise<tf.LayersModel> {
  return inFile(file, async () => {
    const description = /^[12]\./.test(version ?? '') ? asInKeras2(given) : given;
    if (!isObject(description) || !isDescribed(description) || !isModel(description))
      throw new Error('it describes no Sequential or Functional model');
    const modelTopology = fromKerasModel(description);
    const model = await unfilled(modelTopology, numbers);
    leaveMasksOut(description, model);
    return model;
  });
}

/** A configuration whose hard_sigmoid is that of Keras 2, `clip(0.2 x + 0.5)`, which is the one of layers; Keras 3 has another of that name. */
const asInKeras2 = (description: unknown): unknown =>
  JSON.parse(
    JSON.stringify(description, (key, value: unknown) =>
      key.endsWith('activation') && value === 'hard_sigmoid' ? 'hardSigmoid' : value,
    ),
  );

/** The model of a topology of TensorFlow.js, with first weights: at most `numbers` of them. */
export function unfilled(modelTopology: unknown, numbers: number): Promise<tf.LayersModel> {
  const artifacts = tf.io.fromMemory({ modelTopology } as tf.io.ModelArtifacts);
  return withRoomFor(numbers, () => tf.loadLayersModel(artifacts));
}

/** Fills a model; where that fails, nothing of it stays in memory. */
export async function filled(
  file: string,
  model: tf.LayersModel,
  fill: () => void | Promise<void>,
): Promise<tf.LayersModel> {
  try {
    await inFile(file, fill);
    return model;
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** Runs `act`; an error is one line that begins with the name of the file. */
export async function inFile<T>(file: string, act: () => T | Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const [message] = (error as Error).message.split('\n', 1);
    throw message.startsWith(file) ? error : new Error(`${file}: ${message}`, { cause: error });
  }
}

/** Gives a layer its weights, in their order. @throws Error when there are more or fewer, or one has another shape. */
export function setWeights(file: string, layer: tf.layers.Layer, given: tf.Tensor[]): void {
  const { weights } = layer;
  if (weights.length !== given.length)
    throw new Error(`${file} has ${given.length} weights of "${layer.name}", which has ${weights.length}.`);
  weights.forEach((weight, i) => write(file, `${layer.name}: weight ${i}`, weight, given[i]));
}

/** The names of the layers of each model in a description, by the model's name. */
export function layerOrder(model: Described, orders = new Map<string, string[]>()): Map<string, string[]> {
  const layers = layersOf(model);
  orders.set(nameOf(model), layers.map(nameOf));
  for (const layer of layers) {
    const inner = isDescribed(layer.config.layer) ? layer.config.layer : layer;
    if (isModel(inner)) layerOrder(inner, orders);
  }
  return orders;
}

/** The layers of a model in the order of its description. */
export function inOrder(model: tf.LayersModel, orders: Map<string, string[]>): tf.layers.Layer[] {
  const names = orders.get(model.name) ?? [];
  const place = ({ name }: tf.layers.Layer) => (names.includes(name) ? names.indexOf(name) : Infinity);
  return [...model.layers].sort((a, b) => place(a) - place(b) || 0);
}
