/** Parts of tensors: what `x[:, -1]` is in the graphs of Keras 3, and `layers.slice` here. */
import { type Config, type Described, isObject, nameOf } from './description';

/** Where Keras has the operation, and its class. */
export const getItem = { module: 'keras.src.ops.numpy', class_name: 'GetItem' };

export const isGetItem = ({ class_name: kind }: Described): boolean => kind === getItem.class_name;

const slice = (start: number | null, stop: number | null): object => ({
  class_name: '__slice__',
  config: { start, stop, step: null },
});

/** The key of `x[key]` that is the same as a `layers.slice` with these options. */
export function keyOf({ axis, index, start, end }: Config): unknown[] {
  const before = Array.from({ length: axis as number }, () => slice(null, null));
  return [
    ...before,
    index === undefined ? slice((start as number) || null, (end as number | undefined) ?? null) : index,
  ];
}

/** The options of a `layers.slice` for an operation `x[key]`. @throws Error that names it when it takes another part */
export function sliceFrom(layer: Described): Config {
  const refuse = (what: string): never => {
    throw new Error(
      `Layer "${nameOf(layer)}" is x[…] with ${what}; a layer here takes one part of one axis, not of the batch.`,
    );
  };
  const [node] = layer.inbound_nodes ?? [];
  const args = isObject(node) && Array.isArray(node.args) ? (node.args as unknown[]) : [];
  const [tensor, given] = args;
  const shape = isObject(tensor) && isObject(tensor.config) ? (tensor.config.shape as unknown[]) : [];
  const key = expanded(Array.isArray(given) ? (given as unknown[]) : [given], shape.length);
  const parts = key.flatMap((part, axis) => (isWhole(part) ? [] : [{ part, axis }]));
  if (parts.length > 1) return refuse(`${parts.length} parts`);
  const [{ part, axis }] = parts.length === 1 ? parts : [{ part: slice(null, null), axis: 1 }];
  if (axis === 0) return refuse('a part of the batch');
  if (Number.isInteger(part)) return { name: nameOf(layer), axis, index: part };
  const bounds = isObject(part) && part.class_name === '__slice__' && isObject(part.config) ? part.config : undefined;
  if (!bounds) return refuse('a key that is no number or range');
  if (![null, 1].includes(bounds.step as number | null)) return refuse(`steps of ${String(bounds.step)}`);
  const end = bounds.stop === null ? {} : { end: bounds.stop };
  return { name: nameOf(layer), axis, start: bounds.start ?? 0, ...end };
}

const isWhole = (part: unknown): boolean =>
  isObject(part) &&
  isObject(part.config) &&
  part.class_name === '__slice__' &&
  part.config.start === null &&
  part.config.stop === null &&
  part.config.step === null;

/** A key with `...` written out. */
function expanded(key: unknown[], rank: number): unknown[] {
  const at = key.findIndex((part) => isObject(part) && part.class_name === '__ellipsis__');
  if (at < 0) return key;
  const all = Array.from({ length: Math.max(0, rank - key.length + 1) }, () => slice(null, null));
  return [...key.slice(0, at), ...all, ...key.slice(at + 1)];
}
