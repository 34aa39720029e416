/** The classes of TensorFlow.js that this room extends or replaces, taken from its registry before ours take their place. */
import { tf } from '../backend';

export { firstShape, inputShapes } from '../mends/input-shapes';

/** Options of every layer: its name, the shape and type of its input, whether it is trained. */
export type LayerArgs = NonNullable<ConstructorParameters<typeof tf.layers.Layer>[0]>;
export type Config = tf.serialization.ConfigDict;
export type Kwargs = { [key: string]: unknown };
export type TensorOrSymbolic = tf.Tensor | tf.SymbolicTensor;

/** The constructor of a layer of TensorFlow.js whose class it does not export. */
export type StockClass<Args, Instance extends tf.layers.Layer = tf.layers.Layer> = (new (args: Args) => Instance) &
  Pick<typeof tf.layers.Layer, 'fromConfig'>;

const registry = tf.serialization.SerializationMap.getMap().classNameMap;
const stock = new Map(Object.entries(registry).map(([name, [constructor]]) => [name, constructor]));

/** The class that TensorFlow.js itself registered under `name`; throws when it has none. */
export function stockClass<T>(name: string): T {
  const found = stock.get(name);
  if (!found) throw new Error(`TensorFlow.js ${tf.version.tfjs} registers no class "${name}".`);
  return found as unknown as T;
}

/** A tensor, or the first of a list of tensors. */
export function first<T>(value: T | T[]): T {
  return Array.isArray(value) ? value[0] : value;
}

/** A list, also of a single value; empty for `null` and `undefined`. */
export function toList<T>(value: T | T[] | null | undefined): T[] {
  if (value === null || value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
