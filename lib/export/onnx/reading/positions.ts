/** A learned vector for each step, which a graph cuts from a table by the number of steps. */
import { tf } from '../../../backend';
import type { Call } from './call';
import type { Plan, Wire } from './plan';
import { numberOf } from './size';
import type { Value } from './values';
import type { View } from './view';

/** More steps than any table of positions has. */
const many = 2 ** 16;

/** A sequence to which the first rows of a table are added, one for each step; undefined for anything else. */
export function withPositions({ plan, name }: Pick<Call, 'plan' | 'name'>, view: View, added: Value): View | undefined {
  const [wire] = view.wires;
  if (view.wires.length > 1 || view.axes.map(String).join('|') !== '0|1|2') return undefined;
  const table = added.kind === 'constant' ? added.tensor : added.kind === 'computed' ? tableOf(added, wire) : undefined;
  if (!table) return undefined;
  const [rows, features] = table.shape.slice(-2);
  const time = numberOf(wire.sizes[1]);
  const isTable = table.size === rows * features && features === numberOf(wire.sizes[2]) && rows > 1;
  if (!isTable || (added.kind === 'constant' && rows !== time)) return undefined;
  return { ...view, wires: [sum(plan, name, wire, table.reshape([rows, features]))] };
}

function sum(plan: Plan, name: string, wire: Wire, table: tf.Tensor): Wire {
  const options = { sequenceLength: table.shape[0] };
  const places = plan.add('positionEmbedding', name, [wire], wire.sizes, { options, weights: [table] });
  return plan.add('add', name, [wire, places], wire.sizes);
}

/** All rows of which a graph takes the first, as many as there are steps. */
function tableOf({ source, run }: Extract<Value, { kind: 'computed' }>, { sizes }: Wire): tf.Tensor | undefined {
  const [{ name } = { name: undefined }] = sizes[1].free;
  if (source || name === undefined) return undefined;
  const rowsFor = (steps: number) => run({ feeds: new Map(), sizes: new Map([[name, steps]]) });
  try {
    const [all, three] = [rowsFor(many), rowsFor(3)];
    const [rows, features] = all.shape.slice(-2);
    if (rows >= many || rows < 3 || three.size !== 3 * features) return undefined;
    const first = all.reshape([rows, features]).slice([0, 0], [3, features]);
    return tf
      .equal(first, three.reshape([3, features]))
      .all()
      .dataSync()[0] === 1
      ? all
      : undefined;
  } catch {
    return undefined; // it depends on more than the number of steps
  }
}
