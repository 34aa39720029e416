/** The layers of attention. */
import type { tf } from '../../backend';
import type { Graph, Value } from './graph';
import type { Operator } from './operator';

/** What a masked score becomes, as in layers/attention/softmax.ts. */
const masked = -1e9;

/** Weights over the last axis; where `mask` is false there are none. `zero`: a row without any step gets zeros, not equal weights. */
function maskedSoftmax(graph: Graph, scores: string, mask: string | undefined, zero: boolean): string {
  const softmax = (x: string) => graph.add('Softmax', [x], { axis: { i: -1 } });
  if (mask === undefined) return softmax(scores);
  const weights = softmax(graph.add('Where', [mask, scores, graph.number(masked)]));
  return zero ? graph.add('Mul', [weights, graph.cast(mask, 'float32')]) : weights;
}

/** A mask `[batch, time]` with one more axis, where there is a mask. */
const spread = (graph: Graph, mask: string | undefined, axis: number): string[] =>
  mask === undefined ? [] : [graph.unsqueeze(mask, axis)];

const allOf = (graph: Graph, masks: string[]): string | undefined =>
  masks.length === 0 ? undefined : masks.reduce((a, b) => graph.add('And', [a, b]));

/** `[queries, keys]`: each query sees the keys up to its own position. */
function causalMask(graph: Graph, query: string, key: string): string {
  const range = (x: string) => {
    const count = graph.add('Gather', [graph.add('Shape', [x]), graph.integer(1)]);
    return graph.add('Range', [graph.integer(0), count, graph.integer(1)]);
  };
  return graph.add('GreaterOrEqual', [graph.unsqueeze(range(query), 1), range(key)]);
}

interface QueryValue extends tf.layers.Layer {
  useCausalMask: boolean;
  returnAttentionScores: boolean;
  scoreMode?: string;
  scale?: tf.LayerVariable;
  concatScoreWeight?: tf.LayerVariable;
}

/** The scores `[batch, queries, keys]` of Attention, `dot` and `concat`, and of AdditiveAttention. */
function scoresOf(graph: Graph, layer: QueryValue, query: string, key: string): string {
  const { scoreMode, scale, concatScoreWeight } = layer;
  const times = (x: string, by: tf.LayerVariable | undefined) => (by ? graph.add('Mul', [x, graph.variable(by)]) : x);
  if (scoreMode === 'dot') return times(graph.add('MatMul', [query, graph.transpose(key, 0, 2, 1)]), scale);
  const sums = graph.add('Add', [graph.unsqueeze(query, 2), graph.unsqueeze(key, 1)]);
  const [before, after] = scoreMode === 'concat' ? [scale, undefined] : [undefined, scale];
  const compared = times(graph.add('Tanh', [times(sums, before)]), after);
  return times(graph.add('ReduceSum', [compared, graph.integers(-1)], { keepdims: { i: 0 } }), concatScoreWeight);
}

/** Attention and AdditiveAttention. */
export const queryValue: Operator = ({ graph, layer, inputs }) => {
  const [query, value, key = value] = inputs;
  const { useCausalMask, returnAttentionScores } = layer as QueryValue;
  const scores = scoresOf(graph, layer as QueryValue, query.name, key.name);
  const causal = useCausalMask ? [graph.unsqueeze(causalMask(graph, query.name, key.name), 0)] : [];
  const mask = allOf(graph, [...spread(graph, value.mask, 1), ...causal]);
  const weights = maskedSoftmax(graph, scores, mask, false);
  const attended = graph.add('MatMul', [weights, value.name]);
  const [rows] = spread(graph, query.mask, 2);
  const name = rows === undefined ? attended : graph.add('Mul', [attended, graph.cast(rows, 'float32')]);
  return returnAttentionScores ? [{ name }, { name: weights, mask: null }] : [{ name }];
};

interface MultiHead extends QueryValue {
  numHeads: number;
  keyDim: number;
  valueDim: number;
  useBias: boolean;
  dropout: number;
}

export const multiHead: Operator = ({ graph, layer, inputs }) => {
  const list: Value[] = inputs.length === 1 ? [inputs[0], inputs[0]] : inputs;
  const [query, value, key = value] = list;
  const { numHeads, keyDim, valueDim, useBias, useCausalMask, returnAttentionScores, dropout } = layer as MultiHead;
  const project = (x: string, projection: number, columns: number): string => {
    const at = useBias ? 2 * projection : projection;
    const [kernel, bias] = layer.weights.slice(at);
    const matrix = graph.weight(`${kernel.name}/matrix`, () => kernel.read().reshape([-1, columns]));
    const product = graph.add('MatMul', [x, matrix]);
    if (!useBias) return product;
    return graph.add('Add', [product, graph.weight(`${bias.name}/row`, () => bias.read().reshape([columns]))]);
  };
  const heads = ({ name }: Value, projection: number, size: number, ...perm: number[]): string => {
    const rows = graph.add('Reshape', [
      project(name, projection, numHeads * size),
      graph.integers(0, 0, numHeads, size),
    ]);
    return graph.transpose(rows, ...perm);
  };
  const scaled = graph.add('Mul', [heads(query, 0, keyDim, 0, 2, 1, 3), graph.number(1 / Math.sqrt(keyDim))]);
  const scores = graph.add('MatMul', [scaled, heads(key, 1, keyDim, 0, 2, 3, 1)]);
  const steps = [
    ...spread(graph, query.mask, 2),
    ...spread(graph, value.mask, 1),
    ...(inputs.length === 3 ? spread(graph, key.mask, 1) : []),
    ...(useCausalMask ? [graph.unsqueeze(causalMask(graph, query.name, value.name), 0)] : []),
  ];
  const mask = allOf(graph, steps);
  const perHead = mask === undefined ? undefined : graph.unsqueeze(mask, 1);
  const weights = maskedSoftmax(graph, scores, perHead, dropout > 0 || returnAttentionScores);
  const attended = graph.add('MatMul', [weights, heads(value, 2, valueDim, 0, 2, 1, 3)]);
  const joined = graph.add('Reshape', [
    graph.transpose(attended, 0, 2, 1, 3),
    graph.integers(0, 0, numHeads * valueDim),
  ]);
  const columns = layer.weights[useBias ? 6 : 3].shape[2] as number;
  const name = project(joined, 3, columns);
  return returnAttentionScores ? [{ name }, { name: weights, mask: null }] : [{ name }];
};

/** AttentionPooling: steps weighted by how well they answer a learned query. */
export const attentionPooling: Operator = ({ graph, layer, inputs: [x] }) => {
  const [kernel, bias, query] = layer.weights.map((weight) => graph.variable(weight));
  const sums = graph.add('Add', [graph.add('MatMul', [x.name, kernel]), bias]);
  const scores = graph.add('MatMul', [graph.add('Tanh', [sums]), query]);
  const rows = graph.add('Squeeze', [scores, graph.integers(2)]);
  const weights = maskedSoftmax(graph, rows, x.mask, true);
  const name = graph.add('Squeeze', [graph.add('MatMul', [graph.unsqueeze(weights, 1), x.name]), graph.integers(1)]);
  const { returnAttentionScores } = layer as QueryValue;
  return [name, ...(returnAttentionScores ? [weights] : [])].map((one) => ({ name: one, mask: null }));
};
