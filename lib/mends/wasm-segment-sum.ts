/** The gradient of `tf.gather`, so of every embedding, is a segment sum, which the wasm backend lacks (tensorflow/tfjs #8082). */
import type * as tfjs from '@tensorflow/tfjs';
import { applyMend } from './mend';

const mend = {
  wrong: "Kernel 'UnsortedSegmentSum' is not registered for its backend",
  issue: 'tensorflow/tfjs #8082',
  dependency: '@tensorflow/tfjs-backend-wasm',
  version: '4.22.0',
};

/** Registers the segment sum of the wasm backend: a scatter is the same sum. */
export function mendWasmSegmentSum(tf: typeof tfjs, found: string): void {
  applyMend('wasm-segment-sum', mend, tf.engine(), found, () =>
    tf.registerKernel({
      kernelName: 'UnsortedSegmentSum',
      backendName: 'wasm',
      kernelFunc: ({ inputs, attrs, backend }) => {
        const { x, segmentIds } = inputs as { x: tfjs.TensorInfo; segmentIds: tfjs.TensorInfo };
        const { numSegments } = attrs as { numSegments: number };
        const scatter = tf.getKernel('ScatterNd', 'wasm').kernelFunc;
        const indices = { dataId: segmentIds.dataId, dtype: segmentIds.dtype, shape: [segmentIds.shape[0], 1] };
        return scatter({
          inputs: { indices, updates: x },
          attrs: { shape: [numSegments, ...x.shape.slice(1)] },
          backend,
        });
      },
    }),
  );
}
