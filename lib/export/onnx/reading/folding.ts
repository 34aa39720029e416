/** What follows from constants, from the lengths of axes and from examples, without a layer. */
import { tf } from '../../../backend';
import type { Attributes } from './attributes';
import { eager, sliceRange } from './eager';
import { type Size, numberOf, over, product, same, sized, times, valueOf } from './size';
import type { Computed, Constant, Example, Sizes, Value } from './values';
import { type View, sizesOf } from './view';

export const constant = (tensor: tf.Tensor): Constant => ({ kind: 'constant', tensor });

const list = (items: Size[]): Sizes => ({ kind: 'sizes', isList: true, items });

/** Integers as sizes; undefined for other numbers. */
export function sizesIn(value: Value | undefined): Size[] | undefined {
  if (value?.kind === 'sizes') return value.items;
  if (value?.kind !== 'constant' || value.tensor.dtype === 'float32' || value.tensor.rank > 1) return undefined;
  return Array.from(value.tensor.dataSync(), sized);
}

/** Numbers of a constant; undefined for anything else. */
export const numbersIn = (value: Value | undefined): number[] | undefined =>
  value?.kind === 'constant'
    ? Array.from(value.tensor.dataSync())
    : value?.kind === 'sizes' && value.items.every((item) => numberOf(item) !== null)
      ? value.items.map((item) => item.factor)
      : undefined;

/** The lengths of a view's axes. */
export function shapeOf(view: View, attributes: Attributes): Sizes {
  const sizes = sizesOf(view);
  return list(sizes.slice(attributes.int('start', 0), attributes.has('end') ? attributes.int('end', 0) : undefined));
}

type OnSizes = (inputs: (Value | undefined)[], attributes: Attributes) => Sizes | Constant | undefined;

const pairwise =
  (combine: (a: Size, b: Size) => Size | undefined): OnSizes =>
  ([one, two]) => {
    const [a, b] = [sizesIn(one), sizesIn(two)];
    if (!a || !b || (a.length !== b.length && a.length !== 1 && b.length !== 1)) return undefined;
    const length = Math.max(a.length, b.length);
    const items = Array.from({ length }, (_, k) => combine(a[a.length === 1 ? 0 : k], b[b.length === 1 ? 0 : k]));
    if (items.includes(undefined)) return undefined;
    return { kind: 'sizes', isList: isList(one) || isList(two), items: items as Size[] };
  };

const isList = (value: Value | undefined): boolean =>
  value?.kind === 'sizes' ? value.isList : value?.kind === 'constant' && value.tensor.rank > 0;

const sum =
  (sign: 1 | -1) =>
  (a: Size, b: Size): Size | undefined => {
    const [one, two] = [numberOf(a), numberOf(b)];
    if (two === 0) return a;
    return one === null || two === null ? undefined : sized(one + sign * two);
  };

const asIs: OnSizes = ([x]) => x as Sizes;

const onSizes: Record<string, OnSizes> = {
  Identity: asIs,
  Cast: asIs,
  Mul: pairwise(times),
  Div: pairwise((a, b) => over(a, b)),
  Add: pairwise(sum(1)),
  Sub: pairwise(sum(-1)),
  Max: pairwise((a, b) => (same(a, b) || (valueOf(b) ?? 2) <= 1 ? a : undefined)),
  Expand: ([x]) => (x?.kind === 'sizes' && x.items.length === 1 ? list(x.items) : undefined), // the length of each row: one for all
  ReduceProd: ([x]) => ({ kind: 'sizes', isList: false, items: [product((x as Sizes).items)] }),
  Shape: ([x]) => ((x as Sizes).isList ? constant(tf.tensor1d([(x as Sizes).items.length], 'int32')) : undefined),
  Unsqueeze: ([x]) => ((x as Sizes).isList ? undefined : list((x as Sizes).items)),
  Squeeze: ([x]) => ({ ...(x as Sizes), isList: false }),
  Reshape: ([x, shape]) => {
    const sizes = numbersIn(shape);
    if (!sizes || sizes.length > 1) return undefined;
    return { ...(x as Sizes), isList: sizes.length === 1 };
  },
  Concat: (inputs) => {
    const parts = inputs.map(sizesIn);
    return parts.includes(undefined) ? undefined : list((parts as Size[][]).flat());
  },
  Gather: ([x, indices]) => {
    const { items } = x as Sizes;
    const found = numbersIn(indices)?.map((index) => items.at(index));
    if (!found || found.includes(undefined)) return undefined;
    return { kind: 'sizes', isList: isList(indices), items: found as Size[] };
  },
  Slice: ([x, starts, ends, , steps], attributes) => {
    const { items } = x as Sizes;
    const [start] = numbersIn(starts) ?? attributes.ints('starts') ?? [];
    const [end] = numbersIn(ends) ?? attributes.ints('ends') ?? [];
    const [step] = numbersIn(steps) ?? [1];
    if (start === undefined || end === undefined) return undefined;
    const range = sliceRange(items.length, start, end, step);
    return list(Array.from({ length: range.count }, (_, k) => items[range.from + k * step]));
  },
  Equal: ([one, two]) => {
    const [a, b] = [sizesIn(one), sizesIn(two)];
    if (!a || !b) return undefined;
    const answers = a.map((size, k) => {
      const other = b[b.length === 1 ? 0 : k];
      return size.free.length > 0 && (numberOf(other) ?? 1) <= 0 ? false : same(size, other);
    });
    return constant(tf.tensor(answers, isList(one) ? [a.length] : [], 'bool'));
  },
  Where: ([condition, one, two]) => {
    const [chosen, a, b] = [numbersIn(condition), sizesIn(one), sizesIn(two)];
    if (!chosen || !a || !b) return undefined;
    return list(chosen.map((yes, k) => (yes ? a[a.length === 1 ? 0 : k] : b[b.length === 1 ? 0 : k])));
  },
};

/** Operators that take their sizes from any of their inputs; the others change the first. */
const onAny = new Set(['Add', 'Concat', 'Div', 'Equal', 'Max', 'Mul', 'Sub', 'Where']);

/** Operators to which one number is as good as a tensor full of it. */
const stretching = new Set(['Add', 'Mul', 'Sub', 'Where']);

/** What an operator makes of constants, sizes and examples; undefined where its inputs are others. @throws Error when it is unknown */
export function folded(operator: string, inputs: (Value | undefined)[], attributes: Attributes): Value | undefined {
  const given = inputs.filter((value): value is Value => value !== undefined);
  if (given.length === 0) return undefined;
  const run = Object.hasOwn(eager, operator) ? eager[operator] : undefined;
  if (given.every(({ kind }) => kind === 'constant'))
    return (
      run &&
      constant(
        run(
          inputs.map((value) => (value as Constant | undefined)?.tensor),
          attributes,
        ),
      )
    );
  const lengths = given.every(({ kind }) => kind === 'constant' || kind === 'sizes');
  const isOfSizes = lengths && Object.hasOwn(onSizes, operator) && (inputs[0]?.kind === 'sizes' || onAny.has(operator));
  const bySize = isOfSizes ? onSizes[operator](inputs, attributes) : undefined;
  if (bySize || !run) return bySize;
  const isKnown = lengths && given.every((value) => numbersIn(value) !== undefined);
  if (isKnown)
    return constant(
      run(
        inputs.map((value) => value && exampleOf(value, { feeds: new Map(), sizes: new Map() })),
        attributes,
      ),
    );
  return computed(operator, run, inputs, attributes);
}

/** The numbers of a value for an example. */
export function exampleOf(value: Value, example: Example): tf.Tensor {
  switch (value.kind) {
    case 'constant':
      return value.tensor;
    case 'sizes': {
      const numbers = value.items.map((size) =>
        size.free.reduce((n, { name }) => n * (example.sizes.get(name) ?? example.steps ?? NaN), size.factor),
      );
      return value.isList ? tf.tensor1d(numbers, 'int32') : tf.scalar(numbers[0], 'int32');
    }
    case 'computed':
      return value.run(example);
    case 'view':
      return tf.transpose(
        example.feeds.get(value.wires[0])!,
        value.axes.map(([atom]) => atom),
      );
    case 'fill':
      return tf.scalar(value.value);
    case 'rows':
      throw new Error('it computes with the order of the rows');
  }
}

/** Whether a value is one tensor as it is, perhaps with its axes in another order. */
const isPlain = ({ wires, axes }: View): boolean => wires.length === 1 && axes.every((atoms) => atoms.length === 1);

function computed(
  operator: string,
  run: (typeof eager)[string],
  inputs: (Value | undefined)[],
  attributes: Attributes,
): Computed | undefined {
  const sources = inputs.flatMap((value) =>
    value?.kind === 'computed' ? (value.source ?? []) : value?.kind === 'view' ? value : [],
  );
  if (!sources.every((source) => isPlain(source) && source.wires[0] === sources[0].wires[0])) return undefined;
  const isStretched = stretching.has(operator) && inputs.some((value) => value?.kind === 'computed');
  if (inputs.some((value) => value?.kind === 'rows' || (value?.kind === 'fill' && !isStretched))) return undefined;
  return {
    kind: 'computed',
    source: sources[0],
    numbers: inputs.flatMap((value) =>
      value?.kind === 'computed'
        ? value.numbers
        : value?.kind === 'constant' && value.tensor.size === 1
          ? numbersIn(value)!
          : [],
    ),
    run: (example) =>
      run(
        inputs.map((value) => value && exampleOf(value, example)),
        attributes,
      ),
  };
}
