/** Calls of layers in the graphs of Keras: which tensors a layer takes, and with which other arguments. */
import {
  type Config,
  type Described,
  type TensorPlace,
  callOptions,
  isObject,
  isPlace,
  nameOf,
  plainName,
} from './description';

/** One call of a layer, of either version of Keras. */
export interface Call {
  /** The tensors that it takes, in the order of the layers here. */
  inputs: TensorPlace[];
  /** The tensors that it is given as masks. */
  masks: TensorPlace[];
  options: Config;
}

/** @throws Error that names the layer when a model here cannot keep an argument of the call. */
export function callOf(layer: Described, node: unknown): Call {
  if (isObject(node)) {
    const { args, kwargs } = node as { args?: unknown; kwargs?: Config };
    return callFrom(layer, args, kwargs ?? {});
  }
  const given = (isPlace(node) ? [node] : node) as unknown[];
  if (!Array.isArray(given)) throw new Error(`Layer "${nameOf(layer)}" is called in an unknown way.`);
  const kwargs = given.map((one) => (Array.isArray(one) && isObject(one[3]) ? one[3] : {}));
  return callFrom(layer, given, Object.assign({}, ...kwargs) as Config);
}

/** Every tensor's place in an argument, at whatever depth. */
export function placesIn(value: unknown): TensorPlace[] {
  if (isPlace(value)) return [[plainName(value[0]), value[1], value[2]]];
  if (Array.isArray(value)) return value.flatMap(placesIn);
  if (!isObject(value)) return [];
  if (value.class_name === '__keras_tensor__' && isObject(value.config)) return placesIn(value.config.keras_history);
  return Object.keys(value)
    .sort()
    .flatMap((key) => placesIn(value[key])); // as Keras lists what has names
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
  return { inputs, masks: placesIn(kwargs.mask), options };
}
