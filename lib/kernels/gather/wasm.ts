/** `tf.gather` in WebAssembly by copying whole rows (lib/wasm/embedding.cc): TensorFlow.js's kernel goes number by number. */
import { tf, wasmKernels } from '../../backend';
import { replaceKernel } from '../../mends/kernel-registry';
import { portableTier, type Tier, wasmTier } from '../tier';

export const gatherTiers: readonly Tier[] = [wasmTier('without batch dimensions'), portableTier];

interface Call {
  inputs: { x: tf.TensorInfo; indices: tf.TensorInfo };
  attrs: { axis: number; batchDims: number };
}

/** Replaces the wasm backend's kernel for gathering; whether there are kernels of our own is asked at every call, as a page loads them late. */
export function installGather(): void {
  if (!tf.getKernel('GatherV2', 'wasm')) return;
  replaceKernel('GatherV2', 'wasm', 'it copies number by number', (stock) => (args) => {
    const { inputs, attrs } = args as unknown as Call;
    const { x, indices } = inputs;
    const kernels = wasmKernels();
    if (!kernels || attrs.batchDims !== 0 || x.dtype === 'string' || indices.dtype !== 'int32') return stock(args);
    const [axis] = tf.util.parseAxisParam(attrs.axis, x.shape);
    const rows = x.shape[axis];
    const count = tf.util.sizeFromShape(indices.shape);
    if (kernels.run('is_outside', kernels.address(indices), count, rows)) return stock(args); // which says what is wrong
    const [outer, inner] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
    const output = kernels.output([...outer, ...indices.shape, ...inner], x.dtype);
    const sizes = [
      tf.util.sizeFromShape(outer),
      rows,
      count,
      tf.util.sizeFromShape(inner) * tf.util.bytesPerElement(x.dtype),
    ];
    kernels.run('gather', kernels.address(x), kernels.address(indices), kernels.address(output), ...sizes);
    return output;
  });
}
