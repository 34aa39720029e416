/**
 * Cells walked over `[batch, time, features]` by ONNX's LSTM, GRU and RNN. These take lengths only, so the steps that a mask leaves are
 * first moved to the front of their row, and the outputs back to where the steps were.
 */
import { withArticle } from '../../article';
import { tf } from '../../backend';
import { type RecurrentActivation, recurrentActivation } from './activations';
import type { Graph } from './graph';
import type { Attribute } from './proto';

/** One cell and the way in which it walks. */
export interface Walk {
  operator: 'LSTM' | 'GRU' | 'RNN';
  units: number;
  reverse: boolean;
  activations: RecurrentActivation[];
  linearBeforeReset: boolean;
  /** Keras's kernel, recurrent kernel, and bias unless there is none. */
  weights: tf.LayerVariable[];
}

/** Where Keras keeps the gates that ONNX has in this order. */
export const gates = { LSTM: [0, 3, 1, 2], GRU: [0, 1, 2], RNN: [0] };
export const stateCounts = { LSTM: 2, GRU: 1, RNN: 1 };

interface Cell extends tf.layers.Layer {
  units: number;
  resetAfter?: boolean;
}

/** @throws Error that names the layer when ONNX has no operator for its cell. */
export function walkOf(layer: string, cell: tf.layers.Layer, reverse: boolean): Walk {
  const operators: Record<string, Walk['operator']> = { LSTMCell: 'LSTM', GRUCell: 'GRU', SimpleRNNCell: 'RNN' };
  const operator = operators[cell.getClassName()];
  if (!operator)
    throw new Error(`Layer "${layer}" walks ${withArticle(cell.getClassName())}, for which ONNX has no operator.`);
  const { activation, recurrentActivation: gate } = cell.getConfig();
  const inner = recurrentActivation(layer, activation);
  const gated = () => [recurrentActivation(layer, gate), inner];
  const activations = operator === 'RNN' ? [inner] : operator === 'GRU' ? gated() : [...gated(), inner];
  const { units, resetAfter = false, weights } = cell as Cell;
  return { operator, units, reverse, activations, linearBeforeReset: resetAfter, weights };
}

/** Whether two cells fit one operator of both directions. */
export const isPair = (one: Walk, two: Walk): boolean =>
  one.operator === two.operator &&
  one.units === two.units &&
  one.linearBeforeReset === two.linearBeforeReset &&
  !one.reverse &&
  two.reverse;

/** What a walk gives. */
export interface Walked {
  /** `[batch, time, units]`, in the order of time. */
  sequence: string;
  /** Each `[batch, units]`. */
  states: string[];
}

/** Adds the operator of one walk, or of a pair. `states` are the first ones, `[batch, units]`, none for zeros. */
export function walk(graph: Graph, x: string, walks: Walk[], options: WalkOptions): Walked[] {
  const { mask, states, zeroOutputForMask } = options;
  const [{ operator, units, linearBeforeReset }] = walks;
  const plan = mask === undefined ? undefined : planOf(graph, x, mask);
  const packed = plan ? graph.add('GatherND', [x, plan.order], { batch_dims: { i: 1 } }) : x;
  const count = stateCounts[operator];
  const first = Array.from({ length: states ? count : 0 }, (_, k) =>
    stacked(
      graph,
      walks.map((_walk, direction) => states![direction * count + k]),
    ),
  );
  const weights = weightsOf(graph, walks);
  const input = [graph.transpose(packed, 1, 0, 2), ...weights, plan?.lengths ?? '', ...first];
  const attributes: Record<string, Attribute> = {
    hidden_size: { i: units },
    direction: { s: walks.length === 2 ? 'bidirectional' : walks[0].reverse ? 'reverse' : 'forward' },
    ...activationAttributes(walks.flatMap(({ activations }) => activations)),
    ...(operator === 'GRU' ? { linear_before_reset: { i: linearBeforeReset ? 1 : 0 } } : {}),
  };
  const [all, ...last] = graph.addAll(operator, trimmed(input), attributes, 1 + count);
  return walks.map(({ reverse }, direction) => {
    const of = (tensor: string, axis: number) =>
      graph.add('Gather', [tensor, graph.integer(direction)], { axis: { i: axis } });
    const sequence = graph.transpose(of(all, 1), 1, 0, 2);
    const ends = last.map((tensor) => of(tensor, 0));
    if (!plan) return { sequence, states: ends };
    return {
      sequence: unpacked(graph, sequence, plan, reverse, zeroOutputForMask),
      states: ends.map((end, k) => {
        const start = states?.[direction * count + k] ?? graph.add('Sub', [end, end]);
        return graph.add('Where', [graph.unsqueeze(plan.isSome, 1), end, start]);
      }),
    };
  });
}

export interface WalkOptions {
  /** `[batch, time]`, boolean. */
  mask?: string;
  states?: string[];
  zeroOutputForMask: boolean;
}

interface Plan {
  mask: string;
  /** The mask as integers. */
  counts: string;
  /** How many steps count in each row `[batch]`. */
  totals: string;
  /** Whether there is one. */
  isSome: string;
  /** The same with 1 for 0, int32: the operators take no empty rows. */
  lengths: string;
  /** Each row's steps, those that count first, `[batch, time, 1]`. */
  order: string;
  /** How many steps there are. */
  time: string;
}

function planOf(graph: Graph, x: string, mask: string): Plan {
  const { add, integer } = bound(graph);
  const counts = graph.cast(mask, 'int64');
  const totals = add('ReduceSum', [counts, graph.integers(1)], { keepdims: { i: 0 } });
  const time = add('Gather', [add('Shape', [x]), integer(1)]);
  const steps = add('Range', [integer(0), time, integer(1)]);
  const late = add('Mul', [add('Sub', [integer(1), counts]), time]);
  const keys = add('Add', [late, steps]);
  const [, order] = graph.addAll(
    'TopK',
    [keys, graph.unsqueeze(time, 0)],
    { axis: { i: 1 }, largest: { i: 0 }, sorted: { i: 1 } },
    2,
  );
  return {
    mask,
    counts,
    totals,
    isSome: add('Greater', [totals, integer(0)]),
    lengths: graph.cast(add('Max', [totals, integer(1)]), 'int32'),
    order: graph.unsqueeze(order, 2),
    time,
  };
}

/** A step that does not count has the output of the step before it in the walk, or zeros. */
function unpacked(graph: Graph, packed: string, plan: Plan, reverse: boolean, zeroOutputForMask: boolean): string {
  const { add, integer } = bound(graph);
  const before = add('CumSum', [plan.counts, integer(1)], { exclusive: { i: reverse ? 1 : 0 } });
  const index = reverse ? before : add('Sub', [before, integer(1)]);
  const last = add('Sub', [plan.time, integer(1)]);
  const inside = add('Max', [add('Min', [index, last]), integer(0)]);
  const sequence = add('GatherND', [packed, graph.unsqueeze(inside, 2)], { batch_dims: { i: 1 } });
  const some = reverse ? add('Less', [index, graph.unsqueeze(plan.totals, 1)]) : add('Greater', [before, integer(0)]);
  const counts = graph.cast(zeroOutputForMask ? plan.mask : some, 'float32');
  return add('Mul', [sequence, graph.unsqueeze(counts, 2)]);
}

const bound = (graph: Graph) => ({
  add: graph.add.bind(graph),
  integer: graph.integer.bind(graph),
});

/** `[directions, batch, units]`. */
function stacked(graph: Graph, tensors: string[]): string {
  const lifted = tensors.map((tensor) => graph.unsqueeze(tensor, 0));
  return lifted.length === 1 ? lifted[0] : graph.add('Concat', lifted, { axis: { i: 0 } });
}

/** W `[directions, gates · units, features]`, R, and B `[directions, 2 · gates · units]`. */
function weightsOf(graph: Graph, walks: Walk[]): string[] {
  const name = walks.map(({ weights }) => weights[0].name).join('+');
  const each = (suffix: string, make: (walk: Walk) => tf.Tensor) =>
    graph.weight(`${name}/${suffix}`, () => tf.stack(walks.map(make)));
  const reordered = ({ operator }: Walk, weight: tf.Tensor) => {
    const parts = tf.split(weight, gates[operator].length, -1);
    return tf.concat(
      gates[operator].map((k) => parts[k]),
      -1,
    );
  };
  return [
    each('W', (walk) => reordered(walk, walk.weights[0].read()).transpose()),
    each('R', (walk) => reordered(walk, walk.weights[1].read()).transpose()),
    each('B', (walk) => {
      const zeros = tf.zeros([gates[walk.operator].length * walk.units]);
      const bias = walk.weights[2]?.read() ?? zeros;
      const rows = bias.rank === 2 ? tf.unstack(bias) : [bias, zeros];
      return tf.concat(rows.map((row) => reordered(walk, row)));
    }),
  ];
}

function activationAttributes(activations: RecurrentActivation[]): Record<string, Attribute> {
  const numbers = (key: 'alpha' | 'beta') => activations.flatMap(({ [key]: value }) => value ?? []);
  const [alphas, betas] = [numbers('alpha'), numbers('beta')];
  return {
    activations: { strings: activations.map(({ name }) => name) },
    ...(alphas.length > 0 ? { activation_alpha: { floats: alphas } } : {}),
    ...(betas.length > 0 ? { activation_beta: { floats: betas } } : {}),
  };
}

/** Inputs that an operator may do without are empty names, and absent at the end. */
const trimmed = (input: string[]): string[] => (input.at(-1) === '' ? trimmed(input.slice(0, -1)) : input);
