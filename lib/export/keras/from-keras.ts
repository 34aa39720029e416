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
  plainName,
} from './description';
import { type GivenMasks, givenMasks } from './masks';
import { isOperation, layerOfOperation } from './operations';

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
    return { class_name, config: { name: plainName(own.name), layers: converted } };
  }
  const byName = new Map(layers.map((layer) => [nameOf(layer), layer]));
  const masks = givenMasks(byName);
  const used = usedLayers(byName, own, masks);
  const models = new Set(layers.filter(isModel).map(nameOf));
  const converted = layers.filter((layer) => used.has(nameOf(layer))).map((layer) => layerFrom(layer, models));
  return {
    class_name,
    config: {
      name: plainName(own.name),
      layers: converted.flatMap((layer) => withMasks(layer, masks.get(nameOf(layer)))),
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
function usedLayers(byName: Map<string, Described>, config: Config, masks: GivenMasks): Set<string> {
  const used = new Set<string>();
  const pending = [...placesIn(config.output_layers), ...placesIn(config.input_layers)].map(([name]) => name);
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (used.has(name)) continue;
    const layer = byName.get(name);
    if (!layer) throw new Error(`The model names the layer "${name}", which it does not hold.`);
    used.add(name);
    for (const node of layer.inbound_nodes ?? []) pending.push(...callOf(layer, node).inputs.map(([from]) => from));
    for (const place of masks.get(name) ?? []) if (place) pending.push(place[0]);
  }
  return used;
}

/** A layer, and before it what gives the first input of each of its calls the mask that was given by hand. */
function withMasks(layer: Described, masks: (TensorPlace | undefined)[] | undefined): Described[] {
  if (!masks) return [layer];
  const makers: Described[] = [];
  const inbound_nodes = ((layer.inbound_nodes ?? []) as unknown[][]).map((inputs, k) => {
    const mask = masks[k];
    if (!mask) return inputs;
    const name = `${nameOf(layer)}_mask${k === 0 ? '' : `_${k}`}`;
    makers.push({ class_name: 'SequenceMask', config: { name }, name, inbound_nodes: [[inputs[0], [...mask, {}]]] });
    return [[name, 0, 0, {}], ...inputs.slice(1)];
  });
  return [...makers, { ...layer, inbound_nodes }];
}

function layerFrom(layer: Described, models = new Set<string>()): Described {
  const name = nameOf(layer);
  if (isModel(layer)) {
    const converted = fromKerasModel(layer);
    return { ...converted, name, inbound_nodes: nodesFrom(layer, converted.config, models) };
  }
  if (isOperation(layer)) {
    const { class_name, config } = layerOfOperation(layer);
    return { class_name, config: { ...config, name }, name, inbound_nodes: nodesFrom(layer, config, models) };
  }
  if (layer.class_name === 'Identity') return layerFrom(asLinear(layer), models);
  checkClass(layer);
  const config = { ...configFrom(layer), name };
  return { class_name: layer.class_name, config, name, inbound_nodes: nodesFrom(layer, config, models) };
}

/** A layer that does nothing: TensorFlow.js has an initializer of the name Identity. */
const asLinear = (layer: Described): Described => ({
  ...layer,
  class_name: 'Activation',
  config: { ...layer.config, activation: 'linear' },
});

function checkClass({ class_name: kind, registered_name: registered, ...layer }: Described): void {
  const known = tf.serialization.SerializationMap.getMap().classNameMap;
  const isLayer = Object.hasOwn(known, kind) && known[kind][0].prototype instanceof tf.layers.Layer;
  if (!isLayer || (registered ?? '').includes('>'))
    throw new Error(
      `Layer "${nameOf({ class_name: kind, ...layer })}" is ${withArticle(kind)}, which layers does not have.`,
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
    } else if (key === 'data_format' && value === 'channels_first' && /(Pooling|Padding)1D$/.test(layer.class_name))
      refuse('its channels first');
    else if (key === 'dtype') config.dtype = dtypeFrom(value);
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
  const known = tf.serialization.SerializationMap.getMap().classNameMap;
  const own = name.replace(/_+(\w)/g, (_all, letter: string) => letter.toUpperCase());
  if (![name, own].some((one) => Object.hasOwn(known, one)) && name !== 'silu') return refuse(`the activation ${name}`);
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
