/** A product as TensorFlow.js asks a kernel for it. */
import { tf } from '../../backend';

export interface Call {
  inputs: { a: tf.TensorInfo; b: tf.TensorInfo; bias?: tf.TensorInfo; preluActivationWeights?: tf.TensorInfo };
  attrs: { transposeA: boolean; transposeB: boolean; activation?: string };
}

/** The sizes of a product `[m, k]` times `[k, n]`. */
export interface Sizes {
  m: number;
  k: number;
  n: number;
}

/** The activations that lib/native's product has, by its numbers. */
export const activations = ['linear', 'relu', 'sigmoid', 'tanh'];

/** The sizes of a product that lib/native knows: of two float32 matrices, at most one of them transposed; undefined for any other. */
export function sizesOf({ inputs, attrs }: Call): Sizes | undefined {
  const { a, b, bias } = inputs;
  const { transposeA, transposeB, activation = 'linear' } = attrs;
  const rank = a.shape.length;
  if (b.shape.length !== rank || a.dtype !== 'float32' || b.dtype !== 'float32' || (transposeA && transposeB))
    return undefined;
  const batch = [...a.shape.slice(0, -2), ...b.shape.slice(0, -2)];
  const columns = b.shape[transposeB ? rank - 2 : rank - 1];
  if (batch.some((size) => size !== 1) || !activations.includes(activation)) return undefined;
  if (bias && tf.util.sizeFromShape(bias.shape) !== columns) return undefined;
  const [m, k] = transposeA ? [a.shape[rank - 1], a.shape[rank - 2]] : [a.shape[rank - 2], a.shape[rank - 1]];
  return { m, k, n: columns };
}
