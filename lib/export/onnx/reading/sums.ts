/** Sums over the steps of a sequence: weighted ones are a `dot`, plain ones a mean times the number of steps. */
import type { Reading } from './call';
import { folded, numbersIn } from './folding';
import { mergedList } from './list-merging';
import type { Plan, Wire } from './plan';
import { onViews } from './shaping';
import { numberOf, same, sized } from './size';
import { axisOf, singleAxis, sizesOf, squeezed } from './view';

/** Sums over the steps of a sequence. */
export const sum: Reading = onViews((call, view) => {
  const { attributes, inputs, node, plan, name } = call;
  const counted = view.isInteger ? folded(node.opType, inputs, attributes) : undefined;
  if (counted) return [counted];
  const axes = attributes.ints('axes') ?? numbersIn(inputs[1]) ?? [];
  const [axis] = axes.map((one) => axisOf(view.axes.length, one));
  const keep = attributes.int('keepdims', 1) === 1;
  const listed = axes.length === 1 ? mergedList(call, view, axis, 'add', keep) : undefined;
  if (listed) return [listed];
  const [wire] = view.wires;
  if (axes.length !== 1 || view.wires.length > 1 || singleAxis(view, axis) !== 1 || wire.sizes.length !== 3)
    throw new Error('it sums over other axes than the steps of a sequence');
  const { piece } = wire;
  const steps = numberOf(sizesOf(view)[axis]);
  const isWeighted = piece.kind === 'multiply' && piece.inputs.length === 2;
  const [weights, values] = isWeighted ? sortedByWidth(piece.inputs) : [];
  const total = weights
    ? plan.add('dot', name, [weights, values], [wire.sizes[0], sized(1), wire.sizes[2]], { options: { axes: [1, 1] } })
    : steps === null
      ? undefined
      : summed(plan, name, wire, steps);
  if (!total)
    throw new Error('it sums over steps whose number is free, where only a weighted sum or a mean is a layer');
  const result = { ...view, wires: [total] };
  return [keep ? result : squeezed(plan, name, result, axis)];
});

/** The one of two tensors that has one number for each step, then the other; nothing where there is none. */
function sortedByWidth([a, b]: Wire[]): Wire[] {
  const width = ({ sizes }: Wire) => numberOf(sizes.at(-1)!);
  const isRows = [a, b].every(({ sizes }) => sizes.length === 3) && same(a.sizes[1], b.sizes[1]);
  if (!isRows) return [];
  return width(a) === 1 ? [a, b] : width(b) === 1 ? [b, a] : [];
}

function summed(plan: Plan, name: string, wire: Wire, steps: number): Wire {
  const [batch, , features] = wire.sizes;
  const mean = plan.add('globalAveragePooling1d', name, [wire], [batch, features]);
  const total = plan.add('rescaling', name, [mean], [batch, features], { options: { scale: steps, offset: 0 } });
  return plan.add('reshape', name, [total], [batch, sized(1), features], {
    options: { targetShape: [1, numberOf(features)] },
  });
}
