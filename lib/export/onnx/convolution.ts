/** Convolution and pooling over time: ONNX has the features before the time. */
import type { tf } from '../../backend';
import { activate } from './activations';
import type { Graph } from './graph';
import type { Operator } from './operator';
import type { Attribute } from './proto';

const swapped = (graph: Graph, x: string): string => graph.add('Transpose', [x], { perm: { ints: [0, 2, 1] } });

const size = (value: unknown): number => ([value].flat() as number[])[0];

const refuseChannelsFirst = (layer: tf.layers.Layer, config: Record<string, unknown>): void => {
  if (config.dataFormat === 'channelsFirst')
    throw new Error(`Layer "${layer.name}" has its channels first, which cannot go to ONNX.`);
};

export const convolution: Operator = ({ graph, layer, config, inputs: [x] }) => {
  refuseChannelsFirst(layer, config);
  const [kernel, bias] = layer.weights;
  const [width, stride, dilation] = [config.kernelSize, config.strides, config.dilationRate].map(size);
  const reach = dilation * (width - 1);
  const sides: Record<string, Record<string, Attribute>> = {
    valid: {},
    causal: { pads: { ints: [reach, 0] } },
    same:
      stride === 1
        ? { pads: { ints: [Math.floor(reach / 2), Math.ceil(reach / 2)] } }
        : { auto_pad: { s: 'SAME_UPPER' } },
  };
  const input = [
    swapped(graph, x.name),
    graph.weight(`${kernel.name}/transposed`, () => (kernel.read() as tf.Tensor3D).transpose([2, 1, 0])),
    ...(bias ? [graph.weight(bias.name, () => bias.read().clone())] : []),
  ];
  const attributes = { strides: { ints: [stride] }, dilations: { ints: [dilation] }, ...sides[String(config.padding)] };
  const name = swapped(graph, graph.add('Conv', input, attributes));
  return [{ name: activate(graph, layer.name, config.activation, name), mask: null }];
};

export const pooling =
  (operator: 'MaxPool' | 'AveragePool'): Operator =>
  ({ graph, layer, config, inputs: [x] }) => {
    refuseChannelsFirst(layer, config);
    const attributes: Record<string, Attribute> = {
      kernel_shape: { ints: [size(config.poolSize)] },
      strides: { ints: [size(config.strides ?? config.poolSize)] },
      auto_pad: { s: config.padding === 'same' ? 'SAME_UPPER' : 'VALID' },
    };
    return [{ name: swapped(graph, graph.add(operator, [swapped(graph, x.name)], attributes)), mask: null }];
  };
