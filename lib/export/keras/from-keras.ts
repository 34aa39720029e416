/** Configurations of Keras 2 and 3 as TensorFlow.js reads them. */
import { withArticle } from '../../article';
import { tf } from '../../backend';
import { callOf, placesIn } from './calls';
import {
  type Config,
  type Described,
  type TensorPlace,
  isDescribed,
  isModel,
  isObject,
  layersOf,
  nameOf,
} from './description';
import { checkMasks } from './masks';
import { isGetItem, sliceFrom } from './slices';

/**
 * The description of a model of Keras, 2 or 3, as TensorFlow.js has it. The masks that Keras's layers make are left out: the layers here
 * pass them on as Keras's do.
 * @throws Error that names the layer when there is none of its kind here, or it does what the one here cannot.
 */
export function fromKerasModel(model: Described): Described {
  const class_name = model.class_name === 'Sequential' ? 'Sequential' : 'Functional';
  const layers = layersOf(model);
  const own: Config = Array.isArray(model.config) ? { name: 'sequential' } : model.config;
  if (class_name === 'Sequential') {
    const converted = withoutInput(layers.map((layer) => layerFrom(layer)));
    return { class_name, config: { name: own.name, layers: converted } };
  }
  const byName = new Map(layers.map((layer) => [nameOf(layer), layer]));
  checkMasks(byName);
  const used = usedLayers(byName, own);
  const models = new Set(layers.filter(isModel).map(nameOf));
  return {
    class_name,
    config: {
      name: own.name,
      layers: layers.filter((layer) => used.has(nameOf(layer))).map((layer) => layerFrom(layer, models)),
      input_layers: placesIn(own.input_layers),
      output_layers: placesIn(own.output_layers),
    },
  };
}

/** The first layer says the shape of the input itself, as the sequential models of TensorFlow.js have it. */
function withoutInput([first, second, ...rest]: Described[]): Described[] {
  if (first?.class_name !== 'InputLayer' || !second || isModel(second)) return [first, second, ...rest].filter(Boolean);
  const { batch_input_shape } = first.config;
  return [{ ...second, config: { ...second.config, batch_input_shape } }, ...rest];
}

/** The layers on which a model's outputs depend by more than masks: Keras 3 writes the operations that make masks as layers. */
function usedLayers(byName: Map<string, Described>, config: Config): Set<string> {
  const used = new Set<string>();
  const pending = [...placesIn(config.output_layers), ...placesIn(config.input_layers)].map(([name]) => name);
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (used.has(name)) continue;
    const layer = byName.get(name);
    if (!layer) throw new Error(`The model names the layer "${name}", which it does not hold.`);
    used.add(name);
    for (const node of layer.inbound_nodes ?? []) pending.push(...callOf(layer, node).inputs.map(([from]) => from));
  }
  return used;
}

function layerFrom(layer: Described, models = new Set<string>()): Described {
  const name = nameOf(layer);
  if (isModel(layer)) {
    const converted = fromKerasModel(layer);
    return { ...converted, name, inbound_nodes: nodesFrom(layer, converted.config, models) };
  }
  if (isGetItem(layer)) {
    const config = sliceFrom(layer);
    return { class_name: 'Slice', config, name, inbound_nodes: nodesFrom(layer, config, models) };
  }
  checkClass(layer);
  const config = configFrom(layer);
  return { class_name: layer.class_name, config, name, inbound_nodes: nodesFrom(layer, config, models) };
}

/** Operations of Keras 3 on tensors, as in `x + y`, that are what the layer of that name does. */
const operations = new Set(['Add', 'Concatenate', 'Maximum', 'Minimum', 'Multiply', 'Subtract']);

function checkClass(layer: Described): void {
  const { class_name: kind, module = '', registered_name: registered } = layer;
  const refuse = (what: string): never => {
    throw new Error(`Layer "${nameOf(layer)}" is ${what}, which layers does not have.`);
  };
  if (module.startsWith('keras.src.ops')) {
    if (!operations.has(kind)) refuse(`the operation ${kind}`);
    if ((layer.inbound_nodes ?? []).some((node) => callOf(layer, node).inputs.length < 2))
      refuse(`the operation ${kind} with a number`);
  }
  const known = tf.serialization.SerializationMap.getMap().classNameMap;
  if (!Object.hasOwn(known, kind) || (registered ?? '').includes('>')) refuse(withArticle(kind));
}

/** Options that Keras has and layers here do not, with the values at which they have no effect. */
const inert: Record<string, unknown[]> = {
  keepdims: [false],
  rms_scaling: [false],
  renorm: [false],
  use_gate: [false],
  sliding_window: [null],
  groups: [1],
  time_major: [false],
  threshold: [0, null],
  ragged: [false],
};

function configFrom(layer: Described): Config {
  const config: Config = {};
  const refuse = (what: string): never => {
    throw new Error(`Layer "${nameOf(layer)}" (${layer.class_name}) has ${what}, which the one of layers does not.`);
  };
  for (const [key, value] of Object.entries(layer.config)) {
    if (Object.hasOwn(inert, key) && value !== undefined) {
      if (!inert[key].includes(value)) refuse(`${key} ${JSON.stringify(value)}`);
    } else if (key === 'dtype') config.dtype = dtypeFrom(value);
    else if (key === 'batch_shape') config.batch_input_shape = value;
    else if (key.endsWith('activation')) config[key] = activationFrom(value, refuse);
    else if (key === 'axis' && Array.isArray(value) && value.length === 1) config.axis = (value as unknown[])[0];
    else if (['layer', 'backward_layer', 'cell'].includes(key) && isDescribed(value)) config[key] = layerFrom(value);
    else if (key === 'cells' && Array.isArray(value))
      config.cells = (value as Described[]).map((cell) => layerFrom(cell));
    else config[key] = objectFrom(value);
  }
  if (layer.class_name === 'LeakyReLU') config.alpha = config.negative_slope ?? config.alpha;
  else if (config.negative_slope) refuse('a negative_slope');
  delete config.negative_slope;
  if (config.data_format === null) delete config.data_format;
  return config;
}

/** An initializer, a regularizer or a constraint: its class and configuration, without Keras 3's notes about modules. */
function objectFrom(value: unknown): unknown {
  if (!isDescribed(value)) return value;
  const config = Object.fromEntries(Object.entries(value.config).filter(([key]) => !/^(in|out)put_axes$/.test(key)));
  if (/^L[12]$/.test(value.class_name)) return { class_name: 'L1L2', config: { l1: 0, l2: 0, ...config } };
  return { class_name: value.class_name, config };
}

/** The name of the type of a layer's numbers; those of mixed precision are float32 here. */
function dtypeFrom(value: unknown): string {
  const name = isDescribed(value) ? value.config.name : value;
  return ['int32', 'bool', 'string'].includes(name as string)
    ? (name as string)
    : /^u?int/.test(String(name))
      ? 'int32'
      : 'float32';
}

function activationFrom(value: unknown, refuse: (what: string) => never): unknown {
  const name = isDescribed(value) ? (value.config as unknown) : value;
  if (name === null || name === undefined) return 'linear';
  if (typeof name !== 'string') return refuse('an activation of its own');
  if (name === 'hard_sigmoid') return refuse('the activation hard_sigmoid: clip((x + 3) / 6) in Keras 3');
  return name === 'silu' ? 'swish' : name;
}

/** The calls of a layer as lists of places; options of a call that belong to the layer here go into `config`. */
function nodesFrom(layer: Described, config: Config, models: Set<string>): unknown[] {
  return (layer.inbound_nodes ?? []).map((node) => {
    const { inputs, options } = callOf(layer, node);
    Object.assign(config, options);
    const own = isObject(node) ? 1 : 0; // Keras 3 does not count a model's own graph among its calls
    return withoutRepetition(layer, inputs).map(([from, call, tensor]) => [
      from,
      models.has(from) ? call + own : call,
      tensor,
      {},
    ]);
  });
}

/** Attention over itself takes one tensor: TensorFlow.js disposes of one that a layer takes twice while others still need it. */
const withoutRepetition = (layer: Described, inputs: TensorPlace[]): TensorPlace[] =>
  layer.class_name === 'MultiHeadAttention' && inputs.every((input) => String(input) === String(inputs[0]))
    ? inputs.slice(0, 1)
    : inputs;
