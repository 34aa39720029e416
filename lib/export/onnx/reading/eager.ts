/** Operators on numbers that are known: constants of the file, and examples of what has no layer. */
import { tf } from '../../../backend';
import type { Attributes } from './attributes';
import { axisOf } from './view';

type Eager = (inputs: (tf.Tensor | undefined)[], attributes: Attributes) => tf.Tensor;

/** The most numbers that follow from constants: a file of a few bytes can repeat one without end. */
const most = 2 ** 24;

function room(count: number): void {
  if (!(count <= most)) throw new Error(`it makes ${count} numbers of constants, which is more than ${most}`);
}

const numbers = (tensor: tf.Tensor | undefined): number[] | undefined => tensor && Array.from(tensor.dataSync());

/** Axes given as an attribute, as before opset 13, or as an input. */
export const axesOf = (attributes: Attributes, given: tf.Tensor | undefined): number[] | undefined =>
  attributes.ints('axes') ?? numbers(given);

const each =
  (run: (...inputs: tf.Tensor[]) => tf.Tensor): Eager =>
  (inputs) => {
    const given = inputs as tf.Tensor[];
    room(given.reduce((shape, { shape: other }) => broadcast(shape, other), [] as number[]).reduce((a, b) => a * b, 1));
    return run(...given);
  };

const broadcast = (a: number[], b: number[]): number[] => tf.broadcast_util.assertAndGetBroadcastShape(a, b);

/** Integers stay integers: TensorFlow.js makes float32 of a quotient. */
const like = (x: tf.Tensor, result: tf.Tensor): tf.Tensor => (x.dtype === 'int32' ? result.toInt() : result);

const reduced =
  (run: (x: tf.Tensor, axes: number[] | undefined, keep: boolean) => tf.Tensor): Eager =>
  ([x, axes], attributes) =>
    run(x!, axesOf(attributes, axes), attributes.int('keepdims', 1) === 1);

const chain =
  (run: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): Eager =>
  (inputs, attributes) =>
    (inputs as tf.Tensor[]).reduce((a, b) => each(run)([a, b], attributes));

/** The places of the numbers of each row, in the order of the numbers. */
const order: Eager = ([x], attributes) => {
  const sign = attributes.int('largest', 1) === 1 ? -1 : 1;
  const rows = x!.reshape([-1, x!.shape.at(-1)!]).arraySync() as number[][];
  const places = rows.map((row) => [...row.keys()].sort((a, b) => sign * (row[a] - row[b]) || a - b));
  return tf.tensor(places.flat(), x!.shape, 'int32');
};

/** `TensorProto.DataType` to what TensorFlow.js has. */
export const castTo = (type: number): tf.DataType =>
  type === 9 ? 'bool' : [1, 10, 11, 16].includes(type) ? 'float32' : 'int32';

/** A part of an axis, as Slice has it: ends beyond it are its ends. */
export function sliceRange(size: number, start: number, end: number, step: number): { from: number; count: number } {
  const inside = (at: number, low: number, high: number) => Math.max(low, Math.min(high, at < 0 ? at + size : at));
  const [from, to] =
    step > 0 ? [inside(start, 0, size), inside(end, 0, size)] : [inside(start, 0, size - 1), inside(end, -1, size - 1)];
  return { from, count: Math.max(0, Math.ceil((to - from) / step)) };
}

const slice: Eager = ([x, starts, ends, axes, steps], attributes) => {
  const from = numbers(starts) ?? attributes.ints('starts') ?? [];
  const to = numbers(ends) ?? attributes.ints('ends') ?? [];
  const along = numbers(axes) ?? attributes.ints('axes') ?? from.map((_one, k) => k);
  return along.reduce((tensor, axis, k) => {
    const at = axisOf(tensor.rank, axis);
    const step = numbers(steps)?.[k] ?? 1;
    const range = sliceRange(tensor.shape[at], from[k], to[k], step);
    const places = Array.from({ length: range.count }, (_, i) => range.from + i * step);
    return tf.gather(tensor, tf.tensor1d(places, 'int32'), at);
  }, x!);
};

export const eager: Record<string, Eager> = {
  Identity: ([x]) => x!.clone(),
  Cast: ([x], attributes) => x!.cast(castTo(attributes.int('to', 1))),
  Add: each((a, b) => a.add(b)),
  Sub: each((a, b) => a.sub(b)),
  Mul: each((a, b) => a.mul(b)),
  Div: each((a, b) => like(a, a.div(b))),
  Mod: each((a, b) => like(a, tf.mod(a, b))),
  Neg: each((a) => a.neg()),
  Sqrt: each((a) => a.toFloat().sqrt()),
  Reciprocal: each((a) => a.toFloat().reciprocal()),
  Not: each((a) => tf.logicalNot(a)),
  And: each((a, b) => tf.logicalAnd(a, b)),
  Or: each((a, b) => tf.logicalOr(a, b)),
  Equal: each((a, b) => tf.equal(a, b)),
  Less: each((a, b) => tf.less(a, b)),
  LessOrEqual: each((a, b) => tf.lessEqual(a, b)),
  Greater: each((a, b) => tf.greater(a, b)),
  GreaterOrEqual: each((a, b) => tf.greaterEqual(a, b)),
  Where: each((condition, a, b) => tf.where(condition.toBool(), a, b)),
  Max: chain((a, b) => tf.maximum(a, b)),
  Min: chain((a, b) => tf.minimum(a, b)),
  Shape: ([x]) => tf.tensor1d(x!.shape, 'int32'),
  Concat: (inputs, attributes) => {
    const given = inputs as tf.Tensor[];
    room(given.reduce((sum, { size }) => sum + size, 0));
    return tf.concat(given, axisOf(given[0].rank, attributes.int('axis', 0)));
  },
  Unsqueeze: ([x, axes], attributes) => {
    const rank = x!.rank + axesOf(attributes, axes)!.length;
    const at = axesOf(attributes, axes)!.map((axis) => axisOf(rank, axis));
    return at.sort((a, b) => a - b).reduce((tensor, axis) => tf.expandDims(tensor, axis), x!);
  },
  Squeeze: ([x, axes], attributes) => tf.squeeze(x!, axesOf(attributes, axes)),
  Reshape: ([x, shape]) => x!.reshape(numbers(shape)!.map((size, k) => (size === 0 ? x!.shape[k] : size))),
  Transpose: ([x], attributes) => tf.transpose(x!, attributes.ints('perm')),
  Gather: ([x, indices], attributes) => {
    const axis = axisOf(x!.rank, attributes.int('axis', 0));
    room((x!.size / x!.shape[axis]) * indices!.size);
    const size = tf.scalar(x!.shape[axis], 'int32');
    const inside = numbers(indices)!.every((index) => index >= -x!.shape[axis] && index < x!.shape[axis]);
    if (!inside) throw new Error(`it gathers what lies outside of [${x!.shape}]`);
    return tf.gather(x!, tf.where(tf.less(indices!, 0), indices!.add(size), indices!).toInt(), axis);
  },
  ReverseSequence: ([x, lengths], attributes) => {
    const axis = attributes.int('time_axis', 0);
    if (!numbers(lengths)!.every((length) => length === x!.shape[axis])) throw new Error('it turns only a part around');
    const numbered = x!.dtype === 'bool' ? x!.toInt() : x!; // WebAssembly's kernel takes booleans for numbers of four bytes
    return tf.reverse(numbered, axis).cast(x!.dtype);
  },
  Slice: slice,
  TopK: order, // its second output
  CumSum: ([x, axis], attributes) => {
    const [isExclusive, isReverse] = [attributes.int('exclusive', 0) === 1, attributes.int('reverse', 0) === 1];
    return tf.cumsum(x!, axisOf(x!.rank, numbers(axis)![0]), isExclusive, isReverse);
  },
  ReduceSum: reduced((x, axes, keep) => x.sum(axes, keep)),
  ReduceMax: reduced((x, axes, keep) => x.max(axes, keep)),
  ReduceProd: reduced((x, axes, keep) => x.prod(axes, keep)),
  Range: ([start, limit, delta]) => {
    const [from, to, by] = [start, limit, delta].map((one) => numbers(one)![0]);
    room(Math.ceil((to - from) / by));
    return tf.range(from, to, by, start!.dtype as 'int32');
  },
  Expand: ([x, shape]) => {
    const full = broadcast(x!.shape, numbers(shape)!);
    room(full.reduce((a, b) => a * b, 1));
    return tf.broadcastTo(x!, full);
  },
  Tile: ([x, repeats]) => {
    const by = numbers(repeats)!;
    room(by.reduce((a, b) => a * b, x!.size));
    return tf.tile(x!, by);
  },
};
