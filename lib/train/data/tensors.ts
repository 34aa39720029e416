/** Checks what was given against a model's inputs and outputs, and says in one sentence what does not fit. */
import { tf } from '../../backend';

/** One input or target: a tensor, or numbers in (nested) arrays. */
export type TensorData = tf.Tensor | tf.TensorLike;
/** All inputs or targets of a model: one, a list for several, or an object by name. */
export type ModelData = TensorData | TensorData[] | Record<string, TensorData>;

/** The tensors for a model's inputs or outputs, in its order; `made` are those built here from arrays. */
export interface ModelTensors {
  tensors: tf.Tensor[];
  made: tf.Tensor[];
}

/**
 * Brings inputs or targets into the model's order as tensors; inputs of integers or booleans become float32 unless they are looked up in
 * a table. Throws when one is missing or holds no numbers, and when an input has another shape than the model's.
 */
export function listTensors(
  model: tf.LayersModel,
  side: 'inputs' | 'outputs',
  data: ModelData,
  name: string,
): ModelTensors {
  const names = side === 'inputs' ? model.inputNames : model.outputNames;
  const given = byPosition(data, names, name);
  const made: tf.Tensor[] = [];
  const keep = (tensor: tf.Tensor) => {
    made.push(tensor);
    return tensor;
  };
  try {
    let tensors = given.map((value, i) => {
      if (!(value instanceof tf.Tensor))
        return keep(fromArrays(value, names.length > 1 ? `${name} for "${names[i]}"` : name));
      if (value.isDisposed) throw new Error(`${name} holds a tensor that was already disposed.`);
      return value;
    });
    const rows = tensors[0].shape[0];
    tensors.forEach((tensor) => {
      if (tensor.rank === 0 || tensor.shape[0] !== rows) {
        throw new Error(
          `${name}: all tensors need the same first axis, the samples; here are [${tensors.map((t) => t.shape[0] ?? 'none')}].`,
        );
      }
    });
    if (side === 'inputs') {
      tensors = tensors.map((tensor, i) => {
        checkInput(tensor, model.inputs[i].shape, name, names[i], names.length);
        return tensor.dtype === 'float32' || isLookedUp(model.inputs[i]) ? tensor : keep(tf.cast(tensor, 'float32'));
      });
    }
    return { tensors, made };
  } catch (error) {
    tf.dispose(made);
    throw error;
  }
}

/** Sample weights as float32; throws when there is not one for each of `samples`. What is built here goes into `made`. */
export function asWeights(value: TensorData, samples: number, made: tf.Tensor[]): tf.Tensor {
  const given = value instanceof tf.Tensor ? value : fromArrays(value, 'sampleWeight');
  if (given !== value) made.push(given);
  if (given.shape[0] !== samples)
    throw new Error(`There are ${given.shape[0] ?? 'no'} sample weights for ${samples} samples.`);
  if (given.dtype === 'float32') return given;
  const weights = tf.cast(given, 'float32');
  made.push(weights);
  return weights;
}

function fromArrays(value: TensorData, name: string): tf.Tensor {
  const shape = firstShape(value);
  if (!isEven(value, shape))
    throw new Error(`${name} has rows of different lengths; as the first goes, its shape would be [${shape}].`);
  return tf.tensor(value as tf.TensorLike);
}

/** The lengths of the first array at each depth. */
const firstShape = (value: unknown): number[] =>
  isArray(value) ? [value.length, ...(value.length > 0 ? firstShape(value[0]) : [])] : [];

/** Whether nested arrays have the same length everywhere, which TensorFlow.js does not look at. */
function isEven(value: unknown, shape: number[]): boolean {
  if (!isArray(value)) return shape.length === 0;
  const [length, ...inner] = shape;
  if (value.length !== length) return false;
  return ArrayBuffer.isView(value) ? inner.length === 0 : Array.from(value).every((part) => isEven(part, inner));
}

const isArray = (value: unknown): value is ArrayLike<unknown> => Array.isArray(value) || ArrayBuffer.isView(value);

/** Whether an input of a model goes into Embedding layers only, which take integers as they are. */
function isLookedUp(input: tf.SymbolicTensor): boolean {
  const users = input.sourceLayer.outboundNodes.map(({ outboundLayer }) => outboundLayer);
  return users.length > 0 && users.every(looksUp);
}

function looksUp(layer: tf.layers.Layer): boolean {
  const { layers } = layer as { layers?: tf.layers.Layer[] };
  if (!layers) return layer.getClassName() === 'Embedding';
  const first = layers.filter((inner) => inner.getClassName() !== 'InputLayer')[0];
  return first !== undefined && looksUp(first);
}

function byPosition(data: ModelData, names: string[], name: string): TensorData[] {
  const isTensorLike =
    data instanceof tf.Tensor || ArrayBuffer.isView(data) || typeof data !== 'object' || data === null;
  if (!isTensorLike && !Array.isArray(data)) {
    const byName = data as Record<string, TensorData>;
    const missing = names.filter((key) => byName[key] === undefined);
    if (missing.length) {
      throw new Error(`${name} lacks ${missing.join(', ')}; it has ${Object.keys(byName).join(', ') || 'nothing'}.`);
    }
    return names.map((key) => byName[key]);
  }
  if (data === undefined || data === null) throw new Error(`${name} is missing.`);
  const listed = Array.isArray(data) && (names.length > 1 || data[0] instanceof tf.Tensor);
  const list = listed ? (data as TensorData[]) : [data as TensorData];
  if (list.length !== names.length) {
    throw new Error(`${name} holds ${list.length} tensors; the model has ${names.length}: ${names.join(', ')}.`);
  }
  return list;
}

function checkInput(tensor: tf.Tensor, shape: (number | null)[], name: string, key: string, count: number): void {
  const which = count > 1 ? ` for input "${key}"` : '';
  if (tensor.dtype === 'string' || tensor.dtype === 'complex64')
    throw new Error(`${name}${which} is of type ${tensor.dtype}; a model takes numbers. Turn it into numbers first.`);
  const fits =
    tensor.rank === shape.length &&
    tensor.shape.every((n, axis) => axis === 0 || shape[axis] === null || n === shape[axis]);
  if (fits) return;
  const extra = tensor.rank === shape.length - 1 ? ' An axis is missing: tf.expandDims adds one.' : '';
  throw new Error(`${name}${which} has shape [${tensor.shape}]; the model expects [${show(shape)}].${extra}`);
}

/** A shape as sentences show it, without its brackets: `any,20,3`. */
export const show = (shape: (number | null)[]): string => shape.map((n) => n ?? 'any').join(',');
