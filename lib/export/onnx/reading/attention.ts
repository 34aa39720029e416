/**
 * Attention: of what two layers give, the products of each step with each, the softmax of these, and the sum that they weight. With one head
 * these are layers of their own; with several they are a `multiHeadAttention`, into which the projections before and behind it go.
 */
import { tf } from '../../../backend';
import { type Call, viewAt } from './call';
import { unscaled } from './factors';
import { withMask } from './mask-makers';
import type { Piece, Plan, Wire } from './plan';
import { type Projection, projectionOf } from './projections';
import { numberOf, same, sized } from './size';
import { type View, toWire, viewOf } from './view';

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

interface Attention {
  softmax: Piece;
  scores: Piece;
  scale: number;
}

/** The scores of which this is the softmax. */
function attentionOf({ piece }: Wire): Attention | undefined {
  if (piece.kind !== 'activation' || piece.options.activation !== 'softmax') return undefined;
  const { from, scale } = unscaled(piece.inputs[0]);
  const { kind, options } = from.piece;
  return kind === 'scores'
    ? { softmax: piece, scores: from.piece, scale: scale * ((options.scale as number) ?? 1) }
    : undefined;
}

function attended(plan: Plan, name: string, { softmax, scores, scale }: Attention, a: View, b: View): View {
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
  const sizes = [[query.sizes[0], query.sizes[1], sized(units)], scores.outputs[0].sizes];
  const [wire] = plan.addAll('multiHeadAttention', name, inputsOf(plan, name, scores, parts), sizes, {
    options: {
      numHeads: heads,
      keyDim: keys,
      valueDim: values,
      outputShape: units,
      useCausalMask: scores.options.isCausal === true,
      masked: scores.options.masked,
      softmax,
    },
    weights,
  });
  softmax.attention = wire.piece;
  const split4 = plan.add('reshape', name, [wire], [query.sizes[0], query.sizes[1], sized(heads), sized(values)], {
    options: { targetShape: [numberOf(query.sizes[1]), heads, values] },
  });
  return { ...viewOf(split4), axes: [...leading(a, 2), [1], [3]] };
}

/** The tensors that the layer takes. Where padding is hidden it is so from the queries only, which therefore come without a mask of their own. */
function inputsOf(plan: Plan, name: string, { options: { masked } }: Piece, parts: Projection[]): Wire[] {
  const [query, key, value] = parts.map(({ input }) => input);
  if (!masked) return query === key && key === value ? [query] : [query, value, key];
  return [unmasked(plan, name, query), withMask(plan, name, value, masked as Wire), key];
}

/** The same tensor without a mask, as each layer gives it that changes sizes. */
const unmasked = (plan: Plan, name: string, wire: Wire): Wire =>
  plan.add('reshape', name, [wire], wire.sizes, { options: { targetShape: wire.sizes.slice(1).map(numberOf) } });

/** Attention whose output is still to be projected, with the projection by this matrix. */
export function projected(
  plan: Plan,
  { piece }: Wire,
  kernel: tf.Tensor,
  bias: tf.Tensor | undefined,
): Wire | undefined {
  if (piece.kind !== 'multiHeadAttention' || piece.options.isProjected) return undefined;
  const { name, inputs, options, weights, outputs } = piece;
  const { numHeads, valueDim, softmax } = options as { numHeads: number; valueDim: number; softmax: Piece };
  const units = kernel.shape[1]!;
  const sizes = [[...outputs[0].sizes.slice(0, -1), sized(units)], outputs[1].sizes];
  const [wire] = plan.addAll('multiHeadAttention', name, inputs, sizes, {
    options: { ...options, outputShape: units, isProjected: true },
    weights: [...weights.slice(0, 6), kernel.reshape([numHeads, valueDim, units]), bias ?? tf.zeros([units])],
  });
  softmax.attention = wire.piece;
  return wire;
}
