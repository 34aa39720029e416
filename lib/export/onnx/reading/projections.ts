/** Dense layers as the projections of attention: a matrix and a bias, whatever stands between them. */
import { tf } from '../../../backend';
import { unscaled } from './factors';
import type { Plan, Wire } from './plan';
import { numberOf, same } from './size';
import { type View, axisOf } from './view';

export interface Projection {
  input: Wire;
  kernel: tf.Tensor;
  bias: tf.Tensor;
}

/** A tensor as a projection of another by a matrix and a bias: itself, where no dense layer made it. */
export function projectionOf(wire: Wire): Projection {
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

/**
 * Heads to which numbers `[heads, size]` are added: a sum for each feature of what was divided into them, as Keras has its biases.
 * Undefined where the numbers are others.
 */
export function withHeadBiases(plan: Plan, name: string, view: View, numbers: tf.Tensor): View | undefined {
  const [{ piece, sizes }] = view.wires;
  const [heads, size] = numbers.shape.slice(-2);
  const rank = sizes.length;
  const isOfHeads =
    numbers.rank > 1 && heads * size === numbers.size && view.axes.slice(-2).join() === `${rank - 2},${rank - 1}`;
  if (!isOfHeads || piece.kind !== 'reshape' || view.wires.length > 1) return undefined;
  const [whole] = piece.inputs;
  const isDivided = whole.sizes.length === rank - 1 && whole.sizes.slice(0, -1).every((one, k) => same(one, sizes[k]));
  const isSame = numberOf(sizes[rank - 2]) === heads && numberOf(sizes[rank - 1]) === size;
  if (!isDivided || !isSame) return undefined;
  const flat = numbers.flatten();
  const shifted = plan.add('affine', name, [whole], whole.sizes, {
    options: { axis: rank - 2, isShift: true },
    weights: [tf.onesLike(flat), flat],
  });
  return { ...view, wires: [plan.add('reshape', name, [shifted], sizes, { options: piece.options })] };
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
