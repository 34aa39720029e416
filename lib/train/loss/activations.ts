/** Last activations that keep a model from learning with its loss, which it says without an error. */
import type { tf } from '../../backend';
import { lastActivation } from './logits';
import { compiledLoss, readsLogits, targetKind } from './targets';

/** What is wrong with how the outputs of a compiled model end, a sentence each. */
export function activationWarnings(model: tf.LayersModel): string[] {
  return model.outputs.flatMap((output, i) => {
    const activation = lastActivation(output);
    const name = `Output "${model.outputNames[i]}"`;
    if (activation === 'softmax' && output.shape[output.shape.length - 1] === 1)
      return `${name} is a softmax of one unit, which is always 1: ${
        targetKind(model, i) === 'binary' ? 'use the activation "sigmoid"' : 'use "sigmoid", or a unit for each class'
      }.`;
    if ((activation === 'softmax' || activation === 'sigmoid') && readsLogits(compiledLoss(model, i)))
      return `${name} ends in ${activation}, and its loss takes logits and applies it once more: leave one of them out.`;
    return [];
  });
}
