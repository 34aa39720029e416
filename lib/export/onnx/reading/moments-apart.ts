/**
 * Layer normalization as TensorFlow writes it out: each number times the inverse of the deviation, plus the mean, negative, times the same, to which
 * the sums for each feature have been added. Each is a layer only together with the others.
 */
import { tf } from '../../../backend';
import { type Call, type Reading, viewAt } from './call';
import { unscaled } from './factors';
import { folded } from './folding';
import { meanOf } from './moments';
import type { Piece, Wire } from './plan';
import { numberOf } from './size';
import type { View } from './view';

type At = Pick<Call, 'plan' | 'name'>;

const pieceOf = ({ wires }: View): Piece => wires[0].piece;

const on = ({ plan, name }: At, view: View, kind: string, x: Wire, options: object, weights: tf.Tensor[]): View => ({
  ...view,
  wires: [plan.add(kind, name, [x], view.wires[0].sizes, { options: options as Piece['options'], weights })],
});

/** The inverse of the deviation of features, with a factor for each of them. */
const reciprocal: Reading = (call) => {
  const value = call.inputs[0]?.kind === 'view' ? undefined : folded('Reciprocal', call.inputs, call.attributes);
  if (value) return [value];
  const view = viewAt(call, 0);
  const { kind, inputs, options } = pieceOf(view);
  if (kind !== 'deviation') throw new Error('it divides by what a layer gives');
  const features = numberOf(inputs[0].sizes.at(-1)!);
  if (features === null) throw new Error('it normalizes features whose number is free');
  return [on(call, view, 'inverse', inputs[0], options, [tf.ones([features])])];
};

const negative: Reading = (call) => {
  const { inputs, attributes, plan, name } = call;
  const [x] = inputs;
  const value = x?.kind === 'view' && !x.isInteger ? undefined : folded('Neg', inputs, attributes);
  if (value) return [value];
  const view = viewAt(call, 0);
  const options = { scale: -1, offset: 0 };
  const wires = view.wires.map((wire) => plan.add('rescaling', name, [wire], wire.sizes, { options }));
  return [{ ...view, wires }];
};

/** A factor for each feature in the inverse of the deviation, or a sum for each beside the mean; undefined for anything else. */
export function withPartWeights(at: At, view: View, numbers: tf.Tensor, isFactor: boolean): View | undefined {
  const { kind, inputs, options, weights } = pieceOf(view);
  const isOne = kind === (isFactor ? 'inverse' : 'shift') && view.wires.length === 1;
  if (!isOne || numbers.size !== weights[0].size || numbers.shape.at(-1) !== numbers.size) return undefined;
  const [first, ...rest] = weights;
  const own = isFactor ? first.mul(numbers.flatten()) : first.add(numbers.flatten());
  return on(at, view, kind, inputs[0], options, [own, ...rest]);
}

/** A step of the normalization made of two tensors; undefined for any other. */
export function normalizingApart(call: Call, views: View[]): View | undefined {
  if (views.length !== 2 || views.some(({ wires }) => wires.length > 1)) return undefined;
  const [a, b] = views;
  const { opType } = call.node;
  return [
    [a, b],
    [b, a],
  ]
    .map(([one, two]) =>
      opType === 'Mul' ? timesInverse(call, one, two) : opType === 'Add' ? whole(call, one, two) : undefined,
    )
    .find((found) => found !== undefined);
}

function timesInverse(at: At, view: View, by: View): View | undefined {
  const inverse = pieceOf(by);
  if (inverse.kind !== 'inverse') return undefined;
  const [x] = inverse.inputs;
  const [wire] = view.wires;
  if (wire === x) return on(at, view, 'quotient', x, { inverse }, []);
  const { from, scale } = unscaled(wire);
  if (scale !== -1 || meanOf(from) !== x) return undefined;
  return on(at, view, 'shift', x, { inverse }, [tf.zerosLike(inverse.weights[0])]);
}

function whole({ plan, name }: At, view: View, shift: View): View | undefined {
  const [one, two] = [pieceOf(view), pieceOf(shift)];
  if (one.kind !== 'quotient' || two.kind !== 'shift' || one.options.inverse !== two.options.inverse) return undefined;
  const inverse = one.options.inverse as Piece;
  const [x] = one.inputs;
  const added = { options: { epsilon: inverse.options.epsilon }, weights: [inverse.weights[0], two.weights[0]] };
  return { ...view, wires: [plan.add('layerNormalization', name, [x], x.sizes, added)] };
}

export const momentsApart: Record<string, Reading> = { Neg: negative, Reciprocal: reciprocal };
