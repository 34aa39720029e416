/** Orthonormal columns by plain loops. */
import { tf } from '../../backend';

/** Modified Gram-Schmidt in double precision, each column projected twice so that it stays orthogonal to rounding. */
export function gramSchmidt(a: tf.Tensor): tf.Tensor {
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
