/** The orthogonal initializer, without the slow factorization and the warning of TensorFlow.js. */
import { tf } from '../backend';
import { StockInitializer } from './identifiers';
import type { Config } from './stock';

interface NativeBackend {
  executeMultipleOutputs(name: string, attributes: object[], inputs: tf.Tensor[], outputs: number): tf.Tensor[];
  binding: { TF_ATTR_BOOL: number; TF_ATTR_TYPE: number; TF_FLOAT: number };
}

/**
 * A matrix with orthonormal rows or columns, whichever are fewer, times `gain`: the Q of the QR factorization of a matrix of
 * normal numbers, its signs chosen so that the diagonal of R is positive (Saxe et al. 2014, as in Keras). The same seed gives the
 * same numbers on every backend within rounding.
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

/** The Q of the QR factorization of `a` [long, short] with a positive diagonal of R. */
function orthonormalColumns(a: tf.Tensor): tf.Tensor {
  const backend = tf.backend() as unknown as NativeBackend;
  if (typeof backend.executeMultipleOutputs !== 'function') return gramSchmidt(a);
  const { TF_ATTR_BOOL, TF_ATTR_TYPE, TF_FLOAT } = backend.binding;
  const attributes = [
    { name: 'full_matrices', type: TF_ATTR_BOOL, value: false },
    { name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT },
  ];
  const [q, r] = backend.executeMultipleOutputs('Qr', attributes, [a], 2);
  const short = a.shape[1] as number;
  const diagonal = tf.gather(r.flatten(), tf.range(0, short * short, short + 1, 'int32'));
  return tf.mul(q, tf.where(tf.less(diagonal, 0), tf.scalar(-1), tf.scalar(1)));
}

/** Modified Gram-Schmidt in double precision, each column projected twice so that it stays orthogonal to rounding. */
function gramSchmidt(a: tf.Tensor): tf.Tensor {
  const [long, short] = a.shape;
  const rows = a.transpose().dataSync();
  const q = Array.from({ length: short }, (_, j) => Float64Array.from(rows.subarray(j * long, (j + 1) * long)));
  for (let j = 0; j < short; j++) {
    for (let pass = 0; pass < 2; pass++) {
      for (let k = 0; k < j; k++) {
        const projection = dot(q[j], q[k]);
        for (let i = 0; i < long; i++) q[j][i] -= projection * q[k][i];
      }
    }
    const norm = Math.sqrt(dot(q[j], q[j]));
    for (let i = 0; i < long; i++) q[j][i] /= norm;
  }
  const flat = new Float32Array(long * short);
  q.forEach((column, j) => flat.set(column, j * long));
  return tf.tensor2d(flat, [short, long]).transpose();
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
