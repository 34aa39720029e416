/** The gradient of a convolution by its filter, so the training of every `conv1d` and `conv2d`, is missing in the wasm backend. */
import type * as tfjs from '@tensorflow/tfjs';
import { applyMend } from './mend';

const mend = {
  wrong: "Kernel 'Conv2DBackpropFilter' is not registered for its backend",
  issue: 'none',
  dependency: '@tensorflow/tfjs-backend-wasm',
  version: '4.22.0',
};

interface Backend {
  readSync(dataId: object): Float32Array;
  makeOutput(shape: number[], dtype: 'float32', memoryOffset?: number, values?: Float32Array): tfjs.TensorInfo;
}

interface Attributes {
  strides: [number, number];
  pad: 'valid' | 'same' | number;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
  filterShape: [number, number, number, number];
}

/** Registers it: at each place of the filter, the sum over all places of the output of what stood there times the output's gradient. */
export function mendWasmConvFilter(tf: typeof tfjs, found: string): void {
  applyMend('wasm-conv-filter', mend, tf.engine(), found, () =>
    tf.registerKernel({
      kernelName: 'Conv2DBackpropFilter',
      backendName: 'wasm',
      kernelFunc: ({ inputs, attrs, backend }) => {
        const { x, dy } = inputs as Record<'x' | 'dy', tfjs.TensorInfo>;
        const { strides, pad, dimRoundingMode, filterShape } = attrs as unknown as Attributes;
        const shape = x.shape as [number, number, number, number];
        const info = tf.backend_util.computeConv2DInfo(shape, filterShape, strides, 1, pad, dimRoundingMode);
        const { readSync, makeOutput } = backend as unknown as Backend;
        const [given, gradient] = [x, dy].map(({ dataId }) => readSync.call(backend, dataId));
        const sums = new Float32Array(tf.util.sizeFromShape(filterShape));
        addProducts(sums, given, gradient, info);
        return makeOutput.call(backend, filterShape, 'float32', undefined, sums);
      },
    }),
  );
}

function addProducts(sums: Float32Array, x: Float32Array, dy: Float32Array, info: tfjs.backend_util.Conv2DInfo): void {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, padInfo } = info;
  for (let r = 0; r < info.filterHeight; r++)
    for (let c = 0; c < info.filterWidth; c++) {
      const filter = (r * info.filterWidth + c) * inChannels * outChannels;
      for (let b = 0; b < batchSize; b++)
        for (let i = 0; i < outHeight; i++) {
          const row = i * info.strideHeight + r - padInfo.top;
          if (row < 0 || row >= inHeight) continue;
          for (let j = 0; j < outWidth; j++) {
            const column = j * info.strideWidth + c - padInfo.left;
            if (column < 0 || column >= inWidth) continue;
            const from = ((b * inHeight + row) * inWidth + column) * inChannels;
            const to = ((b * outHeight + i) * outWidth + j) * outChannels;
            for (let d = 0; d < inChannels; d++) {
              const at = filter + d * outChannels;
              for (let e = 0; e < outChannels; e++) sums[at + e] += x[from + d] * dy[to + e];
            }
          }
        }
    }
}
