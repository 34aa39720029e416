/**
 * Layer normalization as exporters write it out where their operators have none: the mean of the features, what is left without it, the mean of
 * that squared, and the quotient. Each is a layer only together with the others.
 */
import { tf } from '../../../backend';
import type { Call, Reading } from './call';
import { numbersIn } from './folding';
import type { Plan, Wire } from './plan';
import { onViews } from './shaping';
import { numberOf, sized } from './size';
import { type View, axisOf, singleAxis } from './view';

const pieceOf = (view: View | undefined) => view?.wires[0].piece;

/** Whether an axis is the last of the one tensor that is seen. */
export const isLastAxis = (view: View, axis: number): boolean =>
  view.wires.length === 1 && singleAxis(view, axisOf(view.axes.length, axis)) === view.wires[0].sizes.length - 1;

const on = (plan: Plan, name: string, view: View, kind: string, x: Wire, options = {}): View => {
  const isMean = kind === 'mean' || kind === 'variance' || kind === 'deviation';
  const sizes = isMean ? [...x.sizes.slice(0, -1), sized(1)] : x.sizes;
  return { ...view, wires: [plan.add(kind, name, [x], sizes, { options })] };
};

/** The mean over the features, kept as an axis: of what is squared, the variance. */
export function meanOfFeatures({ plan, name }: Call, view: View): View {
  const { kind, inputs } = view.wires[0].piece;
  return kind === 'squares' ? on(plan, name, view, 'variance', inputs[0]) : on(plan, name, view, 'mean', view.wires[0]);
}

/** The tensor of whose features this is the mean, by whichever operator; undefined where it is none. */
export function meanOf({ piece }: Wire): Wire | undefined {
  const [before] = piece.inputs;
  if (piece.kind === 'mean') return before;
  const isTurned = before?.piece.kind === 'permute' && String(before.piece.options.dims) === '2,1';
  return piece.kind === 'globalAveragePooling1d' && isTurned ? before.piece.inputs[0] : undefined;
}

/** The tensor of whose features this is the variance. */
function varianceOf(wire: Wire): Wire | undefined {
  const { kind, inputs } = meanOf(wire)?.piece ?? wire.piece;
  return kind === 'variance' || kind === 'squares' ? inputs[0] : undefined;
}

/** A step of the normalization made of two tensors; undefined for any other. */
export function normalizing({ plan, name, node }: Call, [a, b]: View[]): View | undefined {
  const [one, two] = [pieceOf(a), pieceOf(b)];
  if (!one || !two) return undefined;
  if (node.opType === 'Sub' && meanOf(b.wires[0]) === a.wires[0]) return on(plan, name, a, 'centered', a.wires[0]);
  if (node.opType === 'Mul' && one === two && one.kind === 'centered')
    return on(plan, name, a, 'squares', one.inputs[0]);
  if (node.opType !== 'Div' || one.kind !== 'centered' || two.kind !== 'deviation' || one.inputs[0] !== two.inputs[0])
    return undefined;
  const [x] = one.inputs;
  const features = numberOf(x.sizes.at(-1)!);
  if (features === null) return undefined;
  const { epsilon } = two.options;
  const weights = [tf.ones([features]), tf.zeros([features])];
  const options = { epsilon, isOpen: true };
  return { ...a, wires: [plan.add('layerNormalization', name, [x], x.sizes, { options, weights })] };
}

/** Normalization with a factor or a sum for each feature behind it; undefined where what stands before is none. */
export function withWeights(
  { plan, name }: Pick<Call, 'plan' | 'name'>,
  view: View,
  numbers: tf.Tensor,
  isFactor: boolean,
): View | undefined {
  const [{ piece, sizes }] = view.wires;
  const { isOpen, ...options } = piece.options;
  if (piece.kind !== 'layerNormalization' || !isOpen || view.wires.length > 1) return undefined;
  const [gamma, beta] = piece.weights;
  const weights = isFactor ? [gamma.mul(numbers), beta] : [gamma, beta.add(numbers)];
  const added = { options: { ...options, isOpen: isFactor }, weights };
  return { ...view, wires: [plan.add('layerNormalization', name, piece.inputs, sizes, added)] };
}

/** Squares of what is left without the mean. */
const power: Reading = onViews((call, view) => {
  const piece = pieceOf(view)!;
  if (String(numbersIn(call.inputs[1])) !== '2' || piece.kind !== 'centered')
    throw new Error('it takes a power, which is a layer only within layer normalization');
  return [on(call.plan, call.name, view, 'squares', piece.inputs[0])];
});

/** The root of the variance and a small number. */
const root: Reading = onViews((call, view) => {
  const { kind, inputs, options } = pieceOf(view)!;
  const x = kind === 'rescaling' && options.scale === 1 ? varianceOf(inputs[0]) : undefined;
  if (!x) throw new Error('it takes a root, which is a layer only within layer normalization');
  return [on(call.plan, call.name, view, 'deviation', x, { epsilon: options.offset })];
});

export const moments: Record<string, Reading> = { Pow: power, Sqrt: root };
