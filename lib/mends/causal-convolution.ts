/**
 * The padding "causal" of conv1d: TensorFlow.js 4.22 accepts it, says a wrong shape and fails in the first step. Each step sees itself and the
 * steps before it, as in Keras: zeros stand before the first step, and the convolution has no other padding.
 */
import * as tf from '@tensorflow/tfjs';
import { applyMend } from './mend';

interface Conv1D {
  padding: string;
  kernelSize: [number];
  dilationRate: number | [number];
  dataFormat: 'channelsLast' | 'channelsFirst';
  call(inputs: tf.Tensor | tf.Tensor[], kwargs: object): tf.Tensor;
  computeOutputShape(shape: tf.Shape | tf.Shape[]): tf.Shape;
}

/** Makes the change, once for each TensorFlow.js. */
export function mendCausalConvolution(): void {
  const conv1d = Object.getPrototypeOf(tf.layers.conv1d({ filters: 1, kernelSize: 1 })) as Conv1D;
  const mend = {
    wrong: 'conv1d with the padding "causal" fails',
    issue: 'none',
    dependency: '@tensorflow/tfjs',
    version: '4.22.0',
  };
  applyMend('causal convolution', mend, conv1d, tf.version['tfjs-layers'], () => {
    const { call, computeOutputShape } = conv1d;
    conv1d.call = function (inputs, kwargs) {
      if (this.padding !== 'causal') return call.call(this, inputs, kwargs);
      const [x] = [inputs].flat() as [tf.Tensor3D];
      const before = (this.kernelSize[0] - 1) * [this.dilationRate].flat()[0];
      const time = this.dataFormat === 'channelsFirst' ? 2 : 1;
      const sides = [0, 1, 2].map((axis) => [axis === time ? before : 0, 0] as [number, number]);
      return tf.tidy(() => call.call(padded(this, 'valid'), tf.pad(x, sides), kwargs));
    };
    conv1d.computeOutputShape = function (shape) {
      return computeOutputShape.call(this.padding === 'causal' ? padded(this, 'same') : this, shape);
    };
  });
}

/** The same layer with another padding. */
const padded = (layer: Conv1D, padding: string): Conv1D =>
  Object.create(layer, { padding: { value: padding } }) as Conv1D;
