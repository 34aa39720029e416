/** Zeros that a graph puts around a sequence, in front of a convolution or by themselves. */
import { type Call, type Reading, viewAt } from './call';
import { numbersIn } from './folding';
import type { Plan, Wire } from './plan';
import { numberOf, sized } from './size';
import { axisOf, plainView, singleAxis } from './view';

/** `[batch, time, features]` with steps of zeros before and behind. */
export function zeroPadded(plan: Plan, name: string, wire: Wire, [before, behind]: number[]): Wire {
  const [batch, time, features] = wire.sizes;
  const length = numberOf(time);
  const longer =
    length === null ? { factor: 1, free: [{ name: `${name}+${before + behind}` }] } : sized(before + length + behind);
  return plan.add('zeroPadding1d', name, [wire], [batch, longer, features], { options: { padding: [before, behind] } });
}

/** How many places are added at both ends of each axis. */
function padsOf({ inputs, attributes }: Call, rank: number): number[][] {
  const pads = attributes.ints('pads') ?? numbersIn(inputs[1]);
  const axes = (numbersIn(inputs[3]) ?? [...Array(rank).keys()]).map((axis) => axisOf(rank, axis));
  if (pads?.length !== 2 * axes.length)
    throw new Error('it adds places at the edges whose number the file does not say');
  return Array.from({ length: rank }, (_, axis) => {
    const k = axes.indexOf(axis);
    return k < 0 ? [0, 0] : [pads[k], pads[k + axes.length]];
  });
}

/** Zeros before and behind the steps; a negative number takes steps away. */
export const pad: Reading = (call) => {
  const { plan, name, inputs, attributes } = call;
  const given = viewAt(call, 0);
  const pads = padsOf(call, given.axes.length);
  const axes = [...pads.keys()].filter((axis) => pads[axis].some((count) => count !== 0));
  if (axes.length === 0) return [given];
  const [axis] = axes;
  const value =
    inputs[2]?.kind === 'fill' ? [inputs[2].value] : (numbersIn(inputs[2]) ?? [attributes.float('value', 0)]);
  if (attributes.text('mode', 'constant') !== 'constant' || value[0] !== 0)
    throw new Error('it adds other numbers than zeros at the edges');
  const view = singleAxis(given, axis) === 1 ? given : plainView(plan, name, given);
  if (axes.length > 1 || singleAxis(view, axis) !== 1 || view.wires[0].sizes.length !== 3)
    throw new Error('it adds zeros along other axes than the steps of a sequence');
  return [{ ...view, wires: view.wires.map((wire) => padded(plan, name, wire, pads[axis])) }];
};

function padded(plan: Plan, name: string, wire: Wire, pads: number[]): Wire {
  const [start, end] = pads.map((count) => Math.max(0, -count));
  const cut = start + end === 0 ? wire : cropped(plan, name, wire, start, end);
  const [before, behind] = pads.map((count) => Math.max(0, count));
  return before + behind === 0 ? cut : zeroPadded(plan, name, cut, [before, behind]);
}

function cropped(plan: Plan, name: string, wire: Wire, start: number, end: number): Wire {
  const [batch, time, features] = wire.sizes;
  const length = numberOf(time);
  const shorter =
    length === null ? { factor: 1, free: [{ name: `${name}-${start + end}` }] } : sized(length - start - end);
  const options = { axis: 1, start, ...(end > 0 ? { end: -end } : {}) };
  return plan.add('slice', name, [wire], [batch, shorter, features], { options });
}
