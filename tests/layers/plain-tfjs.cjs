/** Loads models and predicts with plain TensorFlow.js, its own CPU backend and nothing of lstm-lab. Reads and writes JSON. */
const tf = require('@tensorflow/tfjs');

async function main() {
  const cases = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
  const results = [];
  for (const { artifacts, inputs } of cases) {
    try {
      const weightData = Uint8Array.from(Buffer.from(artifacts.weights, 'base64')).buffer;
      const model = await tf.loadLayersModel(tf.io.fromMemory({ ...artifacts, weightData }));
      const output = model.predict(inputs.map(({ values, shape }) => tf.tensor(values, shape)));
      results.push({ classes: model.layers.map((l) => l.getClassName()), values: Array.from(output.dataSync()) });
    } catch (error) {
      results.push({ error: error.message });
    }
  }
  process.stdout.write(JSON.stringify(results));
}

void main();
