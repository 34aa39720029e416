/**
 * The layer `depthwiseConv2d` of TensorFlow.js 4.22 takes a `dilationRate` and passes over it: other numbers and another shape than Keras's.
 * Here its filter gets zeros in its gaps, and the layer is then one without.
 */
import * as tf from '@tensorflow/tfjs';
import { reach, withGaps, type Gaps } from './dilated-convolutions';
import { applyMend } from './mend';

interface DepthwiseConv2D {
  kernelSize: [number, number];
  dilationRate: number | Gaps;
  depthwiseKernel: { read(): tf.Tensor4D };
  call(inputs: tf.Tensor | tf.Tensor[], kwargs: object): tf.Tensor;
  computeOutputShape(shape: tf.Shape | tf.Shape[]): tf.Shape;
}

/** Makes the change, once for each TensorFlow.js. */
export function mendDepthwiseDilation(): void {
  const layer = Object.getPrototypeOf(tf.layers.depthwiseConv2d({ kernelSize: 1 })) as DepthwiseConv2D;
  const mend = {
    wrong: 'depthwiseConv2d passes over its dilationRate',
    issue: 'none',
    dependency: '@tensorflow/tfjs',
    version: '4.22.0',
  };
  applyMend('depthwise dilation', mend, layer, tf.version['tfjs-layers'], () => {
    const { call, computeOutputShape } = layer;
    layer.call = function (inputs, kwargs) {
      return tf.tidy(() => call.call(wide(this), inputs, kwargs));
    };
    layer.computeOutputShape = function (shape) {
      return computeOutputShape.call(wide(this), shape);
    };
  });
}

/** The same layer, its filter as large as it reaches. */
function wide(layer: DepthwiseConv2D): DepthwiseConv2D {
  const gaps = [layer.dilationRate, layer.dilationRate].flat().slice(0, 2) as Gaps;
  if (gaps.every((gap) => gap === 1)) return layer;
  return Object.create(layer, {
    kernelSize: { value: layer.kernelSize.map((places, k) => reach(places, gaps[k])) },
    depthwiseKernel: { value: { read: () => withGaps(layer.depthwiseKernel.read(), gaps) } },
  }) as DepthwiseConv2D;
}
