/** Operations of Keras 3 on tensors, as in `x * 2 + y` or `ops.mean(x, axis=1)`, as layers. */
import { type Config, type Described, isObject, nameOf } from './description';
import { isGetItem, sliceFrom } from './slices';

/** A class of TensorFlow.js with its options. */
interface Converted {
  class_name: string;
  config: Config;
}

/** Whether an entry of a graph is an operation: `.h5` files do not say from which module, but layers can be trained or not. */
export const isOperation = (entry: Described): boolean =>
  (entry.module ?? '').startsWith('keras.src.ops') ||
  (entry.module === undefined &&
    entry.config.trainable === undefined &&
    (entry.inbound_nodes ?? []).some((node) => isObject(node) && Array.isArray(node.args)));

interface Operands {
  /** The arguments: the shape of each tensor, all else as it is. */
  args: unknown[];
  shapes: (number | null)[][];
}

const isTensor = (value: unknown): value is { config: { shape: (number | null)[] } } =>
  isObject(value) && value.class_name === '__keras_tensor__' && isObject(value.config);

function operandsOf(entry: Described): Operands {
  const [node] = entry.inbound_nodes ?? [];
  const { args = [], kwargs = {} } = (isObject(node) ? node : {}) as { args?: unknown[]; kwargs?: Config };
  const all = [...args, ...Object.values(kwargs)];
  return {
    args: all,
    shapes: all
      .flat()
      .filter(isTensor)
      .map(({ config }) => config.shape),
  };
}

const merging = new Set(['Add', 'Maximum', 'Minimum', 'Multiply', 'Subtract']);
const activations: Record<string, string> = {
  Elu: 'elu',
  Gelu: 'gelu',
  LogSoftmax: 'log_softmax',
  Mish: 'mish',
  Relu: 'relu',
  Relu6: 'relu6',
  Selu: 'selu',
  Sigmoid: 'sigmoid',
  Silu: 'swish',
  Softplus: 'softplus',
  Softsign: 'softsign',
  Tanh: 'tanh',
};

/** A number by which all is multiplied, and one that is added. */
function rescaling(kind: string, [a, b]: unknown[]): [scale: number, offset: number] | undefined {
  const number = typeof a === 'number' ? a : typeof b === 'number' ? b : NaN;
  const isSecond = typeof b === 'number';
  switch (kind) {
    case 'Add':
      return [1, number];
    case 'Multiply':
      return [number, 0];
    case 'Subtract':
      return isSecond ? [1, -number] : [-1, number];
    case 'Divide':
    case 'TrueDivide':
      return isSecond ? [1 / number, 0] : undefined;
    case 'Negative':
      return [-1, 0];
    default:
      return undefined;
  }
}

/**
 * The layer that does what an operation does. Masks do not pass an operation, so such a layer sees none and passes none on.
 * @throws Error that names the operation when there is no such layer
 */
export function layerOfOperation(entry: Described): Converted {
  const { class_name: kind, config } = entry;
  const name = nameOf(entry);
  const { args, shapes } = operandsOf(entry);
  const refuse = (what: string): never => {
    throw new Error(`Layer "${name}" is the operation ${kind}${what}, which layers does not have.`);
  };
  if (isGetItem(entry)) return { class_name: 'Slice', config: sliceFrom(entry) };
  if (merging.has(kind) && shapes.length === 2) return { class_name: kind, config: { name } };
  if (kind === 'Concatenate') return { class_name: kind, config: { name, axis: config.axis } };
  if (Object.hasOwn(activations, kind))
    return { class_name: 'Activation', config: { name, activation: activations[kind] } };
  if (kind === 'Softmax') return { class_name: kind, config: { name, axis: config.axis ?? -1 } };
  const scaled = shapes.length === 1 ? rescaling(kind, args) : undefined;
  if (scaled) {
    if (!scaled.every(Number.isFinite)) return refuse(' with what is no number');
    return { class_name: 'Rescaling', config: { name, scale: scaled[0], offset: scaled[1] } };
  }
  if (kind === 'Matmul' && shapes.length === 2 && shapes.every(({ length }) => length === 3))
    return { class_name: 'Dot', config: { name, axes: [2, 1], normalize: false } };
  const [shape] = shapes;
  return (shapes.length === 1 && (overTime(entry, shape) ?? reshaping(entry, shape))) || refuse('');
}

/** The mean or the largest over the steps `[batch, time, features]`. */
function overTime({ class_name: kind, config }: Described, shape: (number | null)[]): Converted | undefined {
  const pooling: Record<string, string> = { Max: 'GlobalMaxPooling1D', Mean: 'GlobalAveragePooling1D' };
  const [axis, ...others] = [config.axis].flat() as number[];
  const isTime = others.length === 0 && shape.length === 3 && (axis === 1 || axis === -2);
  if (!Object.hasOwn(pooling, kind) || !isTime || config.keepdims === true) return undefined;
  return { class_name: pooling[kind], config: { name: config.name } };
}

/** Axes in another order, or of other sizes. */
function reshaping({ class_name: kind, config }: Described, shape: (number | null)[]): Converted | undefined {
  const { name } = config;
  if (kind === 'Transpose') {
    const [batch, ...dims] = (config.axes ?? []) as number[];
    return batch === 0 && dims.length === shape.length - 1
      ? { class_name: 'Permute', config: { name, dims } }
      : undefined;
  }
  const sizes = newSizes(kind, config, shape);
  if (!sizes || sizes[0] === 0 || sizes.filter((size) => size === null || size === -1).length > 2) return undefined;
  const target_shape = sizes.slice(1).map((size) => (size === -1 ? null : size));
  if (![null, -1].includes(sizes[0]) || target_shape.filter((size) => size === null).length > 1) return undefined;
  return { class_name: 'Reshape', config: { name, target_shape } };
}

function newSizes(kind: string, config: Config, shape: (number | null)[]): (number | null)[] | undefined {
  if (kind === 'Reshape') return Array.isArray(config.newshape) ? (config.newshape as number[]) : undefined;
  const [axis, ...others] = [config.axis].flat() as number[];
  if (others.length > 0 || !Number.isInteger(axis)) return undefined;
  if (kind === 'ExpandDims') {
    const at = axis < 0 ? axis + shape.length + 1 : axis;
    return at > 0 ? [...shape.slice(0, at), 1, ...shape.slice(at)] : undefined;
  }
  const at = axis < 0 ? axis + shape.length : axis;
  return kind === 'Squeeze' && at > 0 && shape[at] === 1 ? shape.filter((_size, k) => k !== at) : undefined;
}
