/** Softmax along any axis. */
import { tf } from '../backend';

/** Softmax along axis `dim`; negative axes count from the end. @throws RangeError when there is no such axis. */
export function softmax(x: tf.Tensor, dim = -1): tf.Tensor {
  return along(x, dim, (rows) => tf.softmax(rows));
}

/** The logarithm of {@link softmax}. @throws RangeError when there is no such axis. */
export function logSoftmax(x: tf.Tensor, dim = -1): tf.Tensor {
  return along(x, dim, (rows) => tf.logSoftmax(rows));
}

/** `[n, classes, d1, …]` as `[n, d1, …, classes]`. */
export function classAxisLast(x: tf.Tensor): tf.Tensor {
  return x.rank > 2 ? x.transpose([0, ...x.shape.slice(2).map((_, i) => i + 2), 1]) : x;
}

function along(x: tf.Tensor, dim: number, compute: (x: tf.Tensor) => tf.Tensor): tf.Tensor {
  const axis = dim < 0 ? dim + x.rank : dim;
  if (!(axis in x.shape)) throw new RangeError(`softmax: the shape [${x.shape}] has no axis ${dim}.`);
  const last = x.rank - 1;
  if (axis === last) return compute(x);
  const swapped = x.shape.map((_, i) => (i === axis ? last : i === last ? axis : i));
  return compute(x.transpose(swapped)).transpose(swapped);
}
