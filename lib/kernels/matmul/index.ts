/** Products of two matrices by kernels of our own, in the place of TensorFlow.js'. */
import { nativeOp, wasmKernels } from '../../backend';
import type { Tier } from '../tier';
import { installNativeMatMul } from './native';
import { installWasmMatMul } from './wasm';

export const matMulTiers: readonly Tier[] = [
  {
    name: 'native',
    condition: 'lib/native is built; float32 matrices, up to 2^24 multiplications',
    isHere: () => nativeOp('LabMatMul') !== undefined,
  },
  {
    name: 'wasm',
    condition: 'WebAssembly with vector instructions; float32 matrices, of which one may be transposed',
    isHere: () => wasmKernels() !== undefined,
  },
  { name: 'portable', condition: 'always', isHere: () => true },
];

/** Replaces the backend's kernels for matrix products, alone and with bias and activation, where there are some of our own. */
export function installMatMul(): void {
  installNativeMatMul();
  installWasmMatMul();
}
