/** Operators that move, join and take apart axes. */
import { tf } from '../../../backend';
import { castTo, sliceRange } from './eager';
import { type Call, type Reading, viewAt } from './call';
import { constant, folded, numbersIn, shapeOf, sizesIn } from './folding';
import type { Plan, Wire } from './plan';
import { flipped, stateAtEnd } from './recurrent-piece';
import { type Size, isOne, numberOf, over, product, same, sized, sizeText, times, valueOf } from './size';
import { type Fill, type Value, WrittenLengthError } from './values';
import {
  type View,
  axisOf,
  concatenated,
  isListed,
  picked,
  place,
  plainView,
  refuseBatch,
  reshaped,
  singleAxis,
  sizesOf,
  squeezed,
  transposed,
  unlisted,
  unsqueezed,
} from './view';

/** What constants and lengths become; for a tensor, `read`. */
export const onViews =
  (read: (call: Call, view: View) => Value[]): Reading =>
  (call) => {
    const { inputs, node, attributes } = call;
    const [first] = inputs;
    if (first?.kind === 'view') return read(call, first);
    if (first?.kind === 'fill') return [first];
    const value = folded(node.opType, inputs, attributes);
    return value ? [value] : [viewAt(call, 0)];
  };

const axes = ({ attributes, inputs }: Call): number[] | undefined => attributes.ints('axes') ?? numbersIn(inputs[1]);

const transpose = onViews(({ attributes }, view) => [
  transposed(view, attributes.ints('perm') ?? view.axes.map((_atoms, k) => view.axes.length - 1 - k)),
]);

const reshape = onViews((call, view) => {
  const { inputs, plan, name, attributes } = call;
  const wanted = sizesIn(inputs[1]);
  if (!wanted) throw new Error('it takes its sizes from what is no length');
  const own = sizesOf(view);
  const zeroIsOwn = attributes.int('allowzero', 0) === 0;
  const targets = wanted.map((size, k) => (zeroIsOwn && numberOf(size) === 0 ? own[k] : size));
  const rest = targets.findIndex((size) => numberOf(size) === -1);
  if (rest >= 0) {
    const others = product(targets.filter((_size, k) => k !== rest));
    const found = over(product(own), others) ?? byNumbers(own, others);
    if (!found) throw misfit(own, targets);
    targets[rest] = found;
  }
  try {
    return [reshaped(plan, name, view, targets)];
  } catch (error) {
    throw misfit(own, targets, error as Error);
  }
});

/** Why sizes do not become others: where a free axis would have to have one length, with that. */
function misfit(
  own: Size[],
  targets: Size[],
  error = new Error(`it makes ${sizeText(targets)} of ${sizeText(own)}`),
): Error {
  const k = own.findIndex(
    (size, axis) => size.factor === 1 && size.free.length === 1 && (numberOf(targets[axis] ?? size) ?? 0) > 1,
  );
  if (k < 0 || own[k].free[0].known !== undefined) return error;
  return new WrittenLengthError(own[k].free[0].name, targets[k].factor, error.message);
}

/** The rest of a shape in which a size of the batch is written as a number. */
function byNumbers(own: Size[], others: Size): Size | undefined {
  const [all, known] = [valueOf(product(own)), valueOf(others)];
  if (all === undefined || known === undefined || all % known !== 0) return undefined;
  return sized(all / known);
}

const flatten = onViews(({ attributes, plan, name }, view) => {
  const sizes = sizesOf(view);
  const axis = axisOf(sizes.length + 1, attributes.int('axis', 1));
  return [reshaped(plan, name, view, [product(sizes.slice(0, axis)), product(sizes.slice(axis))])];
});

const squeeze = onViews((call, view) => {
  const sizes = sizesOf(view);
  const along =
    axes(call)?.map((axis) => axisOf(sizes.length, axis)) ?? sizes.flatMap((size, k) => (isOne(size) ? k : []));
  const fromLast = [...along].sort((a, b) => b - a);
  return [fromLast.reduce((result, axis) => squeezed(call.plan, call.name, result, axis), view)];
});

const unsqueeze = onViews((call, view) => [unsqueezed(view, axes(call) ?? [])]);

/** Whether several tensors stand beside each other on an axis of theirs, as both directions do: they become one first. */
export const joinsPlace = ({ axes }: View): boolean => axes.some((atoms) => atoms.length > 1 && atoms.includes(place));

/** One place of an axis, which vanishes. */
function indexed({ plan, name }: Pick<Call, 'plan' | 'name'>, view: View, axis: number, index: number): View {
  refuseBatch(view, axis, 'it takes a part');
  if (isListed(view, axis)) {
    const count = numberOf(sizesOf(view)[axis])!;
    const at = axisOf(count, index);
    const one = view.axes[axis].length === 0 ? view : picked(view, axis, [at]);
    return { ...one, axes: one.axes.filter((_atoms, k) => k !== axis) };
  }
  if (joinsPlace(view)) return indexed({ plan, name }, unlisted(plan, name, view), axis, index);
  const own = singleAxis(view, axis);
  if (own === undefined) return indexed({ plan, name }, plainView(plan, name, view), axis, index);
  const wires = view.wires.map((wire) => selected(plan, name, wire, own, index));
  const rest = view.axes.filter((_atoms, k) => k !== axis);
  return { ...view, wires, axes: rest.map((atoms) => atoms.map((atom) => (atom > own ? atom - 1 : atom))) };
}

function selected(plan: Plan, name: string, wire: Wire, axis: number, index: number): Wire {
  const length = numberOf(wire.sizes[axis]);
  const at = length !== null && index === length - 1 ? -1 : index;
  if (length !== null) axisOf(length, index);
  const end = axis === 1 ? stateAtEnd(wire, at) : undefined;
  const sizes = wire.sizes.filter((_size, k) => k !== axis);
  return end ?? plan.add('slice', name, [wire], sizes, { options: { axis, index: at } });
}

/** A stretch of an axis. */
function stretch(
  call: Pick<Call, 'plan' | 'name'>,
  view: View,
  axis: number,
  from: number,
  to: number,
  step = 1,
): View {
  const { plan, name } = call;
  const size = sizesOf(view)[axis];
  const length = numberOf(size);
  const isWhole = from === 0 && (to >= 2 ** 31 - 1 || (length !== null && to >= length));
  if (isWhole && step === 1) return view;
  refuseBatch(view, axis, 'it takes a part');
  if (isListed(view, axis)) {
    const { from: start, count } = sliceRange(length!, from, to, step);
    return view.axes[axis].length === 0 && count === 1
      ? view
      : picked(
          view,
          axis,
          Array.from({ length: count }, (_, k) => start + k * step),
        );
  }
  if (joinsPlace(view)) return stretch(call, unlisted(plan, name, view), axis, from, to, step);
  const own = singleAxis(view, axis);
  if (own === undefined) return stretch(call, plainView(plan, name, view), axis, from, to, step);
  if (step === -1 && from === -1 && to <= -(length ?? 2 ** 30) && own === 1)
    return { ...view, wires: view.wires.map((wire) => flipped(plan, name, wire)) };
  if (step !== 1) throw new Error(`it takes steps of ${step}`);
  if (length === null && Math.sign(from) !== Math.sign(to) && to < 2 ** 30 && !(from >= 0 && to > 0))
    return partOf(call, view, own, from, to, undefined);
  const count = length === null ? countOf(from, to) : sliceRange(length, from, to, 1).count;
  if (count === 1 && (from === -1 || from >= 0)) return unsqueezed(indexed(call, view, axis, from), [axis]);
  return partOf(call, view, own, from, to, count);
}

/** How many steps a slice has of an axis whose length is free; undefined where that is free as well. */
const countOf = (from: number, to: number): number | undefined =>
  from < 0 && to >= 2 ** 30 ? -from : from >= 0 === to >= 0 && to < 2 ** 30 ? to - from : undefined;

function partOf(
  { plan, name }: Pick<Call, 'plan' | 'name'>,
  view: View,
  own: number,
  from: number,
  to: number,
  count: number | undefined,
): View {
  const end = to >= 2 ** 30 ? {} : { end: to };
  const length = count === undefined ? { factor: 1, free: [{ name: `${name}[${from}:${to}]` }] } : sized(count);
  const wires = view.wires.map((wire) => {
    const sizes = wire.sizes.map((size, k) => (k === own ? length : size));
    return plan.add('slice', name, [wire], sizes, { options: { axis: own, start: from, ...end } });
  });
  return { ...view, wires };
}

const slice = onViews((call, view) => {
  const { inputs, attributes } = call;
  const [starts, ends, along, steps] = [1, 2, 3, 4].map((k) => numbersIn(inputs[k]));
  const from = starts ?? attributes.ints('starts');
  const to = ends ?? attributes.ints('ends') ?? endsOf(call, view);
  if (!from || !to) throw new Error('it begins or ends where the input says');
  const at = along ?? attributes.ints('axes') ?? from.map((_one, k) => k);
  return [
    at.reduce((result, axis, k) => {
      const own = axisOf(result.axes.length, axis);
      return stretch(call, result, own, from[k], to[k], steps?.[k]);
    }, view),
  ];
});

/** Ends that are the lengths of the axes themselves. */
function endsOf({ inputs }: Call, view: View): number[] | undefined {
  const [sizes, along] = [sizesIn(inputs[2]), numbersIn(inputs[3])];
  const own = sizesOf(view);
  return sizes?.map((size, k) => {
    const axis = axisOf(own.length, along?.[k] ?? k);
    return same(size, own[axis]) ? 2 ** 31 - 1 : numberOf(size)!;
  });
}

/** Rows of a tensor that a layer gives, at places that the file says. */
export function gathered(call: Call, view: View): View {
  const { attributes, inputs } = call;
  const axis = axisOf(view.axes.length, attributes.int('axis', 0));
  const at = numbersIn(inputs[1]);
  const indices = inputs[1];
  if (!at || at.length === 0) throw new Error('it gathers at places that the input says');
  if (indices?.kind === 'constant' && indices.tensor.rank === 0) return indexed(call, view, axis, at[0]);
  if (indices?.kind === 'sizes' && !indices.isList) return indexed(call, view, axis, at[0]);
  if (!at.every((index, k) => index === at[0] + k)) throw new Error(`it gathers at the places ${at.join(', ')}`);
  const end = at[0] + at.length;
  return stretch(call, view, axis, at[0], at[0] < 0 && end === 0 ? 2 ** 31 - 1 : end);
}

const split: Reading = (call) => {
  const { inputs, attributes, node } = call;
  const count = node.output.length;
  if (inputs[0]?.kind === 'fill') return node.output.map(() => inputs[0] as Fill);
  const view = viewAt(call, 0);
  const axis = axisOf(view.axes.length, attributes.int('axis', 0));
  const length = numberOf(sizesOf(view)[axis]);
  const even = length === null ? undefined : Array<number>(count).fill(Math.ceil(length / count));
  const lengths = attributes.ints('split') ?? numbersIn(inputs[1]) ?? even;
  if (!lengths) throw new Error('it splits an axis whose length is free');
  let from = 0;
  return lengths.map((one) => stretch(call, view, axis, from, (from += one)));
};

const concat: Reading = (call) => {
  const { inputs, node, attributes, plan, name } = call;
  if (inputs.every((value) => value?.kind === 'fill')) return [inputs[0] as Fill];
  if (!inputs.some((value) => value?.kind === 'view')) {
    const value = folded(node.opType, inputs, attributes);
    if (value) return [value];
  }
  const views = inputs.map((_value, k) => viewAt(call, k));
  if (views.length === 1) return views;
  const axis = axisOf(views[0].axes.length, attributes.int('axis', 0));
  const isAlike = views.every((view) => String(view.axes.length) === String(views[0].axes.length));
  if (!isAlike) throw new Error('it joins tensors of several ranks');
  if (
    views.every((view) => isListed(view, axis) && view.groups === undefined) &&
    views.every((view) => sameElsewhere(view, views[0], axis))
  ) {
    const axes = views[0].axes.map((atoms, k) => (k === axis ? [place] : atoms));
    return [{ ...views[0], wires: views.flatMap(({ wires }) => wires), axes }];
  }
  views.forEach((view) => refuseBatch(view, axis, 'it joins'));
  const isPlain = views.every(
    (view) =>
      view.wires.length === 1 &&
      singleAxis(view, axis) !== undefined &&
      String(view.axes.map(String).join('|')) === views[0].axes.map(String).join('|'),
  );
  const plain = isPlain ? views : views.map((view) => plainView(plan, name, view));
  const own = singleAxis(plain[0], axis)!;
  const lengths = plain.map(({ wires }) => numberOf(wires[0].sizes[own]));
  const length = lengths.includes(null)
    ? { factor: 1, free: [{ name }] }
    : sized((lengths as number[]).reduce((a, b) => a + b, 0));
  const [{ sizes }] = plain[0].wires;
  const all = sizes.map((size, k) => (k === own ? length : size));
  const wire = concatenated(
    plan,
    name,
    plain.map(({ wires }) => wires[0]),
    own,
    all,
  );
  return [{ ...plain[0], wires: [wire] }];
};

/** Whether two views differ in one axis only. */
const sameElsewhere = (a: View, b: View, axis: number): boolean =>
  a.axes.every((atoms, k) => k === axis || String(atoms) === String(b.axes[k])) &&
  a.wires[0].sizes.every((size, k) => same(size, b.wires[0].sizes[k]));

const expand: Reading = (call) => {
  const { inputs, node, attributes, plan, name } = call;
  const [x, shape] = inputs;
  if (x?.kind === 'fill') return [x];
  if (x?.kind === 'constant') {
    const value = folded(node.opType, inputs, attributes);
    if (value?.kind === 'constant') return [value];
    const numbers = Array.from(x.tensor.dataSync());
    if (x.tensor.dtype === 'float32' && numbers.every((number) => number === numbers[0]))
      return [{ kind: 'fill', value: numbers[0] }];
    if (value) return [value];
    throw new Error('it repeats constants along an axis that is free');
  }
  if (x?.kind !== 'view') {
    const value = folded(node.opType, inputs, attributes);
    if (value) return [value];
  }
  const view = viewAt(call, 0);
  const given = sizesIn(shape);
  if (!given) throw new Error('it takes its sizes from what is no length');
  const own = sizesOf(view);
  const wanted = node.opType === 'Tile' ? given.map((size, k) => times(size, own[k])) : given;
  const longer = wanted.flatMap((size, k) => (isOne(size) || same(size, own[k]) ? [] : [k]));
  if (wanted.length !== own.length || longer.length > 1)
    throw new Error(`it makes ${sizeText(wanted)} of ${sizeText(own)}`);
  if (longer.length === 0) return [view];
  const [axis] = longer;
  const n = numberOf(wanted[axis]);
  const rows = { ...view, axes: view.axes.filter((atoms) => atoms.length > 0) };
  if (view.axes[axis].length > 0 || n === null || rows.axes.length !== 2 || view.wires.length > 1)
    throw new Error(`it makes ${sizeText(wanted)} of ${sizeText(own)}`);
  const wire = plainView(plan, name, rows).wires[0];
  const repeated = plan.add('repeatVector', name, [wire], [wire.sizes[0], sized(n), wire.sizes[1]], { options: { n } });
  const order = view.axes.map((atoms, k) =>
    k === axis ? [1] : atoms.length === 0 ? [] : atoms.includes(0) ? [0] : [2],
  );
  return [{ ...view, wires: [repeated], axes: order }];
};

const constantOfShape: Reading = ({ inputs, attributes, file }) => {
  const value = attributes.tensor('value');
  const number = value ? file.read(value) : tf.scalar(0);
  const sizes = numbersIn(inputs[0]);
  if (number.dtype === 'float32') return [{ kind: 'fill', value: number.dataSync()[0] }];
  if (!sizes) return [{ kind: 'fill', value: number.dataSync()[0] }];
  if (sizes.reduce((a, b) => a * b, 1) > 2 ** 20) throw new Error('it makes more integers than any graph needs');
  return [constant(tf.fill(sizes, number.dataSync()[0], number.dtype))];
};

const shape = onViews(({ attributes }, view) => [shapeOf(view, attributes)]);

/** The same numbers, of another type. */
const cast = onViews(({ attributes }, view) => {
  const toInteger = castTo(attributes.int('to', 1)) === 'int32';
  if (toInteger && !view.isInteger && view.wires[0].piece.kind !== 'input')
    throw new Error('it rounds what a layer gives');
  return [view];
});

const asIs: Reading = ({ inputs, node }) =>
  node.output.map((_name, k) => (k === 0 ? inputs[0]! : { kind: 'fill', value: 1 }));

/** Time read backwards: what exporters of Keras's goBackwards write. */
const reverseSequence = onViews((call, view) => {
  const { inputs, attributes, plan, name } = call;
  const axis = attributes.int('time_axis', 0);
  const time = sizesOf(view)[axis];
  const isWhole = sizesIn(inputs[1])?.every((size) => same(size, time));
  if (!isWhole || singleAxis(view, axis) !== 1) throw new Error('it turns only a part of each row around');
  return [{ ...view, wires: view.wires.map((wire) => flipped(plan, name, wire)) }];
});

export const shaping: Record<string, Reading> = {
  Cast: cast,
  Concat: concat,
  ConstantOfShape: constantOfShape,
  Dropout: asIs,
  Expand: expand,
  Flatten: flatten,
  Identity: asIs,
  Reshape: reshape,
  ReverseSequence: reverseSequence,
  Shape: shape,
  Slice: slice,
  Split: split,
  Squeeze: squeeze,
  Tile: expand,
  Transpose: transpose,
  Unsqueeze: unsqueeze,
};
