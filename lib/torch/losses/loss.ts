/** What PyTorch's losses share. */
import type { tf } from '../../backend';

/** How the losses of single numbers become one. */
export type Reduction = 'mean' | 'sum' | 'none';

/** Options that every loss has. */
export interface LossOptions {
  /** Default `'mean'`. `'none'` gives the losses one by one. */
  reduction?: Reduction;
}

const reductions = ['mean', 'sum', 'none'];

/** @throws RangeError when there is no such reduction. */
export function checkReduction(loss: string, reduction: string | undefined, known = reductions): void {
  if (reduction === undefined || known.includes(reduction)) return;
  throw new RangeError(`torch.${loss}: reduction is '${known.join("', '")}'; got '${reduction}'.`);
}

/** The losses of single numbers as one, or as they are. */
export function reduce(losses: tf.Tensor, { reduction = 'mean' }: LossOptions): tf.Scalar {
  if (reduction === 'none') return losses as tf.Scalar;
  return reduction === 'sum' ? losses.sum() : losses.mean();
}

/** @throws RangeError when the shapes differ (PyTorch broadcasts some of them, which is hardly ever meant). */
export function checkShapes(loss: string, input: tf.Tensor, target: tf.Tensor): void {
  if (input.shape.join() === target.shape.join()) return;
  throw new RangeError(
    `torch.${loss} compares tensors of one shape; got the input [${input.shape}] and the target [${target.shape}].`,
  );
}
