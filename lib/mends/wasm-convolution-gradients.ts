/**
 * Three gradients of convolutions are missing in the wasm backend: of every `conv1d` and `conv2d` that by its filter, of every
 * `depthwiseConv2d` and `separableConv2d` those by its filter and by its input. So none of them trains there.
 */
import type * as tfjs from '@tensorflow/tfjs';
import { eachMeeting, type Axis } from './convolution-meetings';
import { applyMend } from './mend';

interface Backend {
  readSync(dataId: object): Float32Array;
  makeOutput(shape: number[], dtype: 'float32', memoryOffset?: number, values?: Float32Array): tfjs.TensorInfo;
}

interface Attributes {
  strides: number | [number, number];
  dilations?: number | [number, number];
  pad: 'valid' | 'same' | number;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
  filterShape?: Shape;
  inputShape?: Shape;
}

interface Gradient {
  kernel: string;
  depthwise: boolean;
  /** What it is the gradient by. */
  by: 'filter' | 'input';
  /** Adds to `sums` what each meeting of filter and input contributes; `other` is the input, or else the filter. */
  add(sums: Float32Array, other: Float32Array, dy: Float32Array, info: tfjs.backend_util.Conv2DInfo): void;
}

type Shape = [number, number, number, number];

const gradients: Gradient[] = [
  {
    kernel: 'Conv2DBackpropFilter',
    depthwise: false,
    by: 'filter',
    add(sums, x, dy, info) {
      const { batchSize, inChannels, outChannels } = info;
      eachMeeting(batchSize, axesOf(info), (tap, from, to) => {
        for (let d = 0; d < inChannels; d++) {
          const [value, at] = [x[from * inChannels + d], (tap * inChannels + d) * outChannels];
          for (let e = 0; e < outChannels; e++) sums[at + e] += value * dy[to * outChannels + e];
        }
      });
    },
  },
  {
    kernel: 'DepthwiseConv2dNativeBackpropFilter',
    depthwise: true,
    by: 'filter',
    add: (sums, x, dy, info) => addDepthwise(info, sums, x, dy, 'filter'),
  },
  {
    kernel: 'DepthwiseConv2dNativeBackpropInput',
    depthwise: true,
    by: 'input',
    add: (sums, filter, dy, info) => addDepthwise(info, sums, filter, dy, 'input'),
  },
];

/** Registers them. */
export function mendWasmConvolutionGradients(tf: typeof tfjs, found: string): void {
  for (const { kernel, depthwise, by, add } of gradients) {
    const mend = {
      wrong: `Kernel '${kernel}' is not registered for its backend`,
      issue: 'none',
      dependency: '@tensorflow/tfjs-backend-wasm',
      version: '4.22.0',
    };
    applyMend(`wasm ${kernel}`, mend, tf.engine(), found, () =>
      tf.registerKernel({
        kernelName: kernel,
        backendName: 'wasm',
        kernelFunc: ({ inputs, attrs, backend }) => {
          const { strides, dilations = 1, pad, dimRoundingMode, ...shapes } = attrs as unknown as Attributes;
          const other = (by === 'filter' ? inputs.x : inputs.filter) as tfjs.TensorInfo;
          const { inputShape = other.shape as Shape, filterShape = other.shape as Shape } = shapes;
          const places = [inputShape, filterShape, strides, dilations, pad, dimRoundingMode] as const;
          const info = tf.backend_util.computeConv2DInfo(...places, depthwise);
          const { readSync, makeOutput } = backend as unknown as Backend;
          const shape = by === 'filter' ? filterShape : inputShape;
          const sums = new Float32Array(tf.util.sizeFromShape(shape));
          const [values, dy] = [other, inputs.dy as tfjs.TensorInfo].map(({ dataId }) =>
            readSync.call(backend, dataId),
          );
          add(sums, values, dy, info);
          return makeOutput.call(backend, shape, 'float32', undefined, sums);
        },
      }),
    );
  }
}

/** Each channel of the input has filters of its own. */
function addDepthwise(
  info: tfjs.backend_util.Conv2DInfo,
  sums: Float32Array,
  other: Float32Array,
  dy: Float32Array,
  by: Gradient['by'],
): void {
  const { batchSize, inChannels, outChannels } = info;
  const many = outChannels / inChannels;
  eachMeeting(batchSize, axesOf(info), (tap, from, to) => {
    for (let e = 0; e < outChannels; e++) {
      const inFilter = tap * outChannels + e;
      const inInput = from * inChannels + Math.floor(e / many);
      const change = dy[to * outChannels + e];
      if (by === 'filter') sums[inFilter] += other[inInput] * change;
      else sums[inInput] += other[inFilter] * change;
    }
  });
}

/** Both axes of a convolution. */
const axesOf = (info: tfjs.backend_util.Conv2DInfo): Axis[] => [
  {
    ...{ input: info.inHeight, output: info.outHeight, filter: info.filterHeight },
    ...{ stride: info.strideHeight, dilation: info.dilationHeight, pad: info.padInfo.top },
  },
  {
    ...{ input: info.inWidth, output: info.outWidth, filter: info.filterWidth },
    ...{ stride: info.strideWidth, dilation: info.dilationWidth, pad: info.padInfo.left },
  },
];
