/** Softmax over the last axis and its gradient by kernels of our own, in the place of TensorFlow.js'. */
import { nativeOp } from '../../backend';
import { portableTier, type Tier, wasmTier } from '../tier';
import { installNativeSoftmax } from './native';
import { installWasmSoftmax } from './wasm';

export const softmaxTiers: readonly Tier[] = [
  {
    name: 'native',
    condition: 'lib/native is built; its gradient only outside of other gradients',
    isHere: () => nativeOp('LabSoftmaxGrad') !== undefined,
  },
  wasmTier('its gradient only outside of other gradients'),
  portableTier,
];

/** Replaces the backend's kernel for softmax, and the gradient, where there are some of our own. */
export function installSoftmax(): void {
  installNativeSoftmax();
  installWasmSoftmax();
}
