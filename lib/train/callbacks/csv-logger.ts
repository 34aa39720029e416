import path from 'node:path';
import { appendToFile, makeFolder, replaceFile } from '../../files';
import { needsTraining, type Callback } from './callback';

/**
 * Writes a line of loss and metrics after each epoch into a CSV file, `epoch,loss,…`, beginning anew with every training.
 *
 * @example
 * const model = tf.sequential({ layers: [layers.dense({ units: 1, inputShape: [2] })] });
 * model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
 * const callbacks = train.csvLogger('training.csv');
 * await train.fit(model, tf.ones([8, 2]), tf.ones([8, 1]), { epochs: 2, callbacks, verbose: 0 });
 * console.log(data.readCSV('training.csv', { epoch: 'number', loss: 'number' }).length); // 2
 */
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
