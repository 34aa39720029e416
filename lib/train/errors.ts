import type { History } from './view/history';

/**
 * Thrown by a computation that the reader interrupted.
 *
 * @example
 * const model = tf.sequential({ layers: [layers.dense({ units: 1, inputShape: [2] })] });
 * model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
 * const stop = AbortSignal.abort();
 * const error = await train.fit(model, tf.ones([8, 2]), tf.ones([8, 1]), { signal: stop, verbose: 0 }).catch((e) => e);
 * console.log(error instanceof train.Interrupted, error.history.epochs); // true []
 */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  constructor(
    message: string,
    /** The epochs that were finished, when it was a training. */
    readonly history?: History,
  ) {
    super(message);
  }

  /** An interruption in an epoch, after a batch (both from 1). The model keeps the weights that it had reached. */
  static training(epoch: number, batch: number, history: History): Interrupted {
    const { epochs, steps } = history.params;
    const done = history.epochs.length;
    return new Interrupted(
      `Training was interrupted in epoch ${epoch} of ${epochs}, after batch ${batch}${steps ? ` of ${steps}` : ''}. ` +
        `The model keeps its weights; train.lastHistory() holds ${done} finished epoch${done === 1 ? '' : 's'}.`,
      history,
    );
  }
}

/**
 * Thrown when the loss of a batch is NaN or infinite: nothing after it could be learnt.
 *
 * @example
 * const model = tf.sequential({ layers: [layers.dense({ units: 1, inputShape: [2] })] });
 * model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
 * const error = await train.fit(model, tf.fill([8, 2], NaN), tf.ones([8, 1]), { verbose: 0 }).catch((e) => e);
 * console.log(error instanceof train.NonFiniteLoss, error.at.step); // true 1
 */
export class NonFiniteLoss extends Error {
  override readonly name = 'NonFiniteLoss';
  constructor(
    readonly loss: number,
    /** Where it happened: epoch and batch from 1, and the step of the whole training from 1. */
    readonly at: { epoch: number; batch: number; step: number },
    /** The last loss that was a number; undefined when the first one was none. */
    readonly lastLoss: number | undefined,
    readonly history: History,
    advice: string[],
  ) {
    const last = lastLoss === undefined ? 'no batch before it had a finite one' : `the last finite one was ${lastLoss}`;
    super(
      `The loss is ${loss} in epoch ${at.epoch}, batch ${at.batch} (step ${at.step}); ${last}. What to try: ${advice.join('; ')}.`,
    );
  }
}
