import { needsTraining, type Callback, type Training } from './callback';
import { setLearningRate } from '../optimizers/learning-rate';
import type { Schedule } from '../optimizers/schedules';

/**
 * Sets the learning rate before every step to what `schedule` says. Throws when it gives no number.
 *
 * @example
 * const model = tf.sequential({ layers: [layers.dense({ units: 1, inputShape: [2] })] });
 * model.compile({ optimizer: train.adam(), loss: 'meanSquaredError' });
 * const callbacks = train.learningRateScheduler(({ epoch }) => 0.1 / (1 + epoch));
 * await train.fit(model, tf.ones([8, 2]), tf.ones([8, 1]), { epochs: 2, callbacks, verbose: 0 });
 * console.log(train.getLearningRate(model.optimizer)); // 0.05
 */
export function learningRateScheduler(schedule: Schedule): Callback {
  let epoch = 0;
  return {
    changesLearningRate: true,
    onTrainBegin: (_logs, training) => needsTraining('learningRateScheduler', training),
    onEpochBegin(running) {
      epoch = running;
    },
    onBatchBegin(_batch, _logs, training) {
      setLearningRate(training.optimizer, schedule({ step: training.step, epoch, ...length(training) }));
    },
  };
}

function length({ steps, epochs }: Training): { steps: number; epochs: number } {
  // a stream that does not say how long it is: schedules that need no end still work
  return { steps: steps === undefined ? NaN : steps * epochs, epochs };
}
