/**
 * A tensor that a model lists twice among its outputs, as `[states, states]` does: TensorFlow.js 4.22 warns of it, fills in the first place only,
 * and fails on the empty one in predict, apply, fit and evaluate; Keras gives the tensor twice. Here every further place is of a layer that does
 * nothing, put in when the model is made.
 */
import * as tf from '@tensorflow/tfjs';
import { applyMend } from './mend';

const again = (tensor: tf.SymbolicTensor): tf.SymbolicTensor =>
  tf.layers.activation({ activation: 'linear' }).apply(tensor) as tf.SymbolicTensor;

/** Makes the change, once for each TensorFlow.js. */
export function mendRepeatedOutputs(): void {
  const model = tf.LayersModel.prototype;
  const mend = {
    wrong: 'a model fails when a tensor is among its outputs twice',
    issue: 'none',
    dependency: '@tensorflow/tfjs',
    version: '4.22.0',
  };
  applyMend('repeated outputs', mend, model, tf.version['tfjs-layers'], () => {
    Object.defineProperty(model, 'outputs', {
      configurable: true,
      set(this: tf.LayersModel, outputs: tf.SymbolicTensor[]) {
        const value = outputs.map((tensor, k) => (outputs.indexOf(tensor) < k ? again(tensor) : tensor));
        Object.defineProperty(this, 'outputs', { value, configurable: true, enumerable: true, writable: true });
      },
    });
  });
}
