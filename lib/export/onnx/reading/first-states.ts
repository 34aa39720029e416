/** The states with which a recurrent operator begins: what another layer gives, or numbers that are the same for every row of the batch. */
import { tf } from '../../../backend';
import { type Call, viewAt } from './call';
import { exampleOf } from './folding';
import type { Wire } from './plan';
import { numberOf, sized } from './size';
import { BatchAxisError, type Value } from './values';
import { type View, isListed, picked, sizesOf, squeezed, toWire } from './view';

/** The states that a recurrent operator over the sequence `source` begins with, one direction after the other; none for zeros. */
export function firstStates(call: Call, source: Wire, directions: number, units: number): Wire[] {
  const given = (call.node.opType === 'LSTM' ? [5, 6] : [5]).map((k) => call.inputs[k]);
  const isZero = given.map((value) => value === undefined || allZero(value));
  if (isZero.every(Boolean)) return [];
  let zeros: Wire | undefined;
  const states = given.map((value, k) => {
    const rows = value === undefined ? tf.zeros([directions, units]) : sameForAll(value, directions, units);
    if (!rows) return (direction: number) => firstState(call, viewAt(call, 5 + k), direction, directions, units);
    zeros ??= zerosOf(call, source);
    const from = zeros;
    return (direction: number) => learned(call, from, rows.gather(direction));
  });
  return Array.from({ length: directions }, (_, direction) => states.map((state) => state(direction))).flat();
}

/** The rows `[directions, units]` of numbers that are the same for every row of the batch, as learned first states are; undefined for others. */
function sameForAll(value: Value, directions: number, units: number): tf.Tensor | undefined {
  if (value.kind === 'fill') return tf.fill([directions, units], value.value);
  if (value.kind !== 'constant' && (value.kind !== 'computed' || value.source)) return undefined;
  const all = exampleOf(value, { feeds: new Map(), sizes: new Map([['batch', 2]]) });
  const [list, batch, size] = all.shape;
  if (all.rank !== 3 || list !== directions || size !== units) return undefined;
  const rows = all.slice([0, 0, 0], [list, 1, size]);
  return tf
    .equal(all, tf.tile(rows, [1, batch, 1]))
    .all()
    .dataSync()[0] === 1
    ? rows.squeeze([1])
    : undefined;
}

function zerosOf({ plan, name }: Call, source: Wire): Wire {
  const [batch, , features] = source.sizes;
  const step = plan.add('slice', name, [source], [batch, features], { options: { axis: 1, index: 0 } });
  return plan.add('rescaling', name, [step], step.sizes, { options: { scale: 0, offset: 0 } });
}

/** Numbers for each row of the batch: the bias of a dense layer that sees zeros, so that they alone are learned. */
function learned({ plan, name }: Call, zeros: Wire, numbers: tf.Tensor): Wire {
  const [batch, features] = zeros.sizes;
  const units = numbers.size;
  const useBias = numbers.notEqual(0).any().dataSync()[0] === 1;
  return plan.add('dense', name, [zeros], [batch, sized(units)], {
    options: { units, useBias },
    weights: [tf.zeros([numberOf(features)!, units]), ...(useBias ? [numbers] : [])],
  });
}

function firstState({ plan, name }: Call, view: View, direction: number, directions: number, units: number): Wire {
  const [list] = sizesOf(view);
  if (view.axes.length !== 3 || list.factor !== directions || list.free.length > 0)
    throw new Error('it begins with a state of another shape than [directions, batch, units]');
  if (!view.axes[1].includes(0)) throw new BatchAxisError('it begins with a state whose second axis is no batch');
  const one =
    isListed(view, 0) && directions > 1
      ? picked(view, 0, [direction])
      : directions === 1
        ? view
        : sliced(view, direction);
  const wire = toWire(plan, name, squeezed(plan, name, one, 0));
  if (wire.sizes.length !== 2 || wire.sizes[1].factor !== units)
    throw new Error('it begins with a state of another shape than [directions, batch, units]');
  return wire;

  function sliced(whole: View, index: number): View {
    const [own] = whole.axes[0];
    const wires = whole.wires.map((wire) =>
      plan.add(
        'slice',
        name,
        [wire],
        wire.sizes.filter((_size, k) => k !== own),
        { options: { axis: own, index } },
      ),
    );
    const axes = whole.axes.map((atoms, k) => (k === 0 ? [] : atoms.map((atom) => (atom > own ? atom - 1 : atom))));
    return { ...whole, wires, axes };
  }
}

const allZero = (value: Value): boolean =>
  (value.kind === 'fill' && value.value === 0) ||
  (value.kind === 'constant' && value.tensor.dataSync().every((number: number) => number === 0));
