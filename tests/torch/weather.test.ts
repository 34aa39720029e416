import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { tf } from '../../lib/backend';
import * as series from '../../lib/series';
import * as torch from '../../lib/torch';
import { closeEach, weather } from './fixture';

before(() => tf.ready());

class WeatherLSTM extends torch.Module {
  lstm: torch.LSTM;
  fc: torch.Linear;

  constructor(inputSize: number, hiddenSize: number, outputSize: number) {
    super();
    this.lstm = new torch.LSTM({ inputSize, hiddenSize, batchFirst: true });
    this.fc = new torch.Linear(hiddenSize, outputSize);
  }

  forward(x: tf.Tensor3D): tf.Tensor2D {
    const h0 = tf.zeros<tf.Rank.R3>([1, x.shape[0], this.lstm.hiddenSize]);
    const c0 = tf.zeros<tf.Rank.R3>([1, x.shape[0], this.lstm.hiddenSize]);
    const [out] = this.lstm.forward(x, [h0, c0]);
    return this.fc.forward(torch.select(out, 1, -1));
  }
}

/** The source's training, in its own words. */
function train(seed: number, data: tf.Tensor3D, labels: tf.Tensor2D, test: tf.Tensor3D) {
  torch.manualSeed(seed);
  const model = new WeatherLSTM(1, 10, 1);
  const criterion = new torch.MSELoss();
  const optimizer = new torch.Adam(model.parameters(), { lr: 0.01 });
  const losses: number[] = [];
  const printed: string[] = [];
  for (let epoch = 1; epoch <= 100; epoch++) {
    model.train();
    const loss = optimizer.step(() => criterion.forward(model.forward(data), labels));
    losses.push(loss);
    if (epoch % 10 === 0) printed.push(`Epoch [${epoch}/100], Loss: ${loss.toFixed(4)}`);
  }
  model.eval();
  return { losses, printed, prediction: torch.noGrad(() => model.forward(test)) };
}

function degrees() {
  return {
    data: tf.tensor2d(weather.data).expandDims<tf.Tensor3D>(-1),
    labels: tf.tensor1d(weather.labels).expandDims<tf.Tensor2D>(-1),
    next: tf.tensor2d(weather.test).expandDims<tf.Tensor3D>(-1),
  };
}

describe("the source's weather model", () => {
  for (const { seed, raw, cured } of weather.runs) {
    test(`learns and predicts as in PyTorch on raw degrees, seed ${seed}`, () => {
      const { data, labels, next } = degrees();
      const { losses, prediction } = train(seed, data, labels, next);
      closeEach(losses, raw.losses, 1e-4);
      closeEach(prediction.dataSync(), [raw.prediction], 1e-4);
    });

    test(`and on standardized degrees, seed ${seed}`, () => {
      const { data, labels, next } = degrees();
      const scaler = new series.StandardScaler().fit(data);
      const [x, y, t] = [scaler.transform(data), scaler.transform(labels), scaler.transform(next)];
      const { losses, prediction } = train(seed, x, y, t);
      const scale = Math.max(...cured.losses);
      losses.forEach((loss, i) =>
        assert.ok(Math.abs(loss - cured.losses[i]) < 1e-4 * scale, `epoch ${i + 1}: ${loss}`),
      );
      closeEach(scaler.inverseTransform(prediction).dataSync(), [cured.prediction], 1e-4);
    });
  }
});
