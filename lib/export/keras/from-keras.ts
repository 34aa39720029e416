/** Configurations of Keras 2 and 3 as TensorFlow.js reads them. */
import { tf } from '../../backend';
import {
  type Config,
  type Described,
  type TensorPlace,
  callOptions,
  isDescribed,
  isModel,
  isObject,
  isPlace,
  layersOf,
  nameOf,
} from './description';

/**
 * The description of a model of Keras, 2 or 3, as TensorFlow.js has it. Masks are left out: the layers pass them on as Keras's do.
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
  const used = usedLayers(layers, own);
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
  const { batch_input_shape, dtype } = first.config;
  return [{ ...second, config: { ...second.config, batch_input_shape, dtype } }, ...rest];
}

/** The layers on which a model's outputs depend by more than masks: Keras 3 writes the operations that make masks as layers. */
function usedLayers(layers: Described[], config: Config): Set<string> {
  const byName = new Map(layers.map((layer) => [nameOf(layer), layer]));
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
  checkClass(layer);
  const config = configFrom(layer);
  return { class_name: layer.class_name, config, name, inbound_nodes: nodesFrom(layer, config, models) };
}

function checkClass({ class_name: kind, config, registered_name: registered, ...layer }: Described): void {
  const known = tf.serialization.SerializationMap.getMap().classNameMap;
  if (Object.hasOwn(known, kind) && !(registered ?? '').includes('>')) return;
  throw new Error(
    `Layer "${nameOf({ class_name: kind, config, ...layer })}" is a ${kind}, which layers does not have.`,
  );
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

interface Call {
  inputs: TensorPlace[];
  options: Config;
}

/** One call of a layer in a graph, of either version: the tensors that it takes, in order, and the other arguments. */
function callOf(layer: Described, node: unknown): Call {
  if (isObject(node)) {
    const { args, kwargs } = node as { args?: unknown; kwargs?: Config };
    return callFrom(layer, args, kwargs ?? {});
  }
  const given = (isPlace(node) ? [node] : node) as unknown[];
  if (!Array.isArray(given)) throw new Error(`Layer "${nameOf(layer)}" is called in an unknown way.`);
  const kwargs = given.map((one) => (Array.isArray(one) && isObject(one[3]) ? one[3] : {}));
  return callFrom(layer, given, Object.assign({}, ...kwargs) as Config);
}

/** Arguments that are tensors, by name, in the order in which the layers here take them. */
const tensorArguments = ['inputs', 'sequences', 'query', 'value', 'key', 'initial_state'];

function callFrom(layer: Described, args: unknown, kwargs: Config): Call {
  const inputs = placesIn(args);
  for (const name of tensorArguments) inputs.push(...placesIn(kwargs[name]));
  const options: Config = {};
  for (const [name, value] of Object.entries(kwargs)) {
    if (tensorArguments.includes(name) || name === 'mask' || name === 'training' || value === null || value === false)
      continue;
    if (!callOptions.includes(name))
      throw new Error(
        `Layer "${nameOf(layer)}" (${layer.class_name}) is called with ${name}, which a model here does not keep.`,
      );
    options[name] = value;
  }
  if (kwargs.training === true)
    throw new Error(`Layer "${nameOf(layer)}" is always called with training=True; a model here cannot keep that.`);
  return { inputs, options };
}

/** The calls of a layer as lists of places; options of a call that belong to the layer here go into `config`. */
function nodesFrom(layer: Described, config: Config, models: Set<string>): unknown[] {
  return (layer.inbound_nodes ?? []).map((node) => {
    const { inputs, options } = callOf(layer, node);
    Object.assign(config, options);
    const own = isObject(node) ? 1 : 0; // Keras 3 does not count a model's own graph among its calls
    return inputs.map(([from, call, tensor]) => [from, models.has(from) ? call + own : call, tensor, {}]);
  });
}

/** Every tensor's place in an argument, at whatever depth. */
function placesIn(value: unknown): TensorPlace[] {
  if (isPlace(value)) return [value.slice(0, 3) as TensorPlace];
  if (Array.isArray(value)) return value.flatMap(placesIn);
  if (!isObject(value)) return [];
  if (value.class_name === '__keras_tensor__' && isObject(value.config)) return placesIn(value.config.keras_history);
  return Object.values(value).flatMap(placesIn);
}
