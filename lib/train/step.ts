import { tf } from '../backend';
import { constrain, constrainedWeights, type ConstrainedWeight } from '../mends/constraints';
import type { Batch } from './data/batches';
import type { Objective } from './loss/objective';

/** What a model trains, and which of it has to keep to a constraint. */
export interface Trained {
  variables: tf.Variable[];
  constrained: ConstrainedWeight[];
}

export function trainedBy(model: tf.LayersModel): Trained {
  return { variables: trainableVariables(model), constrained: constrainedWeights(model) };
}

/** The variables that a model trains. */
export function trainableVariables(model: tf.LayersModel): tf.Variable[] {
  return model.trainableWeights.map((weight) => weight.read() as tf.Variable);
}

/**
 * One step of training: forward, loss, backward, update, constraints. Gives `[loss, ...metrics, ...counts]` without reading it, so that the caller can
 * read many steps at once.
 */
export function trainStep(
  objective: Objective,
  optimizer: tf.Optimizer,
  { variables, constrained }: Trained,
  batch: Batch,
): tf.Tensor1D {
  return tf.tidy(() => {
    let raw: tf.Tensor[] = [];
    const { value, grads } = tf.variableGrads(() => {
      raw = objective.forward(batch.xs, true).map((output) => tf.keep(output)); // the metrics need it after the gradient
      return objective.loss(raw, batch);
    }, variables);
    optimizer.applyGradients(variables.map(({ name }) => ({ name, tensor: grads[name] })));
    constrain(constrained);
    const summary = objective.summary(value, raw, batch);
    tf.dispose(raw);
    return summary;
  });
}

/** `[loss, ...metrics, ...counts]` of a batch, without learning from it. */
export function testStep(objective: Objective, batch: Batch): tf.Tensor1D {
  return tf.tidy(() => {
    const raw = objective.forward(batch.xs, false);
    return objective.summary(objective.loss(raw, batch), raw, batch);
  });
}
