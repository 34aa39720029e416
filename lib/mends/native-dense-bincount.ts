/** `categoryEncoding` counts by an operation that tfjs-node's backend lacks (its CPU and WebAssembly backends have it). */
import type * as tfjs from '@tensorflow/tfjs';
import { applyMend } from './mend';

const mend = {
  wrong: "Kernel 'DenseBincount' is not registered for its backend",
  issue: 'none',
  dependency: '@tensorflow/tfjs-node-gpu',
  version: '4.22.0',
};

interface Backend {
  readSync(dataId: object): Int32Array | Float32Array;
  write(values: Float32Array, shape: number[], dtype: 'float32'): object;
}

/** Registers the operation for native TensorFlow: how often each of `size` values stands in a row, or the sum of its weights. */
export function mendNativeDenseBincount(tf: typeof tfjs, found: string): void {
  applyMend('native-dense-bincount', mend, tf.engine(), found, () =>
    tf.registerKernel({
      kernelName: 'DenseBincount',
      backendName: 'tensorflow',
      kernelFunc: ({ inputs, attrs, backend }) => {
        const { x, weights } = inputs as Record<'x' | 'weights', tfjs.TensorInfo>;
        const { size, binaryOutput } = attrs as { size: number; binaryOutput: boolean };
        const { readSync, write } = backend as unknown as Backend;
        const values = readSync.call(backend, x.dataId);
        const own = weights.shape.every(Boolean) ? readSync.call(backend, weights.dataId) : undefined;
        const width = x.shape[x.shape.length - 1];
        const counts = new Float32Array((values.length / width) * size);
        values.forEach((value, k) => {
          if (value < 0) throw new Error('Input x must be non-negative!');
          if (value >= size) return;
          const at = Math.floor(k / width) * size + value;
          counts[at] = binaryOutput ? 1 : counts[at] + (own ? own[k] : 1);
        });
        const shape = [...x.shape.slice(0, -1), size];
        return { dataId: write.call(backend, counts, shape, 'float32'), shape, dtype: 'float32' };
      },
    }),
  );
}
