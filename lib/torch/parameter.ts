/** How modules make their parameters, and check what they are made of. */
import { tf } from '../backend';
import { shown } from '../options';

/** A parameter of the given shape with these first values, in C order. */
export function parameter<R extends tf.Rank>(values: Float32Array, shape: tf.ShapeMap[R]): tf.Variable<R> {
  return tf.tidy(() => tf.variable(tf.tensor<R>(values, shape)));
}

/** @throws RangeError naming the first size that is no positive integer. */
export function checkSizes(module: string, sizes: Record<string, number>): void {
  for (const [name, n] of Object.entries(sizes)) {
    if (!Number.isSafeInteger(n) || n < 1) {
      throw new RangeError(`torch.${module}: ${name} is an integer of 1 or more; got ${n}.`);
    }
  }
}

/** @throws RangeError when an input is not float32 or its last axis has another width. */
export function checkFeatures(module: string, x: tf.Tensor, features: number): void {
  if (!(x instanceof tf.Tensor)) {
    throw new RangeError(`torch.${module} takes a tensor; got ${shown(x)}. Make it one by tf.tensor(x).`);
  }
  if (x.dtype !== 'float32') {
    throw new RangeError(`torch.${module} takes float32; got ${x.dtype}. Convert it by x.toFloat().`);
  }
  if (x.rank === 0 || x.shape[x.rank - 1] !== features) {
    throw new RangeError(`torch.${module} takes an input whose last axis is ${features} wide; got [${x.shape}].`);
  }
}
