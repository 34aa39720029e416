/**
 * Tensors as a graph of ONNX sees them. It has the axes of a sequence in another order than the layers, adds axes of size 1 and joins axes;
 * here this only changes the view, and nothing is computed until a layer needs the axes in its own order.
 */
import type { Masked } from './masks';
import type { Plan, Wire } from './plan';
import { type Size, isOne, numberOf, over, product, same, sized, sizeText, times, valueOf } from './size';
import { BatchAxisError } from './values';

/** An axis of the tensors, 0 for the batch; {@link place} for the place in the list of tensors, or in its group. */
export type Atom = number;
export const place: Atom = -1;
/** Where the list is one of groups, as the layers of a network are of directions: the place of the group. */
export const group: Atom = -2;

export interface View {
  kind: 'view';
  /** One tensor, or several of the same sizes along an axis of their own, as the directions of a recurrent operator. */
  wires: Wire[];
  /** What each axis of the graph is made of: nothing, one axis, or several joined. */
  axes: Atom[][];
  isInteger: boolean;
  /** How many groups the list has, where it has several axes. */
  groups?: number;
  /** Where the graph does with a mask what the layers do by themselves: how far it has come. */
  masked?: Masked;
  /** Whether the graph has the rows of the batch in the order of their lengths. */
  isSorted?: boolean;
}

/** A tensor with its own axes. */
export const viewOf = (wire: Wire, isInteger = false): View => ({
  kind: 'view',
  wires: [wire],
  axes: wire.sizes.map((_size, axis) => [axis]),
  isInteger,
});

const sizeOf = ({ wires, groups = 1 }: View, atom: Atom): Size =>
  atom === group ? sized(groups) : atom === place ? sized(wires.length / groups) : wires[0].sizes[atom];

/** The sizes that the graph sees. */
export const sizesOf = (view: View): Size[] =>
  view.axes.map((atoms) => product(atoms.map((atom) => sizeOf(view, atom))));

/** An axis counted from the end where it is negative. @throws Error when there is none */
export function axisOf(rank: number, axis: number): number {
  const found = axis < 0 ? axis + rank : axis;
  if (found >= 0 && found < rank) return found;
  throw new Error(`it has no axis ${axis}, only ${rank}`);
}

/** The axes in another order. */
export const transposed = (view: View, order: readonly number[]): View => ({
  ...view,
  axes: order.map((axis) => view.axes[axisOf(view.axes.length, axis)]),
});

/** The one tensor axis behind an axis of the graph; undefined where there is none of its own, or several. */
export const singleAxis = ({ axes }: View, axis: number): Atom | undefined =>
  axes[axis].length === 1 && axes[axis][0] > 0 ? axes[axis][0] : undefined;

/** Whether an axis of the graph is the place in the list of tensors, or in one of its two axes, or size 1. */
export const isListed = ({ axes }: View, axis: number): boolean =>
  axes[axis].length === 0 || (axes[axis].length === 1 && axes[axis][0] < 0);

/** @throws BatchAxisError when an axis of the graph holds the batch */
export function refuseBatch({ axes }: View, axis: number, what: string): void {
  if (axes[axis].includes(0)) throw new BatchAxisError(`${what} along the batch`);
}

/** The tensors at some places of the list, of one or several, axis `axis` of the graph. */
export function picked(view: View, axis: number, places: number[]): View {
  if (view.groups !== undefined) return pickedOfGroups(view, view.groups, axis, places);
  const wires = places.map((one) => view.wires[one]);
  const axes = view.axes.map((atoms, k) => (k === axis ? (wires.length === 1 ? [] : [place]) : atoms));
  return { ...view, wires, axes };
}

/** The same of a list of groups, which is a plain list again where one place is left of either axis. */
function pickedOfGroups(view: View, groups: number, axis: number, places: number[]): View {
  const size = view.wires.length / groups;
  const isOfGroups = view.axes[axis][0] === group;
  const wires = isOfGroups
    ? places.flatMap((one) => view.wires.slice(one * size, (one + 1) * size))
    : Array.from({ length: groups }, (_, k) => places.map((one) => view.wires[k * size + one])).flat();
  if (places.length > 1) return { ...view, wires, groups: isOfGroups ? places.length : groups };
  const axes = view.axes.map((atoms, k) => (k === axis ? [] : atoms.map((atom) => (atom === group ? place : atom))));
  return { ...view, wires, groups: undefined, axes };
}

/** Without an axis of size 1. @throws Error when it is longer */
export function squeezed(plan: Plan, name: string, view: View, axis: number): View {
  const atoms = view.axes[axis];
  if (atoms.length === 0) return { ...view, axes: view.axes.filter((_atoms, k) => k !== axis) };
  const sizes = sizesOf(view);
  if (valueOf(sizes[axis]) !== 1) throw new Error(`it takes away axis ${axis} of ${sizeText(sizes)}`);
  refuseBatch(view, axis, 'it takes an axis away');
  return reshaped(
    plan,
    name,
    view,
    sizes.filter((_size, k) => k !== axis),
  );
}

/** With new axes of size 1 at these places of the result. */
export function unsqueezed(view: View, at: readonly number[]): View {
  const rank = view.axes.length + at.length;
  const places = new Set(at.map((axis) => axisOf(rank, axis)));
  const own = [...view.axes];
  return { ...view, axes: Array.from({ length: rank }, (_, k) => (places.has(k) ? [] : own.shift()!)) };
}

/** The same numbers with axes of other sizes. */
export function reshaped(plan: Plan, name: string, view: View, targets: readonly Size[]): View {
  const refuse = (): View => directly(plan, name, view, targets);
  const atoms = view.axes.flat();
  const axes: Atom[][] = [];
  for (let k = 0; k < targets.length; k++) {
    const target = targets[k];
    const own: Atom[] = [];
    let size = sized(1);
    if (valueOf(target) === 1 && atoms.length > 0 && valueOf(sizeOf(view, atoms[0])) === 1) own.push(atoms.shift()!);
    while (!same(size, target)) {
      const next = atoms.shift();
      if (next === undefined) return refuse();
      const longer = times(size, sizeOf(view, next));
      const [length, wanted] = [numberOf(longer), numberOf(target)];
      if (length !== null && wanted !== null && length > wanted) {
        const parts = partsOf(length, targets.slice(k));
        if (own.length > 0 || !parts) return refuse();
        if (next === place) return reshaped(plan, name, grouped(view, parts), targets);
        return reshaped(plan, name, divided(plan, name, view, next, parts), targets);
      }
      const parts = length === null ? headsIn(over(target, size), sizeOf(view, next), targets.slice(k + 1)) : undefined;
      if (parts)
        return next === place ? refuse() : reshaped(plan, name, divided(plan, name, view, next, parts), targets);
      own.push(next);
      size = longer;
    }
    axes.push(own);
  }
  if (atoms.some((atom) => atom === 0 || !isOne(sizeOf(view, atom)))) return refuse();
  if (atoms.length > 0) {
    if (axes.length === 0) return refuse();
    axes[axes.length - 1].push(...atoms);
  }
  return { ...view, axes };
}

/** The same numbers where the sizes share no more than the batch. */
function directly(plan: Plan, name: string, view: View, targets: readonly Size[]): View {
  const sizes = sizesOf(view);
  const isBatch = view.axes[0]?.join() === '0' && targets.length > 0 && same(targets[0], sizes[0]);
  if (!isBatch || !same(product(sizes), product(targets)))
    throw new Error(`it makes ${sizeText(targets)} of ${sizeText(sizes)}`);
  const wire = reshapeWire(plan, name, toWire(plan, name, view), [sizes[0], ...targets.slice(1)]);
  return viewOf(wire, view.isInteger);
}

/** The first of these sizes, as many as make up a length. */
function partsOf(length: number, targets: readonly Size[]): number[] | undefined {
  const parts: number[] = [];
  for (const target of targets) {
    parts.push(numberOf(target) ?? NaN);
    const total = parts.reduce((a, b) => a * b, 1);
    if (total === length) return parts;
    if (!(total < length)) return undefined;
  }
  return undefined;
}

/** The sizes of an axis of which a part goes to the batch, as attention puts its heads there, and the rest to what follows. */
function headsIn(missing: Size | undefined, whole: Size, targets: readonly Size[]): number[] | undefined {
  const [heads, length] = [missing && numberOf(missing), numberOf(whole)];
  if (!heads || heads === 1 || !length || length <= heads || length % heads !== 0) return undefined;
  const rest = partsOf(length / heads, targets);
  return rest && [heads, ...rest];
}

/** An axis of the tensors as several. */
function divided(plan: Plan, name: string, view: View, atom: Atom, parts: number[]): View {
  if (atom === 0) throw new BatchAxisError('it divides the batch');
  const wires = view.wires.map((wire) => {
    const sizes = wire.sizes.flatMap((size, axis) => (axis === atom ? parts.map(sized) : [size]));
    return reshapeWire(plan, name, wire, sizes);
  });
  const moved = (one: Atom): Atom[] =>
    one === atom ? parts.map((_part, k) => atom + k) : [one > atom ? one + parts.length - 1 : one];
  return { ...view, wires, axes: view.axes.map((atoms) => atoms.flatMap(moved)) };
}

/** A list of tensors as one of groups. */
function grouped(view: View, [groups, ...others]: number[]): View {
  if (view.groups !== undefined || others.length !== 1)
    throw new Error('it divides a list of tensors into several axes');
  const axes = view.axes.map((atoms) => atoms.flatMap((atom) => (atom === place ? [group, place] : [atom])));
  return { ...view, groups, axes };
}

function reshapeWire(plan: Plan, name: string, wire: Wire, sizes: Size[]): Wire {
  const targetShape = sizes.slice(1).map(numberOf);
  if (targetShape.filter((size) => size === null).length > 1)
    throw new Error(`it makes ${sizeText(sizes)} of ${sizeText(wire.sizes)}, with several axes that are free`);
  const [before] = wire.piece.inputs;
  const undoes = wire.piece.kind === 'reshape' && before.sizes.length === sizes.length;
  if (undoes && before.sizes.every((size, axis) => same(size, sizes[axis]))) return before;
  return plan.add('reshape', name, [wire], sizes, { options: { targetShape } });
}

/**
 * One tensor with the axes that the graph sees, the batch moved to the front and taken out of what it was joined with.
 */
export function toWire(plan: Plan, name: string, view: View): Wire {
  if (view.axes.some((atoms) => atoms.includes(place))) return toWire(plan, name, unlisted(plan, name, view));
  const [wire] = view.wires;
  const batch = view.axes.findIndex((atoms) => atoms.includes(0));
  if (batch < 0) throw new BatchAxisError('it has no batch');
  const joined = view.axes[batch].filter((atom) => atom !== 0);
  const rest = view.axes.flatMap((atoms, axis) => (axis === batch ? [] : [atoms]));
  const isWhole = joined.length > 0 && joined.every((atom) => isOne(wire.sizes[atom])) && rest.length > 0;
  const besideBatch = isWhole ? [] : joined.map((atom) => [atom]);
  const others = isWhole ? rest.map((atoms, k) => (k === 0 ? [...joined, ...atoms] : atoms)) : rest;
  const axes =
    batch === 0 ? [...besideBatch, ...others] : [...others.slice(0, batch), ...besideBatch, ...others.slice(batch)];
  const order = axes.flat();
  const isInOrder = order.every((atom, k) => atom === k + 1);
  const ordered = isInOrder
    ? wire
    : plan.add('permute', name, [wire], [wire.sizes[0], ...order.map((atom) => wire.sizes[atom])], {
        options: { dims: order },
      });
  if (axes.every((atoms) => atoms.length === 1)) return ordered;
  const sizes = axes.map((atoms) => product(atoms.map((atom) => sizeOf(view, atom))));
  return reshapeWire(plan, name, ordered, [wire.sizes[0], ...sizes]);
}

/** The list of tensors as one, where an axis of the graph is their place, or that joined with an axis of theirs. */
export function unlisted(plan: Plan, name: string, view: View): View {
  if (view.groups !== undefined) throw new Error('it takes several layers of several directions together');
  const listed = view.axes.findIndex((atoms) => atoms.includes(place));
  const atoms = view.axes[listed];
  const at = atoms.indexOf(place);
  const next = atoms[at + 1];
  if (atoms.length > 1 && !(next > 0)) throw new Error('it joins axes that no layer joins');
  if (atoms.length > 1) {
    const [{ sizes }] = view.wires;
    const all = sizes.map((size, axis) => (axis === next ? times(size, sized(view.wires.length)) : size));
    const wire = concatenated(plan, name, view.wires, next, all);
    return { ...view, wires: [wire], axes: view.axes.map((one) => one.filter((atom) => atom !== place)) };
  }
  const parts = view.wires.map((wire) => {
    const single = { ...view, wires: [wire], axes: view.axes.map((one) => (one[0] === place ? [] : one)) };
    return toWire(plan, name, single);
  });
  const batch = view.axes.findIndex((one) => one.includes(0));
  const before = view.axes.slice(0, listed).filter((_one, axis) => axis !== batch);
  const axis = 1 + before.length + (batch < listed ? view.axes[batch].length - 1 : 0);
  const sizes = parts[0].sizes.map((size, k) => (k === axis ? sized(parts.length) : size));
  const joined = viewOf(concatenated(plan, name, parts, axis, sizes), view.isInteger);
  return transposed(joined, seenOrder(view, batch));
}

/** Where each axis of the graph stands in a tensor whose batch has moved to the front. */
function seenOrder(view: View, batch: number): number[] {
  if (view.axes[batch].length > 1) throw new Error('it joins the batch with another axis of several tensors');
  return view.axes.map((_atoms, axis) => (axis === batch ? 0 : axis < batch ? axis + 1 : axis));
}

export const concatenated = (plan: Plan, name: string, wires: Wire[], axis: number, sizes: Size[]): Wire =>
  plan.add('concatenate', name, wires, sizes, { options: { axis: axis === sizes.length - 1 ? -1 : axis } });

/** A view whose axes are those of one tensor, each for itself but those that are joined with the batch, on the first. */
export function besideBatch(plan: Plan, name: string, view: View): View {
  const wire = toWire(plan, name, view);
  const isApart = wire.sizes.length > view.axes.length;
  let last = 0;
  const axes = view.axes.map((atoms, axis) => {
    if (axis > 0) return [++last];
    return isApart ? atoms.map((atom) => (atom === 0 ? 0 : ++last)) : [0];
  });
  return { ...viewOf(wire, view.isInteger), axes };
}

/** A view whose axes are those of one tensor, each for itself. */
export function plainView(plan: Plan, name: string, view: View): View {
  const wire = toWire(plan, name, view);
  const batch = view.axes.findIndex((atoms) => atoms.includes(0));
  if (wire.sizes.length !== view.axes.length) throw new Error('it joins the batch with another axis');
  return transposed(viewOf(wire, view.isInteger), seenOrder({ ...view, axes: view.axes.map(() => [0]) }, batch));
}
