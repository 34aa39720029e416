/** Convolution and pooling over time, pictures and volumes: ONNX has the features before the other axes. */
import type { tf } from '../../backend';
import { activate } from './activations';
import type { Graph } from './graph';
import type { Operator } from './operator';
import type { Attribute } from './proto';

/** The axes of `[batch, …, features]` between the two. */
const between = (rank: number): number[] => Array.from({ length: rank - 2 }, (_, k) => k + 1);

const featuresFirst = (graph: Graph, x: string, rank: number): string =>
  graph.transpose(x, 0, rank - 1, ...between(rank));

const featuresLast = (graph: Graph, x: string, rank: number): string =>
  graph.transpose(x, 0, ...between(rank).map((axis) => axis + 1), 1);

const sizes = (value: unknown, axes: number): number[] => {
  const list = [value].flat() as number[];
  return list.length === axes ? list : Array<number>(axes).fill(list[0]);
};

function refuseChannelsFirst(layer: tf.layers.Layer, { dataFormat }: Record<string, unknown>): void {
  if (dataFormat === 'channelsFirst')
    throw new Error(`Layer "${layer.name}" has its channels first, which cannot go to ONNX.`);
}

/** Conv1D, Conv2D, Conv3D. */
export const convolution: Operator = ({ graph, layer, config, inputs: [x] }) => {
  refuseChannelsFirst(layer, config);
  const rank = x.shape.length;
  const [kernel, bias] = layer.weights;
  const [widths, strides, dilations] = [config.kernelSize, config.strides, config.dilationRate].map((value) =>
    sizes(value ?? 1, rank - 2),
  );
  const reach = widths.map((width, k) => dilations[k] * (width - 1));
  const isDense = strides.every((stride) => stride === 1);
  const around = { pads: { ints: [...reach.map((n) => Math.floor(n / 2)), ...reach.map((n) => Math.ceil(n / 2))] } };
  const sides: Record<string, Record<string, Attribute>> = {
    valid: {},
    same: isDense ? around : { auto_pad: { s: 'SAME_UPPER' } },
    causal: { pads: { ints: [...reach, ...reach.map(() => 0)] } },
  };
  const input = [
    featuresFirst(graph, x.name, rank),
    graph.weight(`${kernel.name}/transposed`, () =>
      kernel.read().transpose([rank - 1, rank - 2, ...Array(rank - 2).keys()]),
    ),
    ...(bias ? [graph.variable(bias)] : []),
  ];
  const attributes = { strides: { ints: strides }, dilations: { ints: dilations }, ...sides[config.padding as string] };
  const name = featuresLast(graph, graph.add('Conv', input, attributes), rank);
  return [{ name: activate(graph, layer.name, config.activation, name), mask: null }];
};

export const pooling =
  (operator: 'MaxPool' | 'AveragePool'): Operator =>
  ({ graph, layer, config, inputs: [x] }) => {
    refuseChannelsFirst(layer, config);
    const rank = x.shape.length;
    const attributes: Record<string, Attribute> = {
      kernel_shape: { ints: sizes(config.poolSize, rank - 2) },
      strides: { ints: sizes(config.strides ?? config.poolSize, rank - 2) },
      auto_pad: { s: config.padding === 'same' ? 'SAME_UPPER' : 'VALID' },
    };
    const pooled = graph.add(operator, [featuresFirst(graph, x.name, rank)], attributes);
    return [{ name: featuresLast(graph, pooled, rank), mask: null }];
  };

/** Every axis but the batch and the features becomes one number. */
export const globalPooling =
  (operator: 'ReduceMax' | 'ReduceMean'): Operator =>
  ({ graph, layer, config, inputs: [x] }) => {
    refuseChannelsFirst(layer, config);
    const axes = between(x.shape.length);
    return [{ name: graph.add(operator, [x.name], { axes: { ints: axes }, keepdims: { i: 0 } }), mask: null }];
  };
