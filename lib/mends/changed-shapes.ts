/**
 * Shapes that layers change: TensorFlow.js 4.22's centerCrop and categoryEncoding write the shape of their output into the list that they are
 * given, which is the shape of the layer before, so an input takes only what is cropped or encoded already (tensorflow/tfjs #8325).
 */
import * as tf from '@tensorflow/tfjs';
import { firstShape } from './input-shapes';
import { applyMend } from './mend';

interface Changing {
  computeOutputShape(shape: tf.Shape | tf.Shape[]): tf.Shape;
}

/** Makes the change, once for each TensorFlow.js. */
export function mendChangedShapes(): void {
  const { centerCrop, categoryEncoding } = tf.layers;
  for (const layer of [centerCrop({ height: 1, width: 1 }), categoryEncoding({ numTokens: 1, outputMode: 'count' })]) {
    const prototype = Object.getPrototypeOf(layer) as Changing;
    const mend = {
      wrong: `${layer.getClassName()} changes the shape of its input`,
      issue: 'tensorflow/tfjs #8325',
      dependency: '@tensorflow/tfjs',
      version: '4.22.0',
    };
    applyMend(`changed shape of ${layer.getClassName()}`, mend, prototype, tf.version['tfjs-layers'], () => {
      const { computeOutputShape } = prototype;
      prototype.computeOutputShape = function (shape) {
        return computeOutputShape.call(this, [...firstShape(shape)]);
      };
    });
  }
}
