/** Masks as a layer's `call` finds them. */
import type { tf } from '../backend';
import { maskOf, type Mask } from '../mends/masks';
import { type Kwargs, toList } from './stock';

export { maskOf };

/** The masks of a layer's inputs, from its `kwargs` or, where these say nothing, as the tensors carry them. */
export function inputMasks(inputs: tf.Tensor[], kwargs: Kwargs | undefined): Mask[] {
  const given = (kwargs?.masks ?? kwargs?.mask) as Mask | Mask[] | undefined;
  const masks = toList<Mask>(given);
  return inputs.map((input, k) => masks[k] ?? (kwargs?.masks ? null : maskOf(input)));
}
