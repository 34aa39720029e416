import { needsTraining, type Callback, type Training } from './callback';
import { setLearningRate } from '../optimizers/learning-rate';
import type { Schedule } from '../optimizers/schedules';

/** Sets the learning rate before every step to what `schedule` says. Throws when it gives no number. */
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
