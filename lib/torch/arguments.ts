/** Arguments as Python takes them: in order, by name, or the first ones in order and the others by name. */
import { tf } from '../backend';
import { checkOptions } from '../options';

/** What may be passed for the options `O`, whose order is `Names`: any number of them in order, then an object with others. */
export type Arguments<O, Names extends readonly unknown[], Before extends readonly unknown[] = [], Rest = O> =
  | (object extends Rest ? [...Before, Rest?] : [...Before, Rest])
  | (Names extends readonly [infer First extends keyof O, ...infer Others]
      ? Arguments<O, Others, [...Before, Exclude<O[First], undefined>], Omit<Rest, First>>
      : never);

/**
 * The arguments by name.
 * @param names every option of `owner`, in PyTorch's order.
 * @throws TypeError when there are too many, one is given twice, or a name is unknown: the nearest known one is offered.
 */
export function byName<O>(owner: string, names: readonly (keyof O & string)[], given: readonly unknown[]): Partial<O> {
  const last = given.at(-1);
  const options = isOptions(last) ? last : {};
  const inOrder = isOptions(last) ? given.slice(0, -1) : given;
  if (inOrder.length > names.length) {
    throw new TypeError(
      `${owner} takes at most ${names.length} arguments (${names.join(', ')}); got ${inOrder.length}.`,
    );
  }
  checkOptions(owner, options, names);
  const named: Record<string, unknown> = { ...options };
  inOrder.forEach((value, i) => {
    if (value === undefined) return;
    if (named[names[i]] !== undefined) throw new TypeError(`${owner} got ${names[i]} twice: in order and by name.`);
    named[names[i]] = value;
  });
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined)) as Partial<O>;
}

function isOptions(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof tf.Tensor) &&
    !ArrayBuffer.isView(value)
  );
}
