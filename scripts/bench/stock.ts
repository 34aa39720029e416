/** Stock TensorFlow.js as a contender: its own layers, optimizer and training step, on the same TensorFlow. */
import '../../lib/backend';
import * as tf from '@tensorflow/tfjs';
import { serve, timed, type Subject } from './serve';
import type { Workload } from './workload';

const recurrent = { lstm: tf.layers.lstm, gru: tf.layers.gru, rnn: tf.layers.simpleRNN };

function build(workload: Workload): { model: tf.Sequential; x: tf.Tensor; y: tf.Tensor } {
  const { batch, time, units } = workload;
  const model = tf.sequential();
  if (workload.model === 'regression') {
    const { cell, features, layers: depth } = workload;
    for (let k = 0; k < depth; k++) {
      const inputShape = k === 0 ? [time, features] : undefined;
      model.add(recurrent[cell]({ units, returnSequences: k < depth - 1, inputShape }));
    }
    model.add(tf.layers.dense({ units: 1 }));
    model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
    return { model, x: tf.randomNormal([batch, time, features]), y: tf.randomNormal([batch, 1]) };
  }
  const { vocabulary, embedding } = workload;
  model.add(tf.layers.embedding({ inputDim: vocabulary, outputDim: embedding, inputLength: time }));
  const x = tf.randomUniform([batch, time], 0, vocabulary, 'int32');
  if (workload.model === 'sentiment') {
    const layer = tf.layers.lstm({ units });
    const lstm = layer as tf.layers.Layer;
    model.add(workload.bidirectional ? tf.layers.bidirectional({ layer: layer as tf.RNN, mergeMode: 'concat' }) : lstm);
    model.add(tf.layers.dropout({ rate: 0.5 }));
    model.add(tf.layers.dense({ units: 1, activation: 'sigmoid' }));
    model.compile({ optimizer: 'adam', loss: 'binaryCrossentropy' });
    return { model, x, y: tf.randomUniform([batch, 1], 0, 2, 'int32').toFloat() };
  }
  for (let k = 0; k < workload.layers; k++) model.add(tf.layers.lstm({ units, returnSequences: true }));
  model.add(tf.layers.dense({ units: vocabulary, activation: 'softmax' }));
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
  return { model, x, y: tf.randomUniform([batch, time, 1], 0, vocabulary, 'int32').toFloat() };
}

async function subject(workload: Workload): Promise<Subject> {
  const { model, x, y } = build(workload);
  const many = async (count: number, run: () => unknown) => {
    const times: number[] = [];
    for (let k = 0; k < count; k++) times.push(await timed(run));
    return times;
  };
  return {
    train: (count) => many(count, () => model.trainOnBatch(x, y)),
    predict: (count) =>
      many(count, () => {
        const output = model.predictOnBatch(x) as tf.Tensor;
        output.dataSync();
        output.dispose();
      }),
  };
}

if (require.main === module) void serve(subject);
