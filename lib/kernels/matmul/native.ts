/** Small matrix products in tfjs-node by an operation of our own: TensorFlow's spends 60 to 90 us on each, whatever its size. */
import { nativeOp, onDevice } from '../../backend';
import { replaceKernel } from '../../mends/kernel-registry';
import { sizesOf, type Call } from './call';

/** Larger products are left to TensorFlow. */
const mostMultiplications = 2 ** 24;

export function installNativeMatMul(): void {
  if (!onDevice('cpu', () => nativeOp('LabMatMul'))) return;
  for (const name of ['BatchMatMul', '_FusedMatMul']) {
    replaceKernel(name, 'tensorflow', 'a small product takes as long as a large one', (stock) => (args) => {
      const call = args as unknown as Call;
      const multiply = nativeOp('LabMatMul');
      const sizes = multiply && sizesOf(call);
      if (!sizes || sizes.m * sizes.k * sizes.n > mostMultiplications) return stock(args);
      const { inputs, attrs } = call;
      const { a, b, bias } = inputs;
      const attributes = {
        biases: bias ? 1 : 0,
        transpose_a: attrs.transposeA,
        transpose_b: attrs.transposeB,
        activation: attrs.activation ?? 'linear',
      };
      return multiply!(attributes, bias ? [a, b, bias] : [a, b], 1)[0];
    });
  }
}
