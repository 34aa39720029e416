/**
 * What `model.evaluate` gives of several outputs: TensorFlow.js 4.22 puts the sum of the losses so far before each step of it, `[l0, l0 + l1, l0,
 * l1, …]`, where `metricsNames` lists the whole loss, then that of each output, then metrics. The validation of fit reads the same list, so all
 * that it calls `val_…` stands under the name of another (tensorflow/tfjs #5941). Here the list begins with the whole loss.
 */
import * as tf from '@tensorflow/tfjs';
import { applyMend } from './mend';

interface Model {
  lossFunctions: unknown[];
  testFunction(data: tf.Tensor[]): tf.Scalar[];
  makeTestFunction(): void;
}

/** Makes the change, once for each TensorFlow.js. */
export function mendEvaluatedLosses(): void {
  const model = tf.LayersModel.prototype as unknown as Model;
  const mend = {
    wrong: 'evaluate gives sums of some losses as well',
    issue: 'tensorflow/tfjs #5941',
    dependency: '@tensorflow/tfjs',
    version: '4.22.0',
  };
  applyMend('evaluated losses', mend, model, tf.version['tfjs-layers'], () => {
    const { makeTestFunction } = model;
    model.makeTestFunction = function () {
      makeTestFunction.call(this);
      const { testFunction } = this;
      const sums = this.lossFunctions.length - 1;
      this.testFunction = (data) => tf.tidy(() => testFunction.call(this, data).slice(sums));
    };
  });
}
