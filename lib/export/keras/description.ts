/** What Keras's configuration files are made of, and the walk through them that both directions share. */

/** JSON of a configuration, in Python's snake_case. */
export type Config = Record<string, unknown>;

/** A layer, or anything else that has a class, as Keras 3 describes it; Keras 2 and TensorFlow.js give the class and configuration only. */
export interface Described {
  module?: string;
  class_name: string;
  config: Config;
  registered_name?: string | null;
  name?: string;
  inbound_nodes?: unknown[];
}

/** One tensor of a graph: the layer that makes it, which of its calls, which of the outputs. */
export type TensorPlace = [layer: string, node: number, tensor: number];

export const isDescribed = (value: unknown): value is Described =>
  isObject(value) && typeof value.class_name === 'string' && isObject(value.config);

export const isObject = (value: unknown): value is Config =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a value is a tensor's place in a graph, as configurations before Keras 3 write it. */
export const isPlace = (value: unknown): value is TensorPlace =>
  Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'number' && typeof value[2] === 'number';

/** Classes of models, of which a model may have others inside. */
export const isModel = ({ class_name: kind }: Described): boolean => /^(Functional|Model|Sequential)$/.test(kind);

/** A layer's name, for sentences and for its place in a graph, of letters that TensorFlow.js and Keras 3 take. */
export const nameOf = (layer: Described): string => plainName(layer.name ?? layer.config.name);

export const plainName = (name: unknown): string =>
  String(name)
    .replace(/[^\w.-]+/g, '_')
    .replace(/^[^A-Za-z0-9]+(?=.)/, '');

/** The layers of a model, in its order. @throws Error when it lists none. */
export function layersOf(model: Described): Described[] {
  const { config } = model;
  const layers: unknown = Array.isArray(config) ? config : config.layers; // Keras before 2.2 gave a bare list
  if (!Array.isArray(layers) || !layers.every(isDescribed))
    throw new Error(`The ${model.class_name} "${nameOf(model)}" lists no layers.`);
  return layers;
}

/** Layers that take a list of tensors as their one argument in Keras. */
export const takesList = new Set(
  'Add Average Concatenate Dot Maximum Minimum Multiply Subtract Attention AdditiveAttention'.split(' '),
);

/** Options that are arguments of a call in Keras, and of the layer here. */
export const callOptions = ['use_causal_mask', 'return_attention_scores'];

/** A tensor of a graph as Keras 3 writes it. */
export const kerasTensor = (shape: readonly (number | null)[], dtype: string, keras_history: TensorPlace): object => ({
  class_name: '__keras_tensor__',
  config: { shape, dtype, keras_history },
});
