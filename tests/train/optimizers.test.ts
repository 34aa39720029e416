import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { tf } from '../../lib/backend';
import { dense } from '../../lib/layers';
import { Adam, adam, fit, seed } from '../../lib/train';

const isOurs = (optimizer: tf.Optimizer) => Object.prototype.isPrototypeOf.call(Adam.prototype, optimizer);

async function trained(optimizer: string | tf.Optimizer): Promise<number[]> {
  seed(3);
  const model = tf.sequential({ layers: [dense({ units: 2, inputShape: [3] })] });
  model.compile({ optimizer, loss: 'meanSquaredError' });
  const x = tf.randomNormal([64, 3]);
  await fit(model, x, tf.ones([64, 2]), { epochs: 2, verbose: 0 });
  return [...model.getWeights()[0].dataSync()];
}

describe('an optimizer given by its name', () => {
  test('is Keras’s Adam, in functional models and sequential ones', async () => {
    assert.deepEqual(await trained('adam'), await trained(adam()));
    const input = tf.input({ shape: [3] });
    const model = tf.model({ inputs: input, outputs: dense({ units: 1 }).apply(input) as tf.SymbolicTensor });
    model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
    assert.ok(isOurs(model.optimizer));
    model.compile({ optimizer: 'AdamW', loss: 'meanSquaredError' });
    assert.equal(model.optimizer.getClassName(), 'AdamW');
  });

  test('goes with its model', async () => {
    const model = tf.sequential({ layers: [dense({ units: 2, inputShape: [3] })] });
    model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
    const before = tf.memory().numTensors;
    await fit(model, tf.ones([8, 3]), tf.ones([8, 2]), { verbose: 0 });
    assert.ok(model.dispose().numDisposedVariables > 0);
    assert.ok(tf.memory().numTensors < before + 2, `${tf.memory().numTensors} tensors, before ${before}`);
  });

  test('the others are TensorFlow.js’s, and so is tf.train.adam()', () => {
    const model = tf.sequential({ layers: [dense({ units: 2, inputShape: [3] })] });
    model.compile({ optimizer: 'rmsprop', loss: 'meanSquaredError' });
    assert.equal(model.optimizer.getClassName(), 'RMSProp');
    model.compile({ optimizer: tf.train.adam(), loss: 'meanSquaredError' });
    assert.ok(!isOurs(model.optimizer));
    assert.throws(
      () => model.compile({ optimizer: 'nonsense', loss: 'meanSquaredError' }),
      /Unknown Optimizer nonsense/,
    );
  });
});
