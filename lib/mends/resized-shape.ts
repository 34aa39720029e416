/**
 * The shape of resized pictures: TensorFlow.js 4.22 reads `[height, width, channels]` where a layer sees `[batch, height, width, channels]`, so
 * it takes the width for the channels and forgets the batch, and no layer that has weights fits behind it (tensorflow/tfjs #8324). In a model it
 * gets its one input in a list, which it takes for the pictures.
 */
import * as tf from '@tensorflow/tfjs';
import { firstShape } from './input-shapes';
import { applyMend } from './mend';

interface Resizing {
  height: number;
  width: number;
  call(inputs: tf.Tensor | tf.Tensor[], kwargs: object): tf.Tensor;
  computeOutputShape(shape: tf.Shape | tf.Shape[]): tf.Shape;
}

/** Makes the change, once for each TensorFlow.js. */
export function mendResizedShape(): void {
  const resizing = Object.getPrototypeOf(tf.layers.resizing({ height: 1, width: 1 })) as Resizing;
  const mend = {
    wrong: 'resizing says a shape without the batch',
    issue: 'tensorflow/tfjs #8324',
    dependency: '@tensorflow/tfjs',
    version: '4.22.0',
  };
  applyMend('resized shape', mend, resizing, tf.version['tfjs-layers'], () => {
    const { call } = resizing;
    resizing.call = function (inputs, kwargs) {
      return call.call(this, Array.isArray(inputs) ? inputs[0] : inputs, kwargs);
    };
    resizing.computeOutputShape = function (shape) {
      const [batch, , , channels] = firstShape(shape);
      return [batch, this.height, this.width, channels];
    };
  });
}
