/** The Q of a QR factorization. */
import { nativeOp, tf } from '../../backend';
import { portableTier, type Tier } from '../tier';
import { gramSchmidt } from './portable';

export const qrTiers: readonly Tier[] = [
  { name: 'tensorflow', condition: 'TensorFlow', isHere: () => nativeOp('Qr') !== undefined },
  portableTier,
];

/**
 * The Q of the QR factorization of `a` `[long, short]` with a positive diagonal of R; on every backend the same within rounding.
 *
 * @example
 * const q = kernels.orthonormalColumns(tf.randomNormal([4, 2], 0, 1, 'float32', 1)) as tf.Tensor2D;
 * console.log(tf.matMul(q, q, true).mul(1000).round().abs().arraySync()); // [ [ 1000, 0 ], [ 0, 1000 ] ]
 */
export function orthonormalColumns(a: tf.Tensor): tf.Tensor {
  const factorize = nativeOp('Qr');
  if (!factorize) return gramSchmidt(a);
  const [q, r] = factorize({ full_matrices: false, T: { type: 'float32' } }, [a], 2);
  const short = a.shape[1] as number;
  const diagonal = tf.gather(r.flatten(), tf.range(0, short * short, short + 1, 'int32'));
  return tf.mul(q, tf.where(tf.less(diagonal, 0), tf.scalar(-1), tf.scalar(1)));
}
