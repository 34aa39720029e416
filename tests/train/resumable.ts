/** A small training with everything that a checkpoint must remember; run as a program it prints the number of each finished epoch. */
import { tf } from '../../lib/backend';
import * as layers from '../../lib/layers';
import * as train from '../../lib/train';

export const epochs = 6;

/** Trains, or goes on training, with checkpoints in `folder`; gives the final weights. */
export async function resumable(folder: string, callbacks: train.Callback[] = [], seed = 12): Promise<number[][]> {
  train.seed(seed);
  const model = tf.sequential({
    layers: [
      layers.lstm({ units: 3, inputShape: [4, 2], recurrentDropout: 0.2 }),
      layers.dropout({ rate: 0.3 }),
      tf.layers.dense({ units: 1 }),
    ],
  });
  const optimizer = train.clip(tf.train.adam(0.02), { globalNorm: 1 });
  model.compile({ optimizer, loss: 'meanSquaredError', metrics: ['mae'] });
  const x = tf.randomNormal([64, 4, 2], 0, 1, 'float32', 1);
  const y = tf.tidy(() => x.slice([0, 3], [-1, 1]).sum([1, 2]));
  await train.fit(model, x, y, {
    epochs,
    batchSize: 8,
    validationSplit: 0.25,
    verbose: 0,
    callbacks: [
      train.earlyStopping({ patience: 50, restoreBestWeights: true }),
      train.reduceLROnPlateau({ patience: 1, minDelta: 10, factor: 0.5 }), // in every epoch from the second on,
      train.modelCheckpoint(folder, { resume: true, monitor: 'val_loss' }),
      ...callbacks,
    ],
  });
  return model.getWeights().map((weight) => [...weight.dataSync()]);
}

if (require.main === module) {
  const tell = { onEpochSettled: (epoch: number) => void process.stdout.write(`${epoch}\n`) };
  void resumable(process.argv[2], [tell]);
}
