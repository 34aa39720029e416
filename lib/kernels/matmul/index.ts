/** Products of two matrices by kernels of our own, in the place of TensorFlow.js'. */
import { nativeOp } from '../../backend';
import { portableTier, type Tier, wasmTier } from '../tier';
import { installNativeMatMul } from './native';
import { installWasmMatMul } from './wasm';

export const matMulTiers: readonly Tier[] = [
  {
    name: 'native',
    condition: 'lib/native is built; float32 matrices, up to 2^24 multiplications',
    isHere: () => nativeOp('LabMatMul') !== undefined,
  },
  wasmTier('float32 matrices, of which one may be transposed'),
  portableTier,
];

/** Replaces the backend's kernels for matrix products, alone and with bias and activation, where there are some of our own. */
export function installMatMul(): void {
  installNativeMatMul();
  installWasmMatMul();
}
