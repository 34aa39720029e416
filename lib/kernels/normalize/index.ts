/** Mean 0 and variance 1 over some axes of each example (Ba, Kiros and Hinton 2016), with its gradient in few operations. */
import { tf } from '../../backend';

/**
 * `(x - mean) / √(variance + epsilon)` over `axes`, the last unless told; the shape stays. With r = 1/√(variance + ε) and y the result, the
 * gradient is `r (dy - mean(dy) - y mean(dy y))`: seven operations, where that of TensorFlow.js's own layer takes thousands (tfjs#2120).
 *
 * @example
 * console.log(kernels.normalize(tf.tensor2d([[1, 3]]), 1e-6).round().arraySync()); // [ [ -1, 1 ] ]
 */
export function normalize<T extends tf.Tensor>(x: T, epsilon: number, axes: readonly number[] = [x.rank - 1]): T {
  const over = [...axes];
  const compute = tf.customGrad((input, save) => {
    const centred = tf.sub(input as tf.Tensor, tf.mean(input as tf.Tensor, over, true));
    const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), over, true), epsilon));
    const value = tf.mul(centred, inverse);
    (save as tf.GradSaveFunc)([value, inverse]);
    const gradFunc = (dy: tf.Tensor, [y, r]: tf.Tensor[]): tf.Tensor => {
      const along = tf.mul(y, tf.mean(tf.mul(dy, y), over, true));
      return tf.mul(tf.sub(tf.sub(dy, tf.mean(dy, over, true)), along), r);
    };
    return { value, gradFunc };
  });
  return compute(x) as T;
}
