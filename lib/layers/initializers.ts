/** The orthogonal initializer, without the slow factorization and the warning of TensorFlow.js. */
import { tf } from '../backend';
import { orthonormalColumns } from '../kernels';
import { StockInitializer } from './identifiers';
import type { Config } from './stock';

/**
 * A matrix with orthonormal rows or columns, whichever are fewer, times `gain`: the Q of the QR factorization of a matrix of
 * normal numbers, its signs chosen so that the diagonal of R is positive (Saxe et al. 2014, as in Keras). The same seed gives the
 * same numbers on every backend within rounding.
 *
 * @example
 * const kernel = new layers.Orthogonal({ seed: 1 }).apply([3, 3]) as tf.Tensor2D;
 * const product = tf.matMul(kernel, kernel, false, true).mul(1000).round().abs();
 * console.log(String(product)); // Tensor [[1000, 0 , 0 ], [0 , 1000, 0 ], [0 , 0 , 1000]]
 */
export class Orthogonal extends StockInitializer {
  static readonly className = 'Orthogonal';
  readonly gain: number;
  readonly seed?: number;

  constructor(args: { gain?: number | null; seed?: number | null } = {}) {
    super();
    this.gain = args.gain ?? 1;
    this.seed = args.seed ?? undefined;
  }

  override apply(shape: number[]): tf.Tensor {
    if (shape.length < 2)
      throw new Error(`The orthogonal initializer needs at least two axes; it was given [${shape}].`);
    return tf.tidy(() => {
      const columns = shape[shape.length - 1];
      const rows = tf.util.sizeFromShape(shape) / columns;
      const [long, short] = [Math.max(rows, columns), Math.min(rows, columns)];
      const q = orthonormalColumns(tf.randomNormal([long, short], 0, 1, 'float32', this.seed));
      return tf.mul(rows < columns ? q.transpose() : q, this.gain).reshape(shape);
    });
  }

  override getConfig(): Config {
    return { gain: this.gain, seed: this.seed ?? null };
  }
}
