/** The constraints of weights, which TensorFlow.js applies where a weight is set and forgets after an optimizer's step. */
import * as tf from '@tensorflow/tfjs';
import { applyMend } from './mend';

/** A weight that must keep to a constraint. */
export interface ConstrainedWeight {
  constraint: { apply(weight: tf.Tensor): tf.Tensor };
  read(): tf.Tensor;
}

/** The weights of a model that are trained and have a constraint. */
export function constrainedWeights(model: tf.LayersModel): ConstrainedWeight[] {
  return (model.trainableWeights as unknown as ConstrainedWeight[]).filter(({ constraint }) => constraint);
}

/** Gives weights the nearest values that their constraints allow, as Keras does after each step of an optimizer. */
export function constrain(weights: ConstrainedWeight[]): void {
  for (const weight of weights) {
    const variable = weight.read() as tf.Variable;
    tf.tidy(() => variable.assign(weight.constraint.apply(variable)));
  }
}

type TrainFunction = (data: tf.Tensor[]) => tf.Scalar[];

/** Lets TensorFlow.js's own `fit`, `fitDataset` and `trainOnBatch` apply constraints, once for each TensorFlow.js. */
export function mendConstraints(): void {
  const prototype = tf.LayersModel.prototype as unknown as { makeTrainFunction(): TrainFunction };
  const mend = {
    wrong: 'a training does not apply the constraints of weights',
    issue: 'tensorflow/tfjs #3345',
    dependency: '@tensorflow/tfjs',
    version: '4.22.0',
  };
  applyMend('LayersModel.makeTrainFunction', mend, prototype, tf.version['tfjs-layers'], () => {
    const { makeTrainFunction } = prototype;
    prototype.makeTrainFunction = function (this: tf.LayersModel) {
      const step = makeTrainFunction.call(this as never);
      const constrained = constrainedWeights(this);
      return (data) => {
        const results = step(data);
        constrain(constrained);
        return results;
      };
    };
  });
}
