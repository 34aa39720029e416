/**
 * The wasm backend computes `tf.fused.matMul` with a bias wrongly where a factor is transposed, so the factor is transposed beforehand.
 */
import * as tf from '@tensorflow/tfjs';
import { replaceKernel } from './kernel-registry';

interface FusedMatMul {
  inputs: { a: tf.TensorInfo; b: tf.TensorInfo; bias?: tf.TensorInfo };
  attrs: { transposeA: boolean; transposeB: boolean };
  backend: tf.KernelBackend;
}

export function mendWasmFusedMatMul(): void {
  replaceKernel('_FusedMatMul', 'wasm', 'with a bias it is wrong where a factor is transposed', (stock) => (call) => {
    const { inputs, attrs, backend } = call as unknown as FusedMatMul;
    const { a, b, bias } = inputs;
    if (!bias || !(attrs.transposeA || attrs.transposeB)) return stock(call);
    const upright = {
      a: attrs.transposeA ? transposed(a, backend) : a,
      b: attrs.transposeB ? transposed(b, backend) : b,
    };
    const product = stock({
      ...call,
      inputs: { ...inputs, ...upright },
      attrs: { ...attrs, transposeA: false, transposeB: false },
    });
    if (upright.a !== a) backend.disposeData(upright.a.dataId);
    if (upright.b !== b) backend.disposeData(upright.b.dataId);
    return product;
  });
}

/** The last two axes exchanged. */
function transposed(x: tf.TensorInfo, backend: tf.KernelBackend): tf.TensorInfo {
  const last = x.shape.length - 1;
  const perm = x.shape.map((_, k) => (k < last - 1 ? k : 2 * last - 1 - k));
  return tf.getKernel('Transpose', 'wasm').kernelFunc({ inputs: { x }, attrs: { perm }, backend }) as tf.TensorInfo;
}
