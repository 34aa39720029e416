/** What a layer becomes in a graph of ONNX. */
import type { tf } from '../../backend';
import type { Graph, Value } from './graph';

/** One output of a layer. Without a word about its mask it has that of the first input, where the layer lets masks through. */
export interface Result {
  name: string;
  mask?: string | null;
}

/** One call of a layer. */
export interface Call {
  graph: Graph;
  layer: tf.layers.Layer;
  /** The layer's options, in camelCase. */
  config: Record<string, unknown>;
  inputs: Value[];
}

/** Adds a layer to the graph. @throws Error that names the layer when the format cannot hold it. */
export type Operator = (call: Call) => Result[];
