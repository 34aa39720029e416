/**
 * Attention: of what two layers give, the products of each step with each, the softmax of these, and the sum that they weight. With one head
 * these are layers of their own; with several they are a `multiHeadAttention`, into which the projections before and behind it go.
 */
import { tf } from '../../../backend';
import { type Call, type Reading, viewAt } from './call';
import { folded, numbersIn } from './folding';
import { unscaled } from './factors';
import type { Piece, Plan, Wire } from './plan';
import { onViews } from './shaping';
import { numberOf, same, sized } from './size';
import { WrittenLengthError } from './values';
import { type View, axisOf, singleAxis, sizesOf, squeezed, toWire, viewOf } from './view';

/** The product of two tensors, over the last axis of one and the last but one of the other. */
export function productOfTwo(call: Call): View {
  const { plan, name } = call;
  const [a, b] = [viewAt(call, 0), viewAt(call, 1)];
  const heads = [a, b].map(headsOf);
  if (heads[0] !== undefined && heads[0] === heads[1]) {
    const attention = attentionOf(a.wires[0]);
    return attention ? attended(plan, name, attention, a, b) : scored(plan, name, a, b);
  }
  const [left, right] = [toWire(plan, name, a), toWire(plan, name, b)];
  if (left.sizes.length !== 3 || right.sizes.length !== 3)
    throw new Error('it multiplies tensors that are neither sequences nor heads of attention');
  if (!same(left.sizes[2], right.sizes[1])) throw new Error('it multiplies tensors whose sizes do not fit');
  const sizes = [left.sizes[0], left.sizes[1], right.sizes[2]];
  return viewOf(plan.add('dot', name, [left, right], sizes, { options: { axes: [2, 1] } }));
}

/** How many heads stand beside the batch, before two more axes; undefined where there are none. */
function headsOf({ wires, axes }: View): number | undefined {
  const [batch, heads, ...others] = axes.slice(0, -2).flat();
  const isHeaded = wires.length === 1 && batch === 0 && heads > 0 && others.length === 0;
  const rest = axes.slice(-2);
  return isHeaded && rest.every((atoms) => atoms.length === 1)
    ? (numberOf(wires[0].sizes[heads]) ?? undefined)
    : undefined;
}

/** `[batch, steps, heads · size]` of heads whose steps and sizes stand on these axes, counted from the end. */
function joined(plan: Plan, name: string, view: View, steps: number, size: number): Wire {
  const [, heads] = view.axes.slice(0, -2).flat();
  return toWire(plan, name, { ...view, axes: [[0], view.axes.at(steps)!, [heads, ...view.axes.at(size)!]] });
}

/** The axes of the graph for a tensor `[batch, heads, …]`, or with the heads elsewhere. */
const leading = ({ axes }: View, heads: number): number[][] =>
  axes.slice(0, -2).map((atoms) => atoms.map((atom) => (atom === 0 ? 0 : heads)));

/** How well each step of a head answers each query, `[batch, heads, queries, steps]`; it is a layer only with what follows. */
function scored(plan: Plan, name: string, a: View, b: View): View {
  const [query, key] = [joined(plan, name, a, -2, -1), joined(plan, name, b, -1, -2)];
  if (!same(query.sizes[2], key.sizes[2])) throw new Error('it multiplies heads of several sizes');
  const sizes = [query.sizes[0], sized(headsOf(a)!), query.sizes[1], key.sizes[1]];
  const wire = plan.add('scores', name, [query, key], sizes);
  return { ...viewOf(wire), axes: [...leading(a, 1), [2], [3]] };
}

/** Scores to which a triangle is added that hides the steps after each query; undefined for other numbers. */
export function withCausalMask(
  { plan, name }: Pick<Call, 'plan' | 'name'>,
  view: View,
  numbers: tf.Tensor,
): View | undefined {
  const { from, scale } = unscaled(view.wires[0]);
  const [length, width] = numbers.shape.slice(-2);
  const isTriangle = numbers.rank > 1 && numbers.size === length * width && length === width;
  if (from.piece.kind !== 'scores' || from.piece.options.isCausal || !isTriangle) return undefined;
  const values = numbers.dataSync();
  for (let k = 0; k < values.length; k++) {
    const isLater = k % width > Math.floor(k / width);
    if (isLater ? !(values[k] < -1e4) : values[k] !== 0) return undefined;
  }
  for (const size of from.sizes.slice(2))
    if (size.free.length > 0) throw new WrittenLengthError(size.free[0].name, length, `it hides steps of ${length}`);
  const options = { isCausal: true, scale };
  return { ...view, wires: [plan.add('scores', name, from.piece.inputs, from.sizes, { options })] };
}

interface Attention {
  scores: Piece;
  scale: number;
}

/** The scores of which this is the softmax. */
function attentionOf({ piece }: Wire): Attention | undefined {
  if (piece.kind !== 'activation' || piece.options.activation !== 'softmax') return undefined;
  const { from, scale } = unscaled(piece.inputs[0]);
  const { kind, options } = from.piece;
  return kind === 'scores' ? { scores: from.piece, scale: scale * ((options.scale as number) ?? 1) } : undefined;
}

function attended(plan: Plan, name: string, { scores, scale }: Attention, a: View, b: View): View {
  if (a.axes.at(-2)![0] !== 2 || a.axes.at(-1)![0] !== 3) throw new Error('it turns the scores of attention around');
  const [query, key] = scores.inputs;
  const value = joined(plan, name, b, -2, -1);
  const heads = headsOf(a)!;
  const [keys, values] = [numberOf(key.sizes[2])! / heads, numberOf(value.sizes[2])! / heads];
  const parts = [query, key, value].map(projectionOf);
  // the layer divides by the root of a head's size itself
  const own = scale * Math.sqrt(keys);
  const by = (number: number, tensor: tf.Tensor) => (number === 1 ? tensor : tensor.mul(number));
  const split = ({ kernel, bias }: Projection, size: number, factor: number) => [
    by(factor, kernel.reshape([-1, heads, size])),
    by(factor, bias.reshape([heads, size])),
  ];
  const units = heads * values;
  const weights = [
    ...split(parts[0], keys, Math.abs(own - 1) < 1e-6 ? 1 : own),
    ...split(parts[1], keys, 1),
    ...split(parts[2], values, 1),
    tf.eye(units).reshape([heads, values, units]),
    tf.zeros([units]),
  ];
  const [q, k, v] = parts.map(({ input }) => input);
  const wire = plan.add(
    'multiHeadAttention',
    name,
    q === k && k === v ? [q] : [q, v, k],
    [query.sizes[0], query.sizes[1], sized(units)],
    {
      options: {
        numHeads: heads,
        keyDim: keys,
        valueDim: values,
        outputShape: units,
        useCausalMask: scores.options.isCausal === true,
      },
      weights,
    },
  );
  const split4 = plan.add('reshape', name, [wire], [query.sizes[0], query.sizes[1], sized(heads), sized(values)], {
    options: { targetShape: [numberOf(query.sizes[1]), heads, values] },
  });
  return { ...viewOf(split4), axes: [...leading(a, 2), [1], [3]] };
}

interface Projection {
  input: Wire;
  kernel: tf.Tensor;
  bias: tf.Tensor;
}

/** A tensor as a projection of another by a matrix and a bias: itself, where no dense layer made it. */
function projectionOf(wire: Wire): Projection {
  const size = numberOf(wire.sizes.at(-1)!)!;
  return foldedProjection(wire) ?? { input: wire, kernel: tf.eye(size), bias: tf.zeros([size]) };
}

function foldedProjection(wire: Wire): Projection | undefined {
  const { kind, inputs, options, weights } = wire.piece;
  if (kind === 'dense')
    return { input: inputs[0], kernel: weights[0], bias: weights[1] ?? tf.zeros([weights[0].shape[1]!]) };
  if (kind === 'affine' && options.isShift && options.axis === wire.sizes.length - 1) {
    const inner = foldedProjection(inputs[0]);
    return inner && { ...inner, bias: inner.bias.add(weights[1]) };
  }
  if (kind === 'slice') return slicedProjection(wire);
  if (kind !== 'rescaling' && kind !== 'reshape') return undefined;
  const { from, scale } = unscaled(kind === 'reshape' ? inputs[0] : wire);
  const before = kind === 'reshape' ? thereAndBack(from, wire) : from;
  const inner = before && before !== wire ? foldedProjection(before) : undefined;
  return inner && { ...inner, kernel: inner.kernel.mul(scale), bias: inner.bias.mul(scale) };
}

/** What had the sizes of a tensor before it was given others, as heads have. */
function thereAndBack({ piece }: Wire, { sizes }: Wire): Wire | undefined {
  const [before] = piece.inputs;
  const isBack = piece.kind === 'reshape' && before.sizes.length === sizes.length;
  return isBack && before.sizes.every((size, axis) => same(size, sizes[axis])) ? before : undefined;
}

/** One of the parts that a dense layer makes beside each other, as PyTorch makes queries, keys and values. */
function slicedProjection({ piece: { inputs, options }, sizes }: Wire): Projection | undefined {
  const [{ piece, sizes: all }] = inputs;
  const parts = numberOf(all[2]);
  if (piece.kind !== 'reshape' || options.axis !== 2 || all.length !== 4 || sizes.length !== 3 || parts === null)
    return undefined;
  const inner = foldedProjection(piece.inputs[0]);
  if (!inner || inner.input.sizes.length !== 3) return undefined;
  const at = axisOf(parts, options.index as number);
  const size = numberOf(sizes[2])!;
  return {
    ...inner,
    kernel: inner.kernel.reshape([-1, parts, size]).gather(at, 1),
    bias: inner.bias.reshape([parts, size]).gather(at, 0),
  };
}

/** Attention whose output is still to be projected, with the projection by this matrix. */
export function projected(
  plan: Plan,
  { piece }: Wire,
  kernel: tf.Tensor,
  bias: tf.Tensor | undefined,
): Wire | undefined {
  if (piece.kind !== 'multiHeadAttention' || piece.options.isProjected) return undefined;
  const { name, inputs, options, weights, outputs } = piece;
  const { numHeads, valueDim } = options as { numHeads: number; valueDim: number };
  const units = kernel.shape[1]!;
  return plan.add('multiHeadAttention', name, inputs, [...outputs[0].sizes.slice(0, -1), sized(units)], {
    options: { ...options, outputShape: units, isProjected: true },
    weights: [...weights.slice(0, 6), kernel.reshape([numHeads, valueDim, units]), bias ?? tf.zeros([units])],
  });
}

/** Sums over the steps of a sequence. */
export const sum: Reading = onViews((call, view) => {
  const { attributes, inputs, node, plan, name } = call;
  const counted = view.isInteger ? folded(node.opType, inputs, attributes) : undefined;
  if (counted) return [counted];
  const axes = attributes.ints('axes') ?? numbersIn(inputs[1]) ?? [];
  const [axis] = axes.map((one) => axisOf(view.axes.length, one));
  const [wire] = view.wires;
  if (axes.length !== 1 || view.wires.length > 1 || singleAxis(view, axis) !== 1 || wire.sizes.length !== 3)
    throw new Error('it sums over other axes than the steps of a sequence');
  const { piece } = wire;
  const steps = numberOf(sizesOf(view)[axis]);
  const isWeighted = piece.kind === 'multiply' && piece.inputs.length === 2;
  const [weights, values] = isWeighted ? sortedByWidth(piece.inputs) : [];
  const keep = attributes.int('keepdims', 1) === 1;
  const total = weights
    ? plan.add('dot', name, [weights, values], [wire.sizes[0], sized(1), wire.sizes[2]], { options: { axes: [1, 1] } })
    : steps === null
      ? undefined
      : summed(plan, name, wire, steps);
  if (!total)
    throw new Error('it sums over steps whose number is free, where only a weighted sum or a mean is a layer');
  const result = { ...view, wires: [total] };
  return [keep ? result : squeezed(plan, name, result, axis)];
});

/** The one of two tensors that has one number for each step, then the other; nothing where there is none. */
function sortedByWidth([a, b]: Wire[]): Wire[] {
  const width = ({ sizes }: Wire) => numberOf(sizes.at(-1)!);
  const isRows = [a, b].every(({ sizes }) => sizes.length === 3) && same(a.sizes[1], b.sizes[1]);
  if (!isRows) return [];
  return width(a) === 1 ? [a, b] : width(b) === 1 ? [b, a] : [];
}

function summed(plan: Plan, name: string, wire: Wire, steps: number): Wire {
  const [batch, , features] = wire.sizes;
  const mean = plan.add('globalAveragePooling1d', name, [wire], [batch, features]);
  const total = plan.add('rescaling', name, [mean], [batch, features], { options: { scale: steps, offset: 0 } });
  return plan.add('reshape', name, [total], [batch, sized(1), features], {
    options: { targetShape: [1, numberOf(features)] },
  });
}
