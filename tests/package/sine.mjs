/** Lesson 03's LSTM on a part of its data, for Node and for pages: the same numbers are expected of both. */
export async function trainSine({ tf, layers, series, train }) {
  const steps = 50;
  const data = series.generateTimeSeries(640, steps + 1, 42);
  const x = data.slice([0, 0, 0], [640, steps, 1]);
  const y = data.slice([0, steps, 0], [640, 1, 1]).reshape([640, 1]);
  train.seed(1);
  const model = tf.sequential({
    layers: [
      layers.lstm({ units: 20, returnSequences: true, inputShape: [null, 1] }),
      layers.lstm({ units: 20 }),
      layers.dense({ units: 1 }),
    ],
  });
  model.compile({ optimizer: train.adam({ learningRate: 1e-3 }), loss: 'meanSquaredError', metrics: ['mae'] });
  const history = await train.fit(model, x, y, { epochs: 2, batchSize: 32 });
  const predicted = await train.predict(model, x.slice([0, 0, 0], [8, steps, 1]));
  return { losses: history.batchLosses, mae: history.last('mae'), predicted: [...predicted.dataSync()] };
}
