/** Indexing as PyTorch does it. */
import { tf } from '../backend';

/**
 * `torch.select(x, dim, index)`, Python's `x[:, index]` for dim 1: one slice, without the axis `dim`.
 * Negative numbers count from the end: `select(out, 1, -1)` is `out[:, -1, :]`.
 * @throws RangeError when there is no such axis or place.
 *
 * @example
 * const out = tf.tensor3d([[[1], [2], [3]], [[4], [5], [6]]]); // [batch, time, features]
 * console.log(torch.select(out, 1, -1).arraySync()); // [ [ 3 ], [ 6 ] ]
 */
export function select(x: tf.Tensor3D, dim: number, index: number): tf.Tensor2D;
export function select(x: tf.Tensor2D, dim: number, index: number): tf.Tensor1D;
export function select(x: tf.Tensor, dim: number, index: number): tf.Tensor;
export function select(x: tf.Tensor, dim: number, index: number): tf.Tensor {
  const axis = dim < 0 ? dim + x.rank : dim;
  if (!(axis in x.shape)) throw new RangeError(`select: the shape [${x.shape}] has no axis ${dim}.`);
  const place = index < 0 ? index + x.shape[axis] : index;
  if (!(Number.isInteger(place) && place >= 0 && place < x.shape[axis])) {
    throw new RangeError(`select: axis ${dim} of the shape [${x.shape}] has no place ${index}.`);
  }
  return tf.tidy(() => {
    const begin = x.shape.map((_, i) => (i === axis ? place : 0));
    const size = x.shape.map((n, i) => (i === axis ? 1 : n));
    return x.slice(begin, size).squeeze([axis]);
  });
}
