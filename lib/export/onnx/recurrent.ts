/** Recurrent layers, and Bidirectional, as walks of ONNX's operators. */
import type { tf } from '../../backend';
import { ignoresMask } from '../ignored-masks';
import type { Graph, Value } from './graph';
import type { Operator, Result } from './operator';
import { type Walked, type Walk, isPair, stateCounts, walk, walkOf } from './walks';

interface Recurrent extends tf.layers.Layer {
  cell: tf.layers.RNNCell & { cells?: tf.layers.RNNCell[] };
  goBackwards: boolean;
  returnSequences: boolean;
  returnState: boolean;
  zeroOutputForMask: boolean;
}

/** The cells of a layer, from the one that sees the input on. */
function walksOf(layer: tf.layers.Layer, name: string): Walk[] {
  const { cell, goBackwards, stateful } = layer as Recurrent;
  if (stateful)
    throw new Error(
      `Layer "${name}" is stateful; a graph of ONNX keeps no state: pass it by initialState and returnState.`,
    );
  return (cell.cells ?? [cell]).map((one) => walkOf(name, one, goBackwards));
}

/** Walks stacked cells one after the other: a cell that skips a step leaves its state as the stack would. */
function walkStack(
  graph: Graph,
  x: string,
  walks: Walk[],
  mask: string | undefined,
  states: string[],
  zeros: boolean,
): Walked {
  let [sequence, at] = [x, 0];
  const ends: string[] = [];
  walks.forEach((one, k) => {
    const count = stateCounts[one.operator];
    const own = states.length > 0 ? states.slice(at, (at += count)) : undefined;
    const zeroOutputForMask = zeros && k === walks.length - 1;
    const [walked] = walk(graph, sequence, [one], { mask, states: own, zeroOutputForMask });
    sequence = walked.sequence;
    ends.push(...walked.states);
  });
  return { sequence, states: ends };
}

/** The first state of a stack's last cell is its output. */
const outputOf = (walks: Walk[], { states }: Walked): string =>
  states[states.length - stateCounts[walks[walks.length - 1].operator]];

const flipped = (graph: Graph, x: string): string =>
  graph.add('Slice', [x, ...[[-1], [Number.MIN_SAFE_INTEGER], [1], [-1]].map((list) => graph.integers(...list))]);

/** LSTM, GRU, SimpleRNN and RNN. */
export const recurrent: Operator = ({ graph, layer, inputs: [x, ...states] }) => {
  const { returnSequences, returnState, goBackwards, zeroOutputForMask } = layer as Recurrent;
  const walks = walksOf(layer, layer.name);
  const names = states.map(({ name }) => name);
  const mask = ignoresMask(layer) ? undefined : x.mask;
  const walked = walkStack(graph, x.name, walks, mask, names, zeroOutputForMask);
  const sequence = () => (goBackwards ? flipped(graph, walked.sequence) : walked.sequence);
  const output: Result = returnSequences ? { name: sequence(), mask: x.mask ?? null } : bare(outputOf(walks, walked));
  return returnState ? [output, ...walked.states.map(bare)] : [output];
};

const bare = (name: string): Result => ({ name, mask: null });

const merges: Record<string, string> = { sum: 'Add', mul: 'Mul' };

interface Both extends tf.layers.Layer {
  forwardLayer: Recurrent;
  backwardLayer: Recurrent;
  mergeMode: string | null;
}

export const bidirectional: Operator = ({ graph, layer, inputs: [x, ...states] }) => {
  const { forwardLayer, backwardLayer, mergeMode } = layer as Both;
  const parts = [forwardLayer, backwardLayer];
  const walks = parts.map((part) => walksOf(part, layer.name));
  const walked = walkBoth(
    graph,
    x,
    parts,
    walks,
    states.map(({ name }) => name),
  );
  const { returnSequences, returnState } = forwardLayer;
  const outputs = walked.map((one, k) => (returnSequences ? one.sequence : outputOf(walks[k], one)));
  if (returnSequences && forwardLayer.goBackwards) outputs.forEach((y, k) => (outputs[k] = flipped(graph, y)));
  const mask = returnSequences ? (x.mask ?? null) : null;
  const merged = merge(graph, mergeMode, outputs).map((name) => ({ name, mask }));
  return returnState ? [...merged, ...walked.flatMap((one) => one.states.map(bare))] : merged;
};

function walkBoth(graph: Graph, x: Value, parts: Recurrent[], walks: Walk[][], states: string[]): Walked[] {
  const [one, two] = walks;
  const zeros = parts.map(({ zeroOutputForMask }) => zeroOutputForMask);
  if (one.length === 1 && two.length === 1 && zeros[0] === zeros[1] && isPair(one[0], two[0]))
    return walk(graph, x.name, [one[0], two[0]], {
      mask: x.mask,
      states: states.length > 0 ? states : undefined,
      zeroOutputForMask: zeros[0],
    });
  const half = states.length / 2;
  return walks.map((stack, k) =>
    walkStack(graph, x.name, stack, x.mask, states.slice(k * half, (k + 1) * half), zeros[k]),
  );
}

function merge(graph: Graph, mode: string | null, outputs: string[]): string[] {
  if (mode === null) return outputs;
  if (mode === 'concat') return [graph.add('Concat', outputs, { axis: { i: -1 } })];
  if (mode === 'ave') return [graph.add('Mul', [graph.add('Add', outputs), graph.number(0.5)])];
  return [graph.add(merges[mode], outputs)];
}
