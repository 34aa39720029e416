/** The cross-entropy of class numbers in WebAssembly (lib/wasm/softmax.cc). */
import { type tf, type WasmKernels } from '../../backend';

export function wasmCrossEntropy(kernels: WasmKernels, logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Tensor[] {
  const [rows, classes] = logits.shape;
  if (kernels.run('is_outside', kernels.address(labels), rows, classes)) {
    const wrong = (labels.dataSync() as Int32Array).find((label) => label < 0 || label >= classes);
    throw new RangeError(`cross-entropy: the label ${wrong} is none of the ${classes} classes, which begin at 0.`);
  }
  const outputs = [kernels.output([rows]), kernels.output([rows, classes])];
  const addresses = [logits, labels, ...outputs].map((tensor) => kernels.address(tensor));
  kernels.run('cross_entropy', ...addresses, rows, classes);
  return outputs;
}
