/**
 * The wasm backend computes both gradients of `tf.conv3d` wrongly: that by the input, which is `tf.conv3dTranspose` too, reads and adds to
 * memory of other tensors, and differs each time; that by the filter is wrong where there are strides. These are the sums that they are.
 */
import * as tf from '@tensorflow/tfjs';
import { eachMeeting, type Axis } from './convolution-meetings';
import { replaceKernel } from './kernel-registry';

interface Backend {
  readSync(dataId: object): Float32Array;
  makeOutput(shape: number[], dtype: 'float32', memoryOffset?: number, values?: Float32Array): tf.TensorInfo;
}

interface Attributes {
  strides: number | [number, number, number];
  pad: 'valid' | 'same';
  inputShape?: Shape;
  filterShape?: Shape;
}

type Shape = [number, number, number, number, number];

export function mendWasmConv3dGradients(): void {
  replaceKernel(
    'Conv3DBackpropInputV2',
    'wasm',
    'it reads the memory of other tensors',
    () =>
      ({ inputs, attrs, backend }) =>
        summed(
          'input',
          inputs.filter as tf.TensorInfo,
          inputs.dy as tf.TensorInfo,
          attrs as object as Attributes,
          backend,
        ),
  );
  replaceKernel(
    'Conv3DBackpropFilterV2',
    'wasm',
    'strides make it wrong',
    () =>
      ({ inputs, attrs, backend }) =>
        summed('filter', inputs.x as tf.TensorInfo, inputs.dy as tf.TensorInfo, attrs as object as Attributes, backend),
  );
}

/** The gradient by one of both, from the other and the gradient of the output. */
function summed(
  by: 'input' | 'filter',
  other: tf.TensorInfo,
  dy: tf.TensorInfo,
  { strides, pad, ...shapes }: Attributes,
  backend: object,
): tf.TensorInfo {
  const { inputShape = other.shape as Shape, filterShape = other.shape as Shape } = shapes;
  const info = tf.backend_util.computeConv3DInfo(inputShape, filterShape, strides, 1, pad);
  const { readSync, makeOutput } = backend as Backend;
  const [values, gradient] = [other, dy].map(({ dataId }) => readSync.call(backend, dataId));
  const { batchSize, inChannels, outChannels } = info;
  const shape = by === 'input' ? inputShape : filterShape;
  const sums = new Float32Array(tf.util.sizeFromShape(shape));
  eachMeeting(batchSize, axesOf(info), (tap, from, to) => {
    for (let d = 0; d < inChannels; d++) {
      const [place, row] = [from * inChannels + d, (tap * inChannels + d) * outChannels];
      for (let e = 0; e < outChannels; e++) {
        const slope = gradient[to * outChannels + e];
        if (by === 'input') sums[place] += values[row + e] * slope;
        else sums[row + e] += values[place] * slope;
      }
    }
  });
  return makeOutput.call(backend, shape, 'float32', undefined, sums);
}

/** The three axes of a convolution. */
const axesOf = ({ padInfo, ...info }: tf.backend_util.Conv3DInfo): Axis[] => [
  {
    ...{ input: info.inDepth, output: info.outDepth, filter: info.filterDepth },
    ...{ stride: info.strideDepth, dilation: 1, pad: padInfo.front },
  },
  {
    ...{ input: info.inHeight, output: info.outHeight, filter: info.filterHeight },
    ...{ stride: info.strideHeight, dilation: 1, pad: padInfo.top },
  },
  {
    ...{ input: info.inWidth, output: info.outWidth, filter: info.filterWidth },
    ...{ stride: info.strideWidth, dilation: 1, pad: padInfo.left },
  },
];
