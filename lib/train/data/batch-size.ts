/** How many samples a batch has, given what a model allows. */
import type { tf } from '../../backend';
import { positiveInteger } from '../../options';

/** The samples that `batchInputShape` fixes for every batch, as a stateful model needs it; undefined where any number will do. */
export function fixedBatchSize(model: tf.LayersModel): number | undefined {
  return model.inputs.map((input) => input.shape[0]).find((size) => size !== null) ?? undefined;
}

/**
 * The samples of a batch: as given, as the model fixes them, or 32. Throws when `given` is no integer above zero, or another than the
 * model's; and when `samples` leave a rest that the model cannot take. `what` names the samples: `x`.
 */
export function batchSizeFor(model: tf.LayersModel, given: number | undefined, samples: number, what: string): number {
  const fixed = fixedBatchSize(model);
  const size = positiveInteger('batchSize', given ?? fixed ?? 32);
  if (fixed === undefined) return size;
  if (size !== fixed)
    throw new Error(`batchSize is ${size}; the model's batchInputShape fixes ${fixed} samples a batch.`);
  if (samples % fixed !== 0) {
    const fewer = samples - (samples % fixed);
    throw new Error(
      `${what} holds ${samples} samples, which leaves ${samples % fixed} over: the model's batchInputShape fixes ${fixed} a batch. ` +
        `Give ${fewer > 0 ? `${fewer} or ` : ''}${fewer + fixed}.`,
    );
  }
  return size;
}
