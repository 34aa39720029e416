import { tf } from '../backend';
import type { Batch, Objective } from './objective';

/** The variables that a model trains. */
export function trainableVariables(model: tf.LayersModel): tf.Variable[] {
  return model.trainableWeights.map((weight) => weight.read() as tf.Variable);
}

/**
 * One step of training: forward, loss, backward, update. Gives `[loss, ...metrics, count]` without reading it, so that the caller can
 * read many steps at once.
 */
export function trainStep(
  model: tf.LayersModel,
  objective: Objective,
  optimizer: tf.Optimizer,
  variables: tf.Variable[],
  batch: Batch,
): tf.Tensor1D {
  return tf.tidy(() => {
    let outputs: tf.Tensor[] = [];
    const { value, grads } = tf.variableGrads(() => {
      outputs = forward(model, batch.xs, true).map((output) => tf.keep(output)); // the metrics need them after the gradient
      return objective.loss(outputs, batch);
    }, variables);
    optimizer.applyGradients(grads);
    const summary = objective.summary(value, outputs, batch);
    tf.dispose(outputs);
    return summary;
  });
}

/** `[loss, ...metrics, count]` of a batch, without learning from it. */
export function testStep(model: tf.LayersModel, objective: Objective, batch: Batch): tf.Tensor1D {
  return tf.tidy(() => {
    const outputs = forward(model, batch.xs, false);
    return objective.summary(objective.loss(outputs, batch), outputs, batch);
  });
}

/** The outputs of a model. */
export function forward(model: tf.LayersModel, xs: tf.Tensor[], training: boolean): tf.Tensor[] {
  const outputs = model.call(xs, { training });
  return Array.isArray(outputs) ? outputs : [outputs];
}
