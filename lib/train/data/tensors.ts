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

/** Brings inputs or targets into the model's order as tensors; throws when one is missing or, for inputs, has another shape. */
export function listTensors(
  model: tf.LayersModel,
  side: 'inputs' | 'outputs',
  data: ModelData,
  name: string,
): ModelTensors {
  const wanted = model[side];
  const names = side === 'inputs' ? model.inputNames : model.outputNames;
  const given = byPosition(data, names, name);
  const made: tf.Tensor[] = [];
  const tensors = given.map((value) => {
    if (value instanceof tf.Tensor) {
      if (value.isDisposed) throw new Error(`${name} holds a tensor that was already disposed.`);
      return value;
    }
    const tensor = tf.tensor(value as tf.TensorLike);
    made.push(tensor);
    return tensor;
  });
  if (side === 'inputs')
    tensors.forEach((tensor, i) => checkShape(tensor, wanted[i].shape, name, names[i], names.length));
  const rows = tensors[0].shape[0];
  tensors.forEach((tensor) => {
    if (tensor.rank === 0 || tensor.shape[0] !== rows) {
      throw new Error(
        `${name}: all tensors need the same first axis, the samples; here are [${tensors.map((t) => t.shape[0])}].`,
      );
    }
  });
  return { tensors, made };
}

/**
 * A target with the axes that the loss compares: `[batch]` for an output `[batch, 1]` becomes `[batch, 1]`, as in Keras. Without it
 * TensorFlow.js would silently compare every target with every prediction. Throws when the shapes cannot belong together.
 */
export function targetLike(model: tf.LayersModel, target: tf.Tensor, output: number): tf.Tensor {
  const shape = model.outputs[output].shape;
  const last = shape[shape.length - 1];
  const fits = (a: number[], b: (number | null)[]) =>
    a.length === b.length && a.every((n, i) => b[i] === null || n === b[i]);
  if (fits(target.shape, shape)) return target;
  const sparse = [...shape.slice(0, -1), 1];
  if (fits(target.shape, sparse)) return target; // class numbers with an axis of their own
  if (fits(target.shape, shape.slice(0, -1))) {
    if (last !== 1) return target; // class numbers
    const grown = tf.expandDims(target, -1);
    return grown;
  }
  throw new Error(
    `The targets of output "${model.outputNames[output]}" have shape [${target.shape}]; its predictions have [${show(shape)}].`,
  );
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

function checkShape(tensor: tf.Tensor, shape: (number | null)[], name: string, key: string, count: number): void {
  const fits =
    tensor.rank === shape.length && tensor.shape.every((n, axis) => shape[axis] === null || n === shape[axis]);
  if (fits) return;
  const which = count > 1 ? ` for input "${key}"` : '';
  const extra = tensor.rank === shape.length - 1 ? ' An axis is missing: tf.expandDims adds one.' : '';
  throw new Error(`${name}${which} has shape [${tensor.shape}]; the model expects [${show(shape)}].${extra}`);
}

const show = (shape: (number | null)[]): string => shape.map((n) => n ?? 'any').join(',');
