/** An index that is not in an embedding's table: one sentence that names the layer, whatever reads the rows. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { tf } from '../../lib/backend';
import * as layers from '../../lib/layers';
import { fit } from '../../lib/train';

const above: Record<string, () => tf.layers.Layer> = {
  lstm: () => layers.lstm({ units: 3 }),
  'lstm with recurrent dropout': () => layers.lstm({ units: 3, recurrentDropout: 0.5 }),
  'gru, reset before the product': () => layers.gru({ units: 3, resetAfter: false }),
  'simple RNN': () => layers.simpleRNN({ units: 3 }),
  bidirectional: () => layers.bidirectional({ layer: layers.lstm({ units: 3 }) as tf.RNN }),
  flatten: () => tf.layers.flatten(),
  pooling: () => tf.layers.globalAveragePooling1d(),
};

describe('an index that is not in the table of an embedding', () => {
  for (const [name, layer] of Object.entries(above)) {
    for (const maskZero of [false, true]) {
      if (maskZero && name === 'flatten') continue;
      test(`below ${name}${maskZero ? ', masked' : ''}`, async () => {
        const table = layers.embedding({ inputDim: 4, outputDim: 2, inputLength: 3, maskZero, name: 'words' });
        const model = tf.sequential({ layers: [table, layer(), tf.layers.dense({ units: 1 })] });
        const y = tf.ones([1, 1]);
        for (const id of [4, -1]) {
          const x = tf.tensor2d([[1, id, 0]]);
          const message = `words: the table has rows 0 to 3; it was asked for row ${id}.`;
          assert.throws(() => (model.predict(x) as tf.Tensor).dataSync(), { message });
          model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
          await assert.rejects(fit(model, x, y, { epochs: 1, verbose: 0 }), { message });
        }
      });
    }
  }
});
