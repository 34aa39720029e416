/** The sum, the mean or the largest of several tensors that a graph has as one, as it has the last states of both directions. */
import type { Call } from './call';
import { type View, place } from './view';

/** Over an axis of the graph that is the place in the list of tensors; undefined for another axis. */
export function mergedList(
  { plan, name }: Pick<Call, 'plan' | 'name'>,
  view: View,
  axis: number,
  kind: 'add' | 'average' | 'maximum',
  keep: boolean,
): View | undefined {
  const isList = String(view.axes[axis]) === String([place]) && view.groups === undefined && view.wires.length > 1;
  if (!isList) return undefined;
  const wire = plan.add(kind, name, view.wires, view.wires[0].sizes);
  const axes = view.axes.map((atoms, k) => (k === axis ? [] : atoms));
  return { ...view, wires: [wire], axes: keep ? axes : axes.filter((_atoms, k) => k !== axis) };
}
