/** Small matrix products in tfjs-node by an operation of our own: TensorFlow's spends 60 to 90 us on each, whatever its size. */
import { nativeOp, onDevice, tf } from '../../backend';
import { replaceKernel } from '../../mends/kernel-registry';
import type { Tier } from '../tier';

/** Larger products are left to TensorFlow. */
const mostMultiplications = 2 ** 24;
const activations = ['linear', 'relu', 'sigmoid', 'tanh'];

export const matMulTiers: readonly Tier[] = [
  {
    name: 'native',
    condition: 'lib/native is built; float32 matrices, up to 2^24 multiplications',
    isHere: () => nativeOp('LabMatMul') !== undefined,
  },
  { name: 'portable', condition: 'always', isHere: () => true },
];

interface Call {
  inputs: { a: tf.TensorInfo; b: tf.TensorInfo; bias?: tf.TensorInfo; preluActivationWeights?: tf.TensorInfo };
  attrs: { transposeA: boolean; transposeB: boolean; activation?: string };
}

/** Replaces tfjs-node's kernels for matrix products, alone and with bias and activation, where lib/native is built. */
export function installMatMul(): void {
  if (!onDevice('cpu', () => nativeOp('LabMatMul'))) return;
  for (const name of ['BatchMatMul', '_FusedMatMul']) {
    replaceKernel(name, 'tensorflow', 'a small product takes as long as a large one', (stock) => (args) => {
      const call = args as unknown as Call;
      const multiply = nativeOp('LabMatMul');
      if (!multiply || !isSmall(call)) return stock(args);
      const { inputs, attrs } = call;
      const { a, b, bias } = inputs;
      const attributes = {
        biases: bias ? 1 : 0,
        transpose_a: attrs.transposeA,
        transpose_b: attrs.transposeB,
        activation: attrs.activation ?? 'linear',
      };
      return multiply(attributes, bias ? [a, b, bias] : [a, b], 1)[0];
    });
  }
}

function isSmall({ inputs, attrs }: Call): boolean {
  const { a, b, bias } = inputs;
  const { transposeA, transposeB, activation = 'linear' } = attrs;
  const rank = a.shape.length;
  if (b.shape.length !== rank || a.dtype !== 'float32' || b.dtype !== 'float32' || (transposeA && transposeB))
    return false;
  const batch = [...a.shape.slice(0, -2), ...b.shape.slice(0, -2)];
  const columns = b.shape[transposeB ? rank - 2 : rank - 1];
  if (batch.some((size) => size !== 1) || !activations.includes(activation)) return false;
  if (bias && tf.util.sizeFromShape(bias.shape) !== columns) return false;
  return a.shape[rank - 2] * a.shape[rank - 1] * columns <= mostMultiplications;
}
