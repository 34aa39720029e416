/** This library as a contender: layers, train.fit and train.predict as its users call them. */
import { layers, tf, train } from 'lstm-lab';
import { serve, timed, type Subject } from './serve';
import type { Workload } from './workload';

const recurrent = { lstm: layers.lstm, gru: layers.gru, rnn: layers.simpleRNN };

/** The model of a workload with data for `batches` batches. */
export function buildOurs(workload: Workload, batches = 1): { model: tf.Sequential; x: tf.Tensor; y: tf.Tensor } {
  const { batch, time, units } = workload;
  const rows = batch * batches;
  const model = tf.sequential();
  if (workload.model === 'regression') {
    const { cell, features, layers: depth } = workload;
    for (let k = 0; k < depth; k++) {
      const inputShape = k === 0 ? [time, features] : undefined;
      model.add(recurrent[cell]({ units, returnSequences: k < depth - 1, inputShape }));
    }
    model.add(tf.layers.dense({ units: 1 }));
    model.compile({ optimizer: train.adam(), loss: 'meanSquaredError' });
    return { model, x: tf.randomNormal([rows, time, features]), y: tf.randomNormal([rows, 1]) };
  }
  const { vocabulary, embedding } = workload;
  model.add(layers.embedding({ inputDim: vocabulary, outputDim: embedding, inputLength: time }));
  const x = tf.randomUniform([rows, time], 0, vocabulary, 'int32');
  if (workload.model === 'sentiment') {
    const lstm = layers.lstm({ units });
    model.add(workload.bidirectional ? layers.bidirectional({ layer: lstm }) : lstm);
    model.add(layers.dropout({ rate: 0.5 }));
    model.add(tf.layers.dense({ units: 1, activation: 'sigmoid' }));
    model.compile({ optimizer: train.adam(), loss: 'binaryCrossentropy' });
    return { model, x, y: tf.randomUniform([rows, 1], 0, 2, 'int32').toFloat() };
  }
  for (let k = 0; k < workload.layers; k++) model.add(layers.lstm({ units, returnSequences: true }));
  model.add(tf.layers.dense({ units: vocabulary, activation: 'softmax' }));
  model.compile({ optimizer: train.adam(), loss: 'sparseCategoricalCrossentropy' });
  return { model, x, y: tf.randomUniform([rows, time], 0, vocabulary, 'int32') };
}

async function subject(workload: Workload): Promise<Subject> {
  const { model, x, y } = buildOurs(workload);
  return {
    async train(count) {
      const ends: number[] = [];
      let start = 0n;
      const clock: train.Callback = {
        onEpochBegin: async () => void (start = process.hrtime.bigint()),
        onBatchEnd: async () => void ends.push(Number(process.hrtime.bigint() - start) / 1e6),
      };
      await train.fit(model, x, y, { epochs: count, batchSize: workload.batch, verbose: 0, callbacks: clock });
      return ends;
    },
    async predict(count) {
      const times: number[] = [];
      for (let k = 0; k < count; k++) {
        const run = async () => {
          const output = await train.predict(model, x, { batchSize: workload.batch });
          output.dataSync();
          output.dispose();
        };
        times.push(await timed(run));
      }
      return times;
    },
  };
}

if (require.main === module) void serve(subject);
