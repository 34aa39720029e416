/** Softmax and its gradient in WebAssembly by kernels of our own (lib/wasm/softmax.cc). */
import { tf, wasmKernels } from '../../backend';
import { replaceGradient, replaceKernel } from '../../mends/kernel-registry';
import { isRecording } from '../../mends/tape';

export function installWasmSoftmax(): void {
  if (!tf.getKernel('Softmax', 'wasm')) return;
  replaceKernel(
    'Softmax',
    'wasm',
    'it passes over its memory several times',
    (stock) => (args) => overRows('softmax', args.inputs.logits!) ?? stock(args),
  );
  replaceGradient('Softmax', 'it is four operations', (stock) => (dy, saved, attrs) => {
    // Our kernel is not on the tape: within another gradient, the stock one is.
    if (!wasmKernels() || isRecording()) return stock(dy, saved, attrs);
    return { logits: () => overRows('softmax_gradient', saved[0], dy as tf.Tensor)! };
  });
}

/** A kernel that goes row by row over tensors of one shape. */
function overRows(kernel: string, first: tf.TensorInfo, second?: tf.TensorInfo): tf.Tensor | undefined {
  const kernels = wasmKernels();
  if (!kernels) return undefined;
  const output = kernels.output(first.shape);
  const size = first.shape[first.shape.length - 1];
  if (output.size === 0) return output;
  const tensors = [first, ...(second ? [second] : []), output];
  kernels.run(kernel, ...tensors.map((tensor) => kernels.address(tensor)), output.size / size, size);
  return output;
}
