/** Configurations of TensorFlow.js as Keras 3 reads them. */
import { withArticle } from '../../article';
import type { tf } from '../../backend';
import { endsMask, ignoresMask } from '../ignored-masks';
import {
  type Config,
  type Described,
  type TensorPlace,
  callOptions,
  isDescribed,
  isModel,
  kerasTensor,
  layersOf,
  nameOf,
  takesList,
} from './description';
import { getItem, keyOf } from './slices';
import { WrittenMasks } from './written-masks';

/** Layers of Keras 3; any other is refused, so that none leaves under a name that Keras does not know. */
const inKeras = new Set(
  (
    'Activation Add AdditiveAttention AlphaDropout Attention Average AveragePooling1D AveragePooling2D AveragePooling3D ' +
    'BatchNormalization Bidirectional CategoryEncoding CenterCrop Concatenate Conv1D Conv2D Conv2DTranspose Conv3D ' +
    'Conv3DTranspose ConvLSTM2D Cropping2D Dense DepthwiseConv2D Dot Dropout ELU Embedding Flatten GRU GRUCell ' +
    'GaussianDropout GaussianNoise GlobalAveragePooling1D GlobalAveragePooling2D GlobalMaxPooling1D GlobalMaxPooling2D ' +
    'InputLayer LSTM LSTMCell LayerNormalization LeakyReLU Masking MaxPooling1D MaxPooling2D MaxPooling3D Maximum Minimum ' +
    'MultiHeadAttention Multiply Normalization PReLU Permute RNN ReLU RepeatVector Rescaling Reshape Resizing SeparableConv2D SimpleRNN ' +
    'SimpleRNNCell Softmax SpatialDropout1D StackedRNNCells Subtract TimeDistributed UpSampling2D ZeroPadding1D ZeroPadding2D'
  ).split(' '),
);

/** Options that only the layers here have, or that Keras takes from an InputLayer. */
const ownOptions = new Set([
  ...callOptions,
  'batch_input_shape',
  'input_dtype',
  'input_d_type',
  'input_length',
  'implementation',
]);

/** The options of Keras's layer, where the stock one of TensorFlow.js writes others as well. */
const only: Record<string, string[]> = {
  RNN: 'name trainable dtype cell return_sequences return_state go_backwards stateful unroll zero_output_for_mask'.split(
    ' ',
  ),
  SpatialDropout1D: 'name dtype rate seed'.split(' '),
};

/** Keras 3's description of a model. @throws Error that names the layer which Keras does not have. */
export function toKerasModel(model: tf.LayersModel): Described {
  const topology = model.toJSON(null, false) as unknown as Described;
  return modelTo(topology, model);
}

function modelTo(described: Described, model: tf.LayersModel): Described {
  const entries = layersOf(described);
  const inner = (entry: Described) => model.layers.find(({ name }) => name === nameOf(entry));
  const { name } = described.config;
  if (described.class_name === 'Sequential') {
    const part = entries.find((entry) => entry.class_name === 'Slice');
    if (part)
      throw new Error(
        `Layer "${nameOf(part)}" is a Slice, which Keras 3 does not have in a Sequential model; make it with tf.model({ inputs, outputs }).`,
      );
    const layers = entries.map((entry) => layerTo(entry, inner(entry)));
    if (layers[0]?.class_name !== 'InputLayer') layers.unshift(inputLayer(model));
    return { module: 'keras', class_name: 'Sequential', config: { name, layers }, registered_name: null };
  }
  const shapeOf = ([layer, , tensor]: TensorPlace) => outputOf(model, layer, tensor);
  const models = new Set(entries.filter(isModel).map(nameOf));
  const masks = new WrittenMasks();
  const layers = entries.map((entry) => {
    const nodes = (entry.inbound_nodes ?? []) as TensorPlace[][];
    const inbound_nodes = nodes.map((places) => {
      const call = callTo(entry, places, shapeOf, models, inner(entry));
      const [first] = places;
      const isWalk = call.kwargs.initial_state !== undefined && !ignoresMask(inner(entry)!);
      const mask = isWalk ? masks.of(shapeOf(first)!) : undefined;
      return mask ? { ...call, kwargs: { ...call.kwargs, mask } } : call;
    });
    return { ...layerTo(entry, inner(entry)), inbound_nodes };
  });
  layers.push(...masks.operations);
  const single = (places: unknown) =>
    Array.isArray(places) && places.length === 1 ? (places as unknown[])[0] : places;
  const { input_layers, output_layers } = described.config;
  const written = { name, layers, input_layers: single(input_layers), output_layers: single(output_layers) };
  const config = model.layers.some(makesMasks) ? renamed(written) : written;
  return { module: 'keras.src.models.functional', class_name: 'Functional', config, registered_name: 'Functional' };
}

const makesMasks = (layer: tf.layers.Layer): boolean =>
  layer.getClassName() === 'Masking' || (layer as { maskZero?: boolean }).maskZero === true;

/**
 * A graph whose Concatenate layers do not have the names that Keras gives to the operations which join masks when it builds the graph
 * again: it refuses two of one name.
 */
function renamed(graph: Config): Config {
  const other = (name: unknown) => (/^concatenate(_\d+)?$/.test(String(name)) ? `${String(name)}_layer` : name);
  const place = (value: unknown): unknown => {
    if (!Array.isArray(value)) return value;
    return Array.isArray(value[0]) ? value.map(place) : [other(value[0]), ...(value as unknown[]).slice(1)];
  };
  const replace = (key: string, value: unknown) =>
    key === 'name' ? other(value) : /^(keras_history|(in|out)put_layers)$/.test(key) ? place(value) : value;
  return JSON.parse(JSON.stringify(graph, replace)) as Config;
}

function inputLayer(model: tf.LayersModel): Described {
  const [{ shape, dtype }] = model.inputs;
  const name = `${model.name}_input`;
  return described('keras.layers', 'InputLayer', { name, batch_shape: shape, dtype }, name);
}

const described = (module: string, class_name: string, config: Config, name?: string): Described => ({
  module,
  class_name,
  config,
  registered_name: null,
  ...(name === undefined ? {} : { name }),
});

function layerTo(entry: Described, layer: tf.layers.Layer | undefined): Described {
  const name = nameOf(entry);
  if (isModel(entry)) return { ...modelTo(entry, layer as tf.LayersModel), name };
  if (entry.class_name === 'Slice') return operation(getItem.class_name, { name });
  if (layer && endsMask(layer) && operations.has(entry.class_name)) {
    const { axis } = entry.config;
    return operation(entry.class_name, { name, ...(axis === undefined ? {} : { axis }) });
  }
  if (!inKeras.has(entry.class_name))
    throw new Error(`Layer "${name}" is ${withArticle(entry.class_name)}, which Keras 3 does not have.`);
  return described('keras.layers', entry.class_name, configTo(entry, layer), name);
}

/** Layers that leave as Keras's operation of the same name where they pass no mask on: its layer would. */
const operations = new Set(['Add', 'Concatenate', 'Maximum', 'Minimum', 'Multiply', 'Subtract']);

const operation = (class_name: string, config: Config): Described => ({
  module: getItem.module,
  class_name,
  config,
  registered_name: class_name,
  name: String(config.name),
});

function configTo(entry: Described, layer: tf.layers.Layer | undefined): Config {
  const config: Config = {};
  for (const [key, value] of Object.entries(entry.config)) {
    if (ownOptions.has(key) || (only[entry.class_name] && !only[entry.class_name].includes(key))) continue;
    if (key.endsWith('activation')) config[key] = activationTo(nameOf(entry), value);
    else if (['layer', 'backward_layer', 'cell'].includes(key) && isDescribed(value))
      config[key] = layerTo(value, wrapped(layer));
    else if (key === 'cells') config.cells = (value as Described[]).map((cell) => layerTo(cell, undefined));
    else config[key] = objectTo(key, value);
  }
  if (entry.class_name === 'InputLayer') {
    config.batch_shape = entry.config.batch_input_shape;
    config.dtype ??= 'float32';
  }
  if (entry.class_name === 'LeakyReLU') {
    config.negative_slope = config.alpha;
    delete config.alpha;
  }
  return config;
}

const wrapped = (layer: tf.layers.Layer | undefined): tf.layers.Layer | undefined =>
  (layer as { layer?: tf.layers.Layer } | undefined)?.layer;

const modules: [suffix: RegExp, module: string][] = [
  [/initializer$/, 'keras.initializers'],
  [/regularizer$/, 'keras.regularizers'],
  [/constraint$/, 'keras.constraints'],
];

function objectTo(key: string, value: unknown): unknown {
  const module = modules.find(([suffix]) => suffix.test(key))?.[1];
  return module && isDescribed(value) ? described(module, value.class_name, value.config) : value;
}

function activationTo(layer: string, value: unknown): unknown {
  if (value === 'hard_sigmoid' || value === 'gelu_new')
    throw new Error(`Layer "${layer}" has the activation ${value}, which is another function in Keras 3 or none.`);
  return value;
}

function outputOf(model: tf.LayersModel, name: string, tensor: number): tf.SymbolicTensor | undefined {
  const layer = model.getLayer(name);
  const [node] = layer.inboundNodes;
  return node?.outputTensors[tensor];
}

const recurrent = new Set(['LSTM', 'GRU', 'SimpleRNN', 'RNN', 'Bidirectional', 'ConvLSTM2D']);

/** A call of a layer as Keras 3 writes it. */
function callTo(
  entry: Described,
  places: TensorPlace[],
  outputAt: (place: TensorPlace) => tf.SymbolicTensor | undefined,
  models: Set<string>,
  layer: tf.layers.Layer | undefined,
): { args: unknown[]; kwargs: Config } {
  const tensors = places.map((place) => {
    const output = outputAt(place);
    const [layer, node, tensor] = place;
    const history: TensorPlace = [layer, models.has(layer) ? node - 1 : node, tensor]; // a model's own graph counts as its first call here
    return kerasTensor(output?.shape ?? [null], output?.dtype ?? 'float32', history);
  });
  const given = callOptions.filter((option) => entry.config[option] === true);
  const kwargs: Config = Object.fromEntries(given.map((option) => [option, true]));
  const [first, ...rest] = tensors;
  const kind = entry.class_name;
  if (kind === 'Slice') return { args: [first, keyOf(entry.config)], kwargs };
  const isPair = layer !== undefined && endsMask(layer) && operations.has(kind) && kind !== 'Concatenate';
  if (isPair) return { args: tensors, kwargs };
  if (takesList.has(kind)) return { args: [tensors], kwargs };
  if (kind === 'MultiHeadAttention') return { args: rest.length === 0 ? [first, first] : tensors, kwargs };
  if (recurrent.has(kind))
    return { args: [first], kwargs: rest.length === 0 ? kwargs : { ...kwargs, initial_state: rest } };
  return { args: [tensors.length === 1 ? first : tensors], kwargs };
}
