import path from 'node:path';
import { appendToFile, makeFolder, replaceFile } from '../../files';
import { needsTraining, type Callback } from './callback';

/** Writes a line of loss and metrics after each epoch into a CSV file, `epoch,loss,…`, beginning anew with every training. */
export function csvLogger(file: string): Callback {
  return {
    onTrainBegin(_logs, training) {
      needsTraining('csvLogger', training);
      makeFolder(path.dirname(file));
      const { epochs, metrics } = training.history; // those of the training that this one resumes
      const lines = epochs.map((epoch, i) =>
        [epoch, ...training.names.map((name) => metrics[name]?.[i] ?? '')].join(','),
      );
      replaceFile(file, [['epoch', ...training.names].join(','), ...lines].join('\n') + '\n');
    },
    onEpochEnd(epoch, logs, training) {
      appendToFile(file, [epoch + 1, ...training.names.map((name) => logs[name])].join(',') + '\n');
    },
  };
}
