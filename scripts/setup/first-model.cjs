/** Trains lesson 00's model on the course's sine waves and prints what it measured as JSON. */
const { layers, series, tf } = require('lstm-lab');

const EPOCHS = 3;
const STEPS = 50;
const TRAIN = 1500;
const TEST = 500;

async function main() {
  const waves = series.generateTimeSeries(TRAIN + TEST, STEPS + 1, 42);
  const rows = (first, count) => ({
    past: tf.slice(waves, [first, 0, 0], [count, STEPS, 1]),
    next: tf.reshape(tf.slice(waves, [first, STEPS, 0], [count, 1, 1]), [count, 1]),
  });
  const train = rows(0, TRAIN);
  const test = rows(TRAIN, TEST);
  const model = tf.sequential({
    layers: [layers.lstm({ units: 20, inputShape: [STEPS, 1], seed: 1 }), tf.layers.dense({ units: 1 })],
  });
  model.compile({ optimizer: tf.train.adam(0.01), loss: 'meanSquaredError' });
  await model.fit(train.past, train.next, { epochs: EPOCHS, batchSize: 32, shuffle: false, verbose: 0 });
  const last = tf.reshape(tf.slice(test.past, [0, STEPS - 1, 0], [TEST, 1, 1]), [TEST, 1]);
  const loss = tf.losses.meanSquaredError(test.next, model.predict(test.past)).dataSync()[0];
  const naive = tf.losses.meanSquaredError(test.next, last).dataSync()[0];
  process.stdout.write(`${JSON.stringify({ loss, naive, epochs: EPOCHS, backend: tf.getBackend() })}\n`);
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
