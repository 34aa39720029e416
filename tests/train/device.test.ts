/** Which device a model is given to, and that a training moves to the card and back with its optimizer; cuDNN and the card are stand-ins. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { backendInfo, choosesDevice, computesOnCard, nativeBackend, onDevice, tf } from '../../lib/backend';
import { lastTier } from '../../lib/kernels';
import * as layers from '../../lib/layers';
import { cardPaysFrom, deviceFor, multiplications } from '../../lib/train/device';
import * as train from '../../lib/train';
import { installFakeCudnn } from '../kernels/fake-cudnn';

const backend = nativeBackend();

test('a model multiplies each matrix at each place of its input', () => {
  const model = tf.sequential({
    layers: [
      layers.embedding({ inputDim: 50, outputDim: 8, inputShape: [null] as unknown as number[] }),
      layers.bidirectional({ layer: layers.lstm({ units: 16, returnSequences: true }) }),
      layers.gru({ units: 10 }),
      layers.dense({ units: 3 }),
    ],
  });
  const lstm = 2 * 4 * 16 * (8 + 16);
  const gru = 3 * 10 * (32 + 10) + 2 * 3 * 10; // its two biases are a matrix
  assert.equal(multiplications(model, [4, 7]), 4 * 7 * (lstm + gru) + 4 * 10 * 3);
});

describe('with a card', { skip: !backend && 'needs the native backend' }, () => {
  let card: ReturnType<typeof installFakeCudnn>;
  before(() => {
    card = installFakeCudnn(backend!);
  });
  after(() => card.remove());

  const withLayer = (layer: tf.layers.Layer) => {
    const model = tf.sequential({ layers: [layer, layers.dense({ units: 1 })] });
    model.compile({ optimizer: train.adam(), loss: 'meanSquaredError' });
    return model;
  };

  const skip = process.env.LSTM_LAB_DEVICE && 'LSTM_LAB_DEVICE has chosen';
  test('only large models go to it, and only those that cuDNN knows', { skip }, () => {
    assert.ok(choosesDevice());
    const shape = [64, 100, 256];
    const inputShape = [100, 256];
    const units = 256;
    const device = (layer: tf.layers.Layer, batch = shape) => deviceFor(withLayer(layer), batch);
    assert.ok(
      multiplications(withLayer(layers.lstm({ units, inputShape })), shape) > cardPaysFrom(backendInfo().threads),
    );
    assert.deepEqual([4, 16].map(cardPaysFrom), [2 ** 30, 2 ** 31]);
    assert.equal(device(layers.lstm({ units, inputShape })), 'gpu');
    assert.equal(device(layers.gru({ units, inputShape })), 'gpu');
    assert.equal(device(layers.bidirectional({ layer: layers.lstm({ units }), inputShape })), 'gpu');
    assert.equal(device(layers.lstm({ units, inputShape, dropout: 0.2 })), 'gpu');
    assert.equal(device(layers.lstm({ units, inputShape }), [1, 100, 256]), 'cpu');
    assert.equal(device(layers.lstm({ units, inputShape, recurrentDropout: 0.2 })), 'cpu');
    assert.equal(device(layers.gru({ units, inputShape, resetAfter: false })), 'cpu');
    assert.equal(device(layers.lstm({ units, inputShape, activation: 'relu' })), 'cpu');
    assert.equal(device(layers.bidirectional({ layer: layers.gru({ units, resetAfter: false }), inputShape })), 'cpu');
    assert.equal(device(tf.layers.lstm({ units, inputShape })), 'cpu');
  });

  test('a device holds for what is called inside, and errors leave it as it was', () => {
    onDevice('gpu', () => {
      assert.ok(computesOnCard());
      onDevice('cpu', () => {
        assert.ok(!computesOnCard());
        onDevice('gpu', () => assert.ok(computesOnCard()));
        assert.ok(!computesOnCard());
      });
      assert.throws(() => onDevice('cpu', () => assert.fail('inside')), /inside/);
      assert.ok(computesOnCard());
    });
  });

  test(
    'fit, evaluate and predict give a small model to the processor, although the card would compute',
    { skip },
    async () => {
      const model = withLayer(layers.lstm({ units: 4, inputShape: [5, 3] }));
      const [x, y] = [tf.ones([6, 5, 3]), tf.ones([6, 1])];
      const tierOf = async (run: () => Promise<unknown>) => {
        tf.dispose(onDevice('gpu', () => model.predict(x)));
        assert.equal(lastTier(), 'cudnn');
        tf.dispose((await run()) as tf.TensorContainer);
        return lastTier();
      };
      assert.equal(await tierOf(async () => void (await train.fit(model, x, y, { epochs: 2, verbose: 0 }))), 'native');
      assert.equal(await tierOf(async () => void (await train.evaluate(model, x, y))), 'native');
      assert.equal(await tierOf(() => train.predict(model, x)), 'native');
      tf.dispose([x, y]);
    },
  );

  test('the same training gives the same weights on either device, and moving between them', () => {
    const x = tf.randomNormal([12, 5, 3], 0, 1, 'float32', 1);
    const y = tf.randomNormal([12, 1], 0, 1, 'float32', 2);
    const weights = (...devices: ('cpu' | 'gpu')[]) => {
      train.seed(7);
      const model = withLayer(layers.lstm({ units: 4, inputShape: [5, 3] }));
      for (const device of devices) {
        for (let k = 0; k < 3; k++) {
          onDevice(device, () => {
            const loss = () => (model.apply(x, { training: true }) as tf.Tensor).sub(y).square().mean() as tf.Scalar;
            const { value, grads } = tf.variableGrads(loss);
            model.optimizer.applyGradients(grads);
            tf.dispose([value, grads]);
          });
          assert.equal(lastTier(), device === 'gpu' ? 'cudnn' : 'native');
        }
      }
      return model.getWeights().flatMap((weight) => [...weight.dataSync()]);
    };
    const expected = weights('cpu', 'cpu', 'cpu');
    for (const devices of [
      ['gpu', 'gpu', 'gpu'],
      ['cpu', 'gpu', 'cpu'],
    ] as const) {
      const found = weights(...devices);
      found.forEach((value, k) => assert.ok(Math.abs(value - expected[k]) < 1e-5, `${k}: ${value}, ${expected[k]}`));
    }
    tf.dispose([x, y]);
  });
});
