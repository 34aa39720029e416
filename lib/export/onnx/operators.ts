/** Layers as operators of ONNX, by the class of the layer. */
import { tf } from '../../backend';
import type { AdaptiveSoftmax } from '../../layers/adaptive-softmax';
import type { Normalization as NormalizationLayer } from '../../layers/normalization';
import type { TiedDense } from '../../layers/tied-dense';
import { activate } from './activations';
import { attentionPooling, multiHead, queryValue } from './attention';
import { convolution, globalPooling, pooling } from './convolution';
import type { Graph } from './graph';
import { concatenation, elementwise, product } from './merging';
import type { Call, Operator } from './operator';
import { bidirectional, recurrent } from './recurrent';

const weights = ({ graph, layer }: Call): string[] => layer.weights.map((weight) => graph.variable(weight));

/** What does nothing when a model predicts. */
const nothing: Operator = ({ inputs: [{ name }] }) => [{ name }];

const one =
  (add: (call: Call, x: string) => string): Operator =>
  (call) => [{ name: add(call, call.inputs[0].name) }];

const dense = one((call, x) => {
  const { graph, config, layer } = call;
  const [kernel, bias] = weights(call);
  const product = graph.add('MatMul', [x, kernel]);
  return activate(graph, layer.name, config.activation, bias ? graph.add('Add', [product, bias]) : product);
});

const tiedDense = one((call, x) => {
  const { graph, config, layer } = call;
  const table = graph.variable((layer as TiedDense).sharedWeight());
  const product = graph.add('MatMul', [x, graph.transpose(table, 1, 0)]);
  const [bias] = weights(call);
  return activate(graph, layer.name, config.activation, bias ? graph.add('Add', [product, bias]) : product);
});

const adaptiveSoftmax = one(({ graph, layer }, x) => {
  const { cutoffs, clusters, head, headBias } = layer as AdaptiveSoftmax;
  const softmax = (scores: string) => graph.add('Softmax', [scores], { axis: { i: -1 } });
  const columns = (of: string, from: number, to: number) =>
    graph.add('Slice', [of, graph.integers(from), graph.integers(to), graph.integers(-1)]);
  const product = graph.add('MatMul', [x, graph.variable(head!)]);
  const first = softmax(headBias ? graph.add('Add', [product, graph.variable(headBias)]) : product);
  const [frequent] = cutoffs;
  const rare = clusters.map(({ projection, kernel }, k) => {
    const projected = graph.add('MatMul', [x, graph.variable(projection)]);
    const own = softmax(graph.add('MatMul', [projected, graph.variable(kernel)]));
    return graph.add('Mul', [own, columns(first, frequent + k, frequent + k + 1)]);
  });
  return graph.add('Concat', [columns(first, 0, frequent), ...rare], { axis: { i: -1 } });
});

const embedding: Operator = (call) => {
  const { graph, config, inputs } = call;
  const [{ name }] = inputs;
  const indices = graph.cast(name, 'int64');
  const vectors = graph.add('Gather', [weights(call)[0], indices]);
  if (!config.maskZero) return [{ name: vectors, mask: null }];
  return [{ name: vectors, mask: nonZero(graph, indices) }];
};

const positions: Operator = (call) => {
  const { graph, inputs } = call;
  const shape = graph.add('Shape', [inputs[0].name]);
  const time = graph.add('Gather', [shape, graph.integers(1)]);
  const rows = graph.add('Slice', [weights(call)[0], graph.integers(0), time, graph.integers(0)]);
  return [{ name: graph.add('Expand', [rows, shape]) }];
};

const masking: Operator = ({ graph, config, inputs: [{ name }] }) => {
  const differs = graph.add('Not', [graph.add('Equal', [name, graph.number(config.maskValue as number)])]);
  const counts = graph.add('ReduceMax', [graph.cast(differs, 'float32')], { axes: { ints: [-1] } });
  const mask = graph.cast(graph.add('Squeeze', [counts, graph.integers(-1)]), 'bool');
  return [{ name: graph.add('Mul', [name, counts]), mask }];
};

/** The mask that lengths or a number for each step tell. */
const sequenceMask: Operator = ({ graph, inputs: [x, counts] }) => {
  const isLength = counts.shape.length === 1 || (counts.shape[1] === 1 && x.shape[1] !== 1);
  const told = isLength ? withinLengths(graph, x.name, counts.name) : nonZero(graph, graph.cast(counts.name, 'int64'));
  return [{ name: x.name, mask: x.mask === undefined ? told : graph.add('And', [x.mask, told]) }];
};

const nonZero = (graph: Graph, integers: string): string =>
  graph.add('Not', [graph.add('Equal', [integers, graph.integer(0)])]);

function withinLengths(graph: Graph, x: string, lengths: string): string {
  const time = graph.add('Gather', [graph.add('Shape', [x]), graph.integer(1)]);
  const steps = graph.add('Range', [graph.integer(0), time, graph.integer(1)]);
  return graph.add('Less', [steps, graph.add('Reshape', [graph.cast(lengths, 'int64'), graph.integers(-1, 1)])]);
}

interface Normalization extends tf.layers.Layer {
  gamma?: tf.LayerVariable;
  beta?: tf.LayerVariable;
  movingMean: tf.LayerVariable;
  movingVariance: tf.LayerVariable;
}

/** The moving mean and variance as one factor and one sum. */
const batchNormalization = one(({ graph, layer, config, inputs: [{ shape }] }, x) => {
  const { gamma, beta, movingMean, movingVariance } = layer as Normalization;
  const axis = ((config.axis as number) + shape.length) % shape.length;
  const factor = () => {
    const inverse = tf.rsqrt(movingVariance.read().add(config.epsilon as number));
    return gamma ? inverse.mul(gamma.read()) : inverse;
  };
  const sum = () => {
    const shift = movingMean.read().mul(factor()).neg();
    return beta ? shift.add(beta.read()) : shift;
  };
  const along = (values: tf.Tensor) => values.reshape([-1, ...Array<number>(shape.length - 1 - axis).fill(1)]);
  const scaled = graph.add('Mul', [x, graph.weight(`${movingMean.name}/factor`, () => along(factor()))]);
  return graph.add('Add', [scaled, graph.weight(`${movingMean.name}/sum`, () => along(sum()))]);
});

const layerNormalization = one(({ graph, layer, config, inputs: [{ shape }] }, x) => {
  const axes = [config.axis].flat() as number[];
  if (axes.length !== 1 || (axes[0] + shape.length) % shape.length !== shape.length - 1)
    throw new Error(`Layer "${layer.name}" normalizes over the axes ${axes.join(', ')}; only the last can go to ONNX.`);
  const { gamma, beta } = layer as Normalization;
  const size = shape.at(-1) as number;
  const scale = graph.weight(
    gamma?.name ?? `${beta?.name ?? layer.name}/ones`,
    () => gamma?.read().clone() ?? tf.ones([size]),
  );
  const bias = beta ? [graph.variable(beta)] : [];
  return graph.add('LayerNormalization', [x, scale, ...bias], {
    axis: { i: -1 },
    epsilon: { f: config.epsilon as number },
  });
});

const averageOverTime: Operator = (call) => {
  const { graph, inputs } = call;
  const [{ name, mask }] = inputs;
  if (mask === undefined) return globalPooling('ReduceMean')(call);
  const sum = (x: string) => graph.add('ReduceSum', [x, graph.integers(1)], { keepdims: { i: 0 } });
  const counts = graph.unsqueeze(graph.cast(mask, 'float32'), 2);
  const total = graph.add('Max', [sum(counts), graph.number(1)]);
  return [{ name: graph.add('Div', [sum(graph.add('Mul', [name, counts])), total]), mask: null }];
};

const reshaped = (graph: Graph, x: string, sizes: number[]): string =>
  graph.add('Reshape', [x, graph.integers(0, ...sizes)]);

const rectifier = one(({ graph, config }, x) => {
  const positive = graph.add('Relu', [x]);
  return typeof config.maxValue === 'number' ? graph.add('Min', [positive, graph.number(config.maxValue)]) : positive;
});

const slice: Operator = ({ graph, layer, config, inputs: [x] }) => {
  const { axis, index, start = 0, end = Number.MAX_SAFE_INTEGER } = config as Record<string, number | undefined>;
  if (index !== undefined)
    return [{ name: graph.add('Gather', [x.name, graph.integer(index)], { axis: { i: axis! } }), mask: null }];
  if (x.mask !== undefined && axis === 1)
    throw new Error(`Layer "${layer.name}" (Slice) takes a part of a masked sequence, which cannot go to ONNX.`);
  const bounds = [start, end, axis!].map((number) => graph.integers(number));
  return [{ name: graph.add('Slice', [x.name, ...bounds]) }];
};

/** The operators, by the class of the layer; a model inside a model and TimeDistributed are made of others. */
export const operators: Record<string, Operator> = {
  Activation: one(({ graph, layer, config }, x) => activate(graph, layer.name, config.activation, x)),
  AdaptiveSoftmax: adaptiveSoftmax,
  Add: elementwise('Add'),
  AdditiveAttention: queryValue,
  AlphaDropout: nothing,
  Attention: queryValue,
  AttentionPooling: attentionPooling,
  Average: elementwise('Mean'),
  AveragePooling1D: pooling('AveragePool'),
  AveragePooling2D: pooling('AveragePool'),
  AveragePooling3D: pooling('AveragePool'),
  BatchNormalization: batchNormalization,
  Bidirectional: bidirectional,
  Concatenate: concatenation,
  Conv1D: convolution,
  Conv2D: convolution,
  Conv3D: convolution,
  Dense: dense,
  Dot: product,
  Dropout: nothing,
  ELU: one(({ graph, config }, x) => graph.add('Elu', [x], { alpha: { f: (config.alpha as number) ?? 1 } })),
  Embedding: embedding,
  Flatten: one(({ graph }, x) => graph.add('Flatten', [x], { axis: { i: 1 } })),
  GaussianDropout: nothing,
  GaussianNoise: nothing,
  GlobalAveragePooling1D: averageOverTime,
  GlobalAveragePooling2D: globalPooling('ReduceMean'),
  GlobalMaxPooling1D: globalPooling('ReduceMax'),
  GlobalMaxPooling2D: globalPooling('ReduceMax'),
  GRU: recurrent,
  LayerNormalization: layerNormalization,
  LeakyReLU: one(({ graph, config }, x) =>
    graph.add('LeakyRelu', [x], { alpha: { f: (config.alpha as number) ?? 0.3 } }),
  ),
  LSTM: recurrent,
  Masking: masking,
  Maximum: elementwise('Max'),
  MaxPooling1D: pooling('MaxPool'),
  MaxPooling2D: pooling('MaxPool'),
  MaxPooling3D: pooling('MaxPool'),
  Minimum: elementwise('Min'),
  MultiHeadAttention: multiHead,
  Multiply: elementwise('Mul'),
  Normalization: one(({ graph, layer }, x) => {
    const { statistics, invert } = layer as NormalizationLayer;
    const [mean, deviation] = (['mean', 'deviation'] as const).map((which) =>
      graph.weight(`${layer.name}/${which}`, () => statistics.call(layer)[which].clone()),
    );
    if (invert) return graph.add('Add', [graph.add('Mul', [x, deviation]), mean]);
    return graph.add('Div', [graph.add('Sub', [x, mean]), deviation]);
  }),
  Permute: one(({ graph, config }, x) => graph.transpose(x, 0, ...(config.dims as number[]))),
  PositionEmbedding: positions,
  PReLU: one((call, x) => call.graph.add('PRelu', [x, weights(call)[0]])),
  ReLU: rectifier,
  RepeatVector: one(({ graph, config }, x) => {
    return graph.add('Tile', [graph.unsqueeze(x, 1), graph.integers(1, config.n as number, 1)]);
  }),
  Rescaling: one(({ graph, layer, config }, x) => {
    const by = (key: string) => graph.weight(`${layer.name}/${key}`, () => tf.tensor(config[key] as number));
    return graph.add('Add', [graph.add('Mul', [x, by('scale')]), by('offset')]);
  }),
  Reshape: one(({ graph, config }, x) =>
    reshaped(
      graph,
      x,
      (config.targetShape as (number | null)[]).map((size) => size ?? -1),
    ),
  ),
  RNN: recurrent,
  SequenceMask: sequenceMask,
  SimpleRNN: recurrent,
  Slice: slice,
  Softmax: one(({ graph, config }, x) => graph.add('Softmax', [x], { axis: { i: (config.axis as number) ?? -1 } })),
  SpatialDropout1D: nothing,
  Subtract: elementwise('Sub'),
  TiedDense: tiedDense,
  ZeroPadding1D: one(({ graph, config }, x) => {
    const [before, behind] = config.padding as number[];
    return graph.add('Pad', [x, graph.integers(0, before, 0, 0, behind, 0), graph.number(0)]);
  }),
};
