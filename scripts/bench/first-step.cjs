/** For the cold start: this library, or stock TensorFlow.js, loaded, the imdb model built and trained one step; prints the peak of the memory. */
const { imdb } = require('./workloads.json');

async function main() {
  const ours = process.argv[2] === 'ours';
  const { layers, tf, train } = require('lstm-lab');
  const kit = ours ? layers : tf.layers;
  const { batch, time, vocabulary, embedding, units } = imdb;
  const model = tf.sequential();
  model.add(kit.embedding({ inputDim: vocabulary, outputDim: embedding, inputLength: time }));
  model.add(kit.lstm({ units }));
  model.add(kit.dropout({ rate: 0.5 }));
  model.add(tf.layers.dense({ units: 1, activation: 'sigmoid' }));
  model.compile({ optimizer: ours ? train.adam() : 'adam', loss: 'binaryCrossentropy' });
  const x = tf.randomUniform([batch, time], 0, vocabulary, 'int32');
  const y = tf.randomUniform([batch, 1], 0, 2, 'int32').toFloat();
  if (ours) await train.fit(model, x, y, { verbose: 0 });
  else await model.trainOnBatch(x, y);
  process.stdout.write(`${JSON.stringify({ peakMB: process.resourceUsage().maxRSS / 1024 })}\n`);
}

void main();
