/**
 * The wasm backend computes `tf.conv3dTranspose`, and the gradient of `tf.conv3d` by its input, wrongly and differently each time: it reads
 * and adds to memory of other tensors. A sentence is better than such numbers.
 */
import { replaceKernel } from './kernel-registry';

export function mendWasmConv3dTranspose(): void {
  replaceKernel('Conv3DBackpropInputV2', 'wasm', 'it reads the memory of other tensors', () => () => {
    throw new Error(
      'conv3dTranspose, and the gradient of conv3d by its input, are wrong on the WebAssembly backend of TensorFlow.js: compute them with native TensorFlow.',
    );
  });
}
