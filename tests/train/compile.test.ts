import assert from 'node:assert/strict';
import { describe, mock, test } from 'node:test';
import { tf } from '../../lib/backend';
import { dense } from '../../lib/layers';
import * as train from '../../lib/train';

const quiet = { verbose: 0 as const };
const x = tf.tensor2d([
  [1, 2],
  [3, 1],
  [0, 1],
  [2, 2],
]);

type Activation = 'sigmoid' | 'softmax';

async function trained(units: number, activation: Activation, loss: string, metrics: string[], y: tf.Tensor) {
  const model = tf.sequential({ layers: [dense({ units, activation, inputShape: [2], kernelInitializer: 'ones' })] });
  model.compile({ optimizer: 'sgd', loss, metrics });
  const history = await train.fit(model, x, y, { validationData: [x, y], shuffle: false, ...quiet });
  return { history, measured: await train.evaluate(model, x, y) };
}

const binary = tf.tensor1d([0, 1, 1, 0]);
const oneHot = tf.oneHot(tf.tensor1d([0, 1, 2, 1], 'int32'), 3);

describe('losses and metrics by Keras’s other names', () => {
  const losses: [string, string[], number, Activation, tf.Tensor][] = [
    ['meanSquaredError', ['mse', 'MSE', 'mean_squared_error', 'MeanSquaredError'], 1, 'sigmoid', binary],
    ['meanAbsoluteError', ['mae', 'MAE', 'mean_absolute_error'], 1, 'sigmoid', binary],
    ['meanAbsolutePercentageError', ['mape', 'mean_absolute_percentage_error'], 1, 'sigmoid', binary],
    ['meanSquaredLogarithmicError', ['msle', 'mean_squared_logarithmic_error'], 1, 'sigmoid', binary],
    ['binaryCrossentropy', ['bce', 'BCE', 'binary_crossentropy', 'BinaryCrossentropy'], 1, 'sigmoid', binary],
    ['categoricalCrossentropy', ['categorical_crossentropy'], 3, 'softmax', oneHot],
    ['sparseCategoricalCrossentropy', ['sparse_categorical_crossentropy'], 3, 'softmax', binary],
    ['kullbackLeiblerDivergence', ['kld', 'KLD', 'kl_divergence'], 3, 'softmax', oneHot],
    ['cosineProximity', ['cosine_similarity'], 3, 'softmax', oneHot],
    ['logcosh', ['log_cosh'], 1, 'sigmoid', binary],
    ['squaredHinge', ['squared_hinge'], 1, 'sigmoid', binary],
    ['categoricalHinge', ['categorical_hinge'], 3, 'softmax', oneHot],
  ];
  for (const [name, others, units, activation, y] of losses) {
    test(`${others.join(', ')}: ${name}`, async () => {
      const expected = await trained(units, activation, name, [], y);
      for (const other of others) {
        const given = await trained(units, activation, other, [], y);
        assert.deepEqual(given.history.metrics, expected.history.metrics);
        assert.deepEqual(given.measured, expected.measured);
      }
    });
  }

  test('metrics have the keys that were asked for', async () => {
    const same = [
      ['acc', 'accuracy', 'binary_accuracy', 'binaryAccuracy'],
      ['mse', 'mean_squared_error', 'meanSquaredError', 'MSE'],
      ['mae', 'mean_absolute_error'],
      ['bce', 'binary_crossentropy', 'binaryCrossentropy'],
    ];
    const { history, measured } = await trained(1, 'sigmoid', 'bce', same.flat(), binary);
    const names = ['loss', ...same.flat()];
    assert.deepEqual(Object.keys(measured), names);
    assert.deepEqual(Object.keys(history.history), [...names, ...names.map((name) => `val_${name}`)]);
    for (const [first, ...others] of same) {
      for (const other of others) assert.ok(Math.abs(measured[other] - measured[first]) < 1e-6, `${other}, ${first}`);
    }
    assert.ok(Math.abs(measured.bce - measured.loss) < 1e-6);
  });

  test('of several outputs, by name', async () => {
    const input = tf.input({ shape: [2] });
    const word = dense({ units: 3, activation: 'softmax', name: 'word' }).apply(input) as tf.SymbolicTensor;
    const length = dense({ units: 1, name: 'length' }).apply(input) as tf.SymbolicTensor;
    const model = tf.model({ inputs: input, outputs: [word, length] });
    model.compile({
      optimizer: 'sgd',
      loss: { word: 'sparse_categorical_crossentropy', length: 'mse' },
      metrics: { word: ['acc'], length: 'mean_absolute_error' } as never,
    });
    const { metrics } = await train.fit(model, x, [binary, tf.ones([4])], quiet);
    assert.deepEqual(Object.keys(metrics), [
      'loss',
      'word_loss',
      'length_loss',
      'word_acc',
      'length_mean_absolute_error',
    ]);
  });

  test('an unknown name is refused with the nearest', () => {
    const model = tf.sequential({ layers: [dense({ units: 1, inputShape: [2] })] });
    const compile = (args: object) => () => model.compile({ optimizer: 'sgd', loss: 'mse', ...args });
    assert.throws(
      compile({ loss: 'mean_squared_eror' }),
      /Unknown loss mean_squared_eror; did you mean "meanSquaredError"/,
    );
    assert.throws(compile({ loss: 'binaryCrossEntropie' }), /did you mean "binaryCrossentropy"/);
    assert.throws(compile({ metrics: ['acuracy'] }), /Unknown metric acuracy; did you mean "accuracy"/);
    assert.throws(compile({ optimizer: 'adma' }), /Unknown Optimizer adma; did you mean "adam"/);
    assert.throws(compile({ optimizer: 'constructor' }), /Unknown Optimizer constructor/);
    assert.throws(compile({ loss: 'softmaxCrossEntropy' }), /Use "categoricalCrossentropy"/);
    compile({ optimizer: 'RMSprop' })();
    assert.equal(model.optimizer.getClassName(), 'RMSProp');
  });

  test('TensorFlow.js’s own fit takes them too', async () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, activation: 'sigmoid', inputShape: [2] })] });
    model.compile({ optimizer: 'adam', loss: 'bce', metrics: ['acc'] });
    const { history } = await model.fit(x, binary, { epochs: 2, verbose: 0, validationData: [x, binary] });
    assert.deepEqual(Object.keys(history).sort(), ['acc', 'loss', 'val_acc', 'val_loss']);
  });
});

test('a history has Keras’s fields', async () => {
  const model = tf.sequential({ layers: [dense({ units: 1, inputShape: [2] })] });
  model.compile({ optimizer: 'sgd', loss: 'mse' });
  const history = await train.fit(model, x, binary, { epochs: 3, batchSize: 2, ...quiet });
  assert.deepEqual(history.epoch, [0, 1, 2]);
  assert.equal(history.history.loss.length, 3);
  assert.equal(history.history.loss[2], history.last('loss'));
  assert.equal(history.params.epochs, 3);
  assert.equal(history.params.steps, 2);
});

test('a callback knows in which direction a metric is better', async () => {
  const direction = async (monitor: string, values: number[]) => {
    const model = tf.sequential({ layers: [dense({ units: 1, inputShape: [2] })] });
    model.compile({ optimizer: tf.train.sgd(0), loss: 'mse', metrics: [monitor] });
    let epoch = 0;
    const feigned: train.Callback = {
      onEpochEnd: (_epoch, logs) => {
        logs[monitor] = values[epoch++];
      },
    };
    const stopping = train.earlyStopping({ monitor: monitor as 'acc', patience: 1 });
    const { epochs } = await train.fit(model, x, binary, { epochs: 3, callbacks: [feigned, stopping], ...quiet });
    return epochs.length;
  };
  for (const rising of ['acc', 'accuracy', 'binary_accuracy', 'binaryAccuracy', 'precision']) {
    assert.equal(await direction(rising, [0.1, 0.2, 0.3]), 3, rising);
    assert.equal(await direction(rising, [0.3, 0.2, 0.1]), 2, rising);
  }
  // TensorFlow.js's cosine is negated: -1 for the same direction
  for (const falling of ['cosine', 'mse', 'mean_absolute_error', 'bce']) {
    assert.equal(await direction(falling, [0.1, 0.2, 0.3]), 2, falling);
    assert.equal(await direction(falling, [0.3, 0.2, 0.1]), 3, falling);
  }
});

test('a number is a learning rate, and options that nobody knows are refused', () => {
  assert.equal(train.getLearningRate(train.adam(0.01)), 0.01);
  assert.equal(train.getLearningRate(train.adamW(0.02)), 0.02);
  assert.equal(train.adamW(0.02).getConfig().weightDecay, train.adamW().getConfig().weightDecay);
  const { schedules, losses } = train;
  const wrong: [string, (options: never) => unknown, string, string][] = [
    ['train.adam', train.adam, 'learning_rate', 'learningRate'],
    ['train.adam', train.adam, 'beta_1', 'beta1'],
    ['train.adamW', train.adamW, 'weight_decay', 'weightDecay'],
    ['train.clip', (options) => train.clip(train.adam(), options), 'global_norm', 'globalNorm'],
    ['train.earlyStopping', train.earlyStopping, 'restore_best_weights', 'restoreBestWeights'],
    ['train.reduceLROnPlateau', train.reduceLROnPlateau, 'min_lr', 'minLr'],
    ['train.modelCheckpoint', (options) => train.modelCheckpoint('unused', options), 'monitr', 'monitor'],
    ['schedules.step', schedules.step, 'evry', 'every'],
    ['schedules.exponential', schedules.exponential, 'decays', 'decay'],
    ['schedules.cosine', schedules.cosine, 'step', 'steps'],
    ['schedules.warmUp', schedules.warmUp, 'thn', 'then'],
    ['schedules.oneCycle', schedules.oneCycle, 'final_divide', 'finalDivide'],
    ['losses.binaryCrossentropy', losses.binaryCrossentropy, 'from_logits', 'fromLogits'],
    ['losses.categoricalCrossentropy', losses.categoricalCrossentropy, 'from_logits', 'fromLogits'],
    ['losses.sparseCategoricalCrossentropy', losses.sparseCategoricalCrossentropy, 'from_logits', 'fromLogits'],
  ];
  for (const [owner, make, name, meant] of wrong) {
    const message = new RegExp(`${owner.replace('.', '\\.')} has no option "${name}"; did you mean "${meant}"`);
    assert.throws(() => make({ [name]: 1 } as never), message);
  }
  assert.throws(() => train.earlyStopping(3 as never), /takes its options as an object, \{ monitor: … \}/);
});

test('a search of a learning rate refuses unknown options', async () => {
  const model = tf.sequential({ layers: [dense({ units: 1, inputShape: [2] })] });
  model.compile({ optimizer: 'sgd', loss: 'mse' });
  await assert.rejects(
    train.findLearningRate(model, x, binary, { batch_size: 2 } as object),
    /did you mean "batchSize"/,
  );
});

test('precision and recall of class numbers are refused, with what to do', async () => {
  const model = tf.sequential({ layers: [dense({ units: 3, activation: 'softmax', inputShape: [2] })] });
  model.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy', metrics: ['Recall'] });
  await assert.rejects(train.fit(model, x, binary, quiet), /compare number by number; .* give tf\.oneHot\(y, 3\)/);
});

test('a last activation that keeps a model from learning is warned of when it is compiled', () => {
  const { losses } = train;
  const warned = (
    units: number,
    activation: 'softmax' | 'sigmoid' | undefined,
    loss: string | ReturnType<typeof losses.binaryCrossentropy>,
  ) => {
    const written: string[] = [];
    const stderr = mock.method(process.stderr, 'write', (text: string) => written.push(text));
    try {
      tf.sequential({ layers: [dense({ units, activation, inputShape: [2] })] }).compile({ optimizer: 'sgd', loss });
    } finally {
      stderr.mock.restore();
    }
    return written.join('');
  };
  const one = /^lstm-lab: Output "dense_Dense\d+" is a softmax of one unit, which is always 1: use .*"sigmoid".*\.\n$/;
  const twice = /ends in (sigmoid|softmax), and its loss takes logits and applies it once more/;
  assert.match(warned(1, 'softmax', 'binaryCrossentropy'), one);
  assert.match(warned(1, 'softmax', 'mse'), one);
  const fromLogits = { fromLogits: true };
  assert.match(warned(1, 'sigmoid', losses.binaryCrossentropy(fromLogits)), twice);
  assert.match(warned(3, 'softmax', losses.categoricalCrossentropy(fromLogits)), twice);
  assert.match(warned(3, 'softmax', losses.sparseCategoricalCrossentropy(fromLogits)), twice);
  assert.match(warned(1, 'sigmoid', tf.losses.sigmoidCrossEntropy), twice);
  for (const right of [
    () => warned(1, 'sigmoid', losses.binaryCrossentropy()),
    () => warned(1, undefined, losses.binaryCrossentropy(fromLogits)),
    () => warned(1, 'sigmoid', 'binaryCrossentropy'),
    () => warned(2, 'softmax', 'categoricalCrossentropy'),
  ])
    assert.equal(right(), '', String(right));
});

test('a callback of train.fit says so when TensorFlow.js’s own fit is given it', async () => {
  const model = tf.sequential({ layers: [dense({ units: 1, inputShape: [2] })] });
  model.compile({ optimizer: 'sgd', loss: 'mse' });
  const callbacks = {
    earlyStopping: train.earlyStopping(),
    reduceLROnPlateau: train.reduceLROnPlateau(),
    learningRateScheduler: train.learningRateScheduler(() => 1),
    csvLogger: train.csvLogger('unused.csv'),
    modelCheckpoint: train.modelCheckpoint('unused'),
  };
  for (const [name, callback] of Object.entries(callbacks)) {
    const message = new RegExp(`train\\.${name} needs train\\.fit: .* Call train\\.fit\\(model, x, y`);
    const stock = callback as unknown as tf.CustomCallbackArgs;
    await assert.rejects(model.fit(x, binary, { callbacks: stock, verbose: 0 }), message);
  }
});
