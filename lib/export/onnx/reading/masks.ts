/**
 * Masks: ONNX's recurrent operators know lengths only, so a graph computes with masks what the layers here do by themselves. What it
 * computes is recognized by its results for examples, however it is written.
 */
import { tf } from '../../../backend';
import { type Call, type Reading, viewAt } from './call';
import { folded } from './folding';
import { withMask } from './mask-makers';
import type { Piece, Wire } from './plan';
import { optionsOf } from './recurrent-piece';
import { numberOf } from './size';
import type { Computed, Example, Value } from './values';
import { type View, viewOf } from './view';

/** What a graph has done to a masked sequence so far; `steps` is what its mask is made of. */
export interface Masked {
  steps: Wire;
  /** Steps that count moved to the front; moved back, those that do not count still to be filled; multiplied by the mask; summed. */
  state: 'packed' | 'unpacked' | 'zeroed' | 'summed';
}

type Rows = boolean[][];

/** Masks that begin, end and stand between, hide all and nothing. */
export const holes = ['110110', '011010', '000000', '111111', '100000', '000011'];
/** Those that lengths alone can tell. */
const ends = ['111111', '110000', '100000', '111110'];

export const rowsOf = (patterns: string[], time: number): Rows =>
  patterns.map((pattern) =>
    Array.from({ length: time }, (_, t) => pattern[t % pattern.length] === '1' && (t < 6 || pattern === '111111')),
  );

/** A batch of tokens, of steps of features, or of the lengths of rows where there is one number for each, of which these rows count. */
export function exampleFor(steps: Wire, rows: Rows, padding: number): Example {
  const [, , features] = steps.sizes.map(numberOf);
  const width = steps.sizes.length === 3 ? (features ?? 1) : 1;
  const [time, isLengths] = [rows[0].length, numberOf(steps.sizes[1]) === 1 && rows[0].length > 1];
  const values = rows.flatMap((row) =>
    isLengths ? [count(row)] : row.flatMap((counts) => Array<number>(width).fill(counts ? padding + 1 : padding)),
  );
  const shape = [rows.length, isLengths ? 1 : time, ...(steps.sizes.length === 3 ? [width] : [])];
  const feed = tf.tensor(values, shape, steps.sizes.length === 3 ? 'float32' : 'int32');
  const sizes = new Map(steps.sizes.flatMap((size, k) => size.free.map(({ name }) => [name, shape[k]] as const)));
  return { feeds: new Map([[steps, feed]]), sizes, ...(time > 1 ? { steps: time } : {}) };
}

/** What is to be expected for a row, one number for each step or one for all. */
type Expected = (row: boolean[]) => number[];

/** Whether what a graph computes is what is expected of the mask, for masks of every form. */
export function tells(value: Value | undefined, expected: Expected, patterns = holes): value is Computed {
  return value?.kind === 'computed' && paddingOf(value, expected, patterns) !== undefined;
}

/** The number that hides a step: 0 for tokens, for steps of features one with which the mask is made; undefined for what is no mask. */
function paddingOf({ source, numbers, run }: Computed, expected: Expected, patterns = holes): number | undefined {
  const [steps] = source?.wires ?? [];
  if (!steps || steps.sizes.length < 2 || steps.sizes.length > 3) return undefined;
  const time = numberOf(steps.sizes[1]) ?? 6;
  const asked = rowsOf(patterns, time);
  const ofLengths = steps.sizes.length === 2 && time === 1 ? [rowsOf([...ends, '000000'], 6)] : [];
  const candidates = steps.sizes.length === 3 ? [0, ...numbers] : [0];
  return candidates.find((padding) =>
    [...ofLengths, asked].some((rows) => {
      const wanted = rows.flatMap(expected);
      try {
        const found = run(exampleFor(steps, rows, padding)).dataSync();
        return found.length === wanted.length && wanted.every((number, k) => number === found[k]);
      } catch {
        return false; // an example of this form is none for this graph
      }
    }),
  );
}

const count = (row: boolean[]): number => row.filter(Boolean).length;
const before = (row: boolean[], t: number): number => count(row.slice(0, t));
const inside = (row: boolean[], at: number): number => Math.max(0, Math.min(row.length - 1, at));

const order: Expected = (row) => [...row.keys()].sort((a, b) => Number(row[b]) - Number(row[a]) || a - b);
const places: Expected = (row) => row.map((_counts, t) => inside(row, before(row, t + 1) - 1));
const placesBackwards: Expected = (row) => row.map((_counts, t) => inside(row, before(row, t)));
const some: Expected = (row) => row.map((_counts, t) => Number(before(row, t + 1) > 0));
const someBackwards: Expected = (row) => row.map((_counts, t) => Number(before(row, t) < count(row)));
const itself: Expected = (row) => row.map(Number);
const total: Expected = (row) => [count(row)];
const totalOrOne: Expected = (row) => [Math.max(1, count(row))];
const isSome: Expected = (row) => [Number(count(row) > 0)];

/** Whether this is the number of tokens of each row that are not 0. */
export const tellsLengths = (value: Value | undefined): value is Computed => tells(value, total, ends);

/** Whether this is a list of lengths that the input gives, one for each row. */
export const givesLengths = (value: Value | undefined): value is View =>
  value?.kind === 'view' && value.isInteger && value.axes.length === 1 && value.wires[0].piece.kind === 'input';

/** Whether this is the number of rows. */
export function countsRows(value: Value | undefined): boolean {
  if (value?.kind === 'sizes') return value.items.length === 1 && value.items[0].free[0]?.name === 'batch';
  const [steps] = (value?.kind === 'computed' && value.source?.wires) || [];
  if (value?.kind !== 'computed' || !steps) return false;
  return [holes, ends].every((patterns) => {
    const rows = rowsOf(patterns, numberOf(steps.sizes[1]) ?? 6);
    const found = value.run(exampleFor(steps, rows, 0)).dataSync();
    return found.length === 1 && found[0] === rows.length;
  });
}

/** What the lengths of a recurrent operator are told from: lengths that the input gives, or the steps of whose mask they are the sums. @throws Error where they tell something else */
export function lengthsOf(value: Value | undefined, view: View): Wire | undefined {
  if (value === undefined) return undefined;
  const isGiven = givesLengths(value);
  if ((isGiven || value.kind === 'computed') && (value.isSorted ?? false) !== (view.isSorted ?? false))
    throw new Error('it takes the lengths of rows in another order');
  if (isGiven) return value.wires[0];
  const isPacked = view.masked?.state === 'packed';
  if (isPacked && tells(value, totalOrOne)) return value.source!.wires[0];
  if (!isPacked && tellsLengths(value)) return value.source!.wires[0];
  throw new Error('it takes lengths of rows that are not the number of tokens that are not 0');
}

/** Moves the steps that count to the front, or back. */
const gatherND: Reading = ({ inputs, attributes }) => {
  const view = viewAt({ inputs }, 0);
  const [, index] = inputs;
  const refuse = (): never => {
    throw new Error('it moves steps as no mask does');
  };
  if (attributes.int('batch_dims', 0) !== 1 || view.axes.map(String).join('|') !== '0|1|2') return refuse();
  if (!view.masked && tells(index, order))
    return [{ ...view, masked: { steps: index.source!.wires[0], state: 'packed' } }];
  if (view.masked?.state !== 'packed') return refuse();
  const [wire] = view.wires;
  const isBackwards = tells(index, placesBackwards);
  if (!isBackwards && !tells(index, places)) return refuse();
  if (walkOf(wire)?.isReverse !== isBackwards) return refuse();
  return [{ ...view, masked: { ...view.masked, state: 'unpacked' } }];
};

/** The recurrent piece of a sequence, and whether the sequence was walked against time. */
export function walkOf(wire: Wire): { piece: Piece; isReverse: boolean } | undefined {
  const inner = wire.piece.kind === 'flip' ? wire.piece.inputs[0] : undefined;
  const { piece } = inner ?? wire;
  if (piece.kind !== 'recurrent') return undefined;
  return { piece, isReverse: inner !== undefined || (optionsOf(piece).bidirectional && piece.outputs[1] === wire) };
}

/** A product with what is computed from the mask. */
export function maskedProduct(call: Call): View | undefined {
  const views = call.inputs.filter((value): value is View => value?.kind === 'view');
  const computed = call.inputs.find((value) => value?.kind === 'computed');
  const [view] = views;
  if (views.length !== 1 || !computed?.source) return undefined;
  const [steps] = computed.source.wires;
  if (view.masked?.state === 'unpacked') {
    const [wire] = view.wires;
    const walk = walkOf(wire)!;
    const isZeros = tells(computed, itself);
    if (!isZeros && !tells(computed, walk.isReverse ? someBackwards : some)) return undefined;
    Object.assign(walk.piece.options, { zeroOutputForMask: isZeros });
    return { ...view, masked: undefined };
  }
  if (view.wires[0] === steps && view.wires.length === 1) return hidden(call, view, computed);
  return tells(computed, itself) ? { ...view, masked: { steps, state: 'zeroed' } } : undefined;
}

/** A sum with what the mask hides of zeros, as a choice between numbers and zeros is written out; undefined for any other sum. */
export function withNothing(view: View, added: Value | undefined): View | undefined {
  const isNothing = added?.kind === 'computed' && tells(scaledUp(added), (row) => row.map(() => 0));
  return isNothing ? view : undefined;
}

/** What it hides, as a number for each step. */
const scaledUp = (value: Computed): Computed => ({
  ...value,
  run: (example) => {
    const numbers = value.run(example);
    return numbers.rank === 3 ? numbers.abs().max(2) : numbers;
  },
});

/** Steps whose features all are one number become zeros: `layers.masking`. */
function hidden({ plan, name }: Call, view: View, computed: Computed): View | undefined {
  const [wire] = view.wires;
  const maskValue = paddingOf(computed, itself);
  if (maskValue === undefined || wire.sizes.length !== 3) return undefined;
  return viewOf(plan.add('masking', name, [wire], wire.sizes, { options: { maskValue } }));
}

/** The sum over the steps that count, as a part of their mean. */
export function maskedSum(view: View, axes: number[] | undefined, keep: boolean): View {
  if (view.masked?.state !== 'zeroed' || String(axes) !== '1' || keep || view.axes.map(String).join('|') !== '0|1|2')
    throw new Error('it sums what no layer sums');
  return { ...view, masked: { ...view.masked, state: 'summed' } };
}

/** The sum over the steps that count, divided by their number. */
export function maskedMean({ plan, name, inputs }: Call, view: View): View | undefined {
  const [, divisor] = inputs;
  const isCount = tells(divisor, totalOrOne) || tells(divisor, total, ends);
  if (view.masked?.state !== 'summed' || !isCount) return undefined;
  const wire = withMask(plan, name, view.wires[0], view.masked.steps);
  const options = { masked: view.masked.steps };
  return viewOf(plan.add('globalAveragePooling1d', name, [wire], [wire.sizes[0], wire.sizes[2]], { options }));
}

/** The last state where a row has a step that counts, the first one elsewhere: what recurrent layers give by themselves. */
export const where: Reading = ({ inputs }) => {
  const [condition, end, start] = inputs;
  if (end?.kind !== 'view' || !tells(condition, isSome)) throw new Error('it chooses as no mask does');
  const { piece } = end.wires[0];
  const isFirst =
    (start?.kind === 'fill' && start.value === 0) ||
    (start?.kind === 'view' && piece.inputs.slice(1).some((wire) => wire === start.wires[0]));
  if (piece.kind !== 'recurrent' || !isFirst) throw new Error('it chooses as no mask does');
  return [end];
};

/** The order of steps; the numbers that are put in order are of no use to a mask. */
const topK: Reading = ({ inputs, attributes, node }) => {
  const places = folded(node.opType, inputs, attributes);
  if (!places) throw new Error('no layer does what it does');
  const results: Value[] = [];
  results[1] = places;
  return results;
};

export const masking: Record<string, Reading> = { GatherND: gatherND, TopK: topK };
