import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { tf } from '../../lib/backend';
import * as layers from '../../lib/layers';
import * as train from '../../lib/train';

const quiet = { verbose: 0 as const };
type Loss = string | ((target: tf.Tensor, prediction: tf.Tensor) => tf.Tensor);
type Activation = 'softmax' | 'sigmoid';

/** Features `[batch, 2]` to `units`. */
function flat(units: number, activation: Activation | undefined, loss: Loss, metrics: string[] = []) {
  const layer = layers.dense({ units, activation, inputShape: [2], kernelInitializer: 'ones' });
  const model = tf.sequential({ layers: [layer] });
  model.compile({ optimizer: 'sgd', loss, metrics });
  return model;
}

/** Features `[batch, time, 2]` to `units`, for each step or for the whole sequence. */
function recurrent(units: number, returnSequences: boolean, loss: Loss, activation?: Activation) {
  const lstm = layers.lstm({ units: 3, returnSequences, inputShape: [4, 2] });
  const model = tf.sequential({ layers: [lstm, layers.dense({ units, activation })] });
  model.compile({ optimizer: 'sgd', loss });
  return model;
}

const x = tf.tensor2d([
  [1, 2],
  [3, 1],
  [0, 1],
  [2, 2],
]);
const classes = [0, 1, 2, 1];
const oneHot = () => tf.oneHot(tf.tensor1d(classes, 'int32'), 3);

describe('targets of integers and booleans train as those of float32 do', () => {
  const mine = (target: tf.Tensor, prediction: tf.Tensor) => tf.mean(tf.squaredDifference(target, prediction), -1);
  const stocks = ['meanSquaredError', 'meanAbsoluteError', 'hinge', 'squaredHinge', 'categoricalHinge', 'logcosh'];
  const more = ['poisson', 'kullbackLeiblerDivergence', 'meanAbsolutePercentageError', 'meanSquaredLogarithmicError'];
  const { binaryCrossentropy, categoricalCrossentropy, sparseCategoricalCrossentropy } = train.losses;
  const cases: [number, Activation | undefined, Loss[], () => tf.Tensor][] = [
    [3, 'softmax', ['categoricalCrossentropy', categoricalCrossentropy(), mine, ...stocks, ...more], oneHot],
    [3, undefined, [categoricalCrossentropy({ fromLogits: true }), tf.losses.softmaxCrossEntropy], oneHot],
    [1, 'sigmoid', ['binaryCrossentropy', binaryCrossentropy(), mine], () => tf.tensor2d([0, 1, 1, 0], [4, 1])],
    [1, 'sigmoid', ['binaryCrossentropy', binaryCrossentropy(), mine], () => tf.tensor1d([0, 1, 1, 0])],
    [1, undefined, [binaryCrossentropy({ fromLogits: true })], () => tf.tensor1d([0, 1, 1, 0])],
    [2, 'softmax', ['sparseCategoricalCrossentropy', sparseCategoricalCrossentropy()], () => tf.tensor1d([0, 1, 1, 0])],
    [2, undefined, [sparseCategoricalCrossentropy({ fromLogits: true })], () => tf.tensor2d([0, 1, 1, 0], [4, 1])],
  ];
  for (const [units, activation, losses, make] of cases) {
    for (const loss of losses) {
      const name = typeof loss === 'string' ? loss : loss.name || 'a function';
      test(`${name}, ${units} units, ${activation ?? 'no activation'}, targets ${make().rank}-dimensional`, async () => {
        const numbers: Record<string, number>[] = [];
        for (const dtype of ['float32', 'int32', 'bool'] as const) {
          const model = flat(units, activation, loss, ['accuracy']);
          const y = tf.cast(make(), dtype);
          const before = tf.memory().numTensors;
          const { metrics } = await train.fit(model, x, y, { validationData: [x, y], ...quiet });
          assert.equal(tf.memory().numTensors, before, 'nothing leaks');
          function* stream() {
            yield { xs: x.clone(), ys: y.clone() };
          }
          const streamed = await train.evaluate(model, stream);
          assert.equal(tf.memory().numTensors, before, 'nothing leaks from a stream');
          numbers.push({ loss: metrics.loss[0], accuracy: metrics.accuracy[0], val: metrics.val_loss[0], ...streamed });
        }
        assert.ok(Number.isFinite(numbers[0].loss));
        assert.deepEqual(numbers[1], numbers[0]);
        assert.deepEqual(numbers[2], numbers[0]);
      });
    }
  }

  test('a loss of the reader’s own gets integers as integers', async () => {
    const own = (target: tf.Tensor, prediction: tf.Tensor) => {
      return tf.losses.softmaxCrossEntropy(tf.oneHot(target as tf.Tensor1D, 3), prediction);
    };
    for (const y of [tf.tensor1d(classes, 'int32'), tf.tensor1d([0, 1, 1, 0], 'bool')]) {
      const { metrics } = await train.fit(flat(3, undefined, own), x, y, quiet);
      assert.ok(Number.isFinite(metrics.loss[0]));
    }
  });
});

test('inputs of integers and booleans are taken, also in predict and from arrays', async () => {
  for (const dtype of ['int32', 'bool'] as const) {
    const given = tf.cast(tf.notEqual(x, 1), dtype);
    const numbers = tf.cast(given, 'float32');
    const [a, b] = [flat(1, undefined, 'meanSquaredError'), flat(1, undefined, 'meanSquaredError')];
    const y = [1, 2, 3, 4];
    assert.deepEqual((await train.fit(a, given, y, quiet)).metrics, (await train.fit(b, numbers, y, quiet)).metrics);
    const before = tf.memory().numTensors;
    const [p, q] = [await train.predict(a, given), await train.predict(b, numbers)];
    assert.deepEqual([...p.dataSync()], [...q.dataSync()]);
    tf.dispose([p, q]);
    assert.equal(tf.memory().numTensors, before);
    const recurrentModel = recurrent(1, false, 'meanSquaredError');
    const steps = tf.cast(tf.ones([4, 4, 2]), dtype);
    assert.ok(Number.isFinite((await train.fit(recurrentModel, steps, y, quiet)).metrics.loss[0]));
  }
});

test('a loss that is no number, with integers as inputs and targets, gives its sentence', async () => {
  const model = tf.sequential({ layers: [layers.embedding({ inputDim: 5, outputDim: 2, inputLength: 1 })] });
  model.add(tf.layers.flatten());
  model.add(layers.dense({ units: 2, activation: 'softmax' }));
  model.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
  model.layers[2].setWeights([tf.fill([2, 2], NaN), tf.zeros([2])]);
  const indices = tf.tensor2d([1, 2, 3, 4], [4, 1], 'int32');
  await assert.rejects(
    train.fit(model, indices, tf.tensor1d([0, 1, 1, 0], 'int32'), quiet),
    /The loss is NaN in epoch 1/,
  );
  const dense = flat(2, 'softmax', 'sparseCategoricalCrossentropy');
  dense.setWeights([tf.fill([2, 2], NaN), tf.zeros([2])]);
  const y = tf.tensor1d([0, 1, 1, 0], 'int32');
  await assert.rejects(train.fit(dense, tf.cast(x, 'int32'), y, quiet), /The loss is NaN in epoch 1/);
});

describe('targets that do not fit are refused with both shapes and the cure', () => {
  const sparse = 'sparseCategoricalCrossentropy';
  const categorical = 'categoricalCrossentropy';
  const { losses } = train;
  const inSteps = tf.ones([4, 4, 2]);
  const cases: [string, () => tf.LayersModel, tf.Tensor, tf.Tensor, RegExp][] = [
    [
      'class numbers, one-hot loss',
      () => flat(3, 'softmax', categorical),
      x,
      tf.tensor1d(classes),
      /\[4\]; .*\[any,3\].*"sparseCategoricalCrossentropy", or give tf\.oneHot\(y, 3\)/,
    ],
    [
      'class numbers with an axis',
      () => flat(3, 'softmax', categorical),
      x,
      tf.tensor2d(classes, [4, 1]),
      /\[4,1\]; .*"sparseCategoricalCrossentropy"/,
    ],
    [
      'the same from logits',
      () => flat(3, undefined, losses.categoricalCrossentropy({ fromLogits: true })),
      x,
      tf.tensor2d(classes, [4, 1]),
      /\[4,1\]; .*"sparseCategoricalCrossentropy"/,
    ],
    [
      'one-hot, sparse loss',
      () => flat(3, 'softmax', sparse),
      x,
      oneHot(),
      /\[4,3\]; .*\[any,3\].*"categoricalCrossentropy" is the loss for one-hot targets, or give y\.argMax/,
    ],
    [
      'one-hot, own sparse loss',
      () => flat(3, undefined, losses.sparseCategoricalCrossentropy({ fromLogits: true })),
      x,
      oneHot(),
      /y\.argMax/,
    ],
    [
      'fewer classes than units',
      () => flat(5, 'softmax', categorical),
      x,
      oneHot(),
      /\[4,3\]; .*\[any,5\].*needs 3 units/,
    ],
    [
      'five units, one number',
      () => flat(5, undefined, 'meanSquaredError'),
      x,
      tf.ones([4, 1]),
      /\[4,1\]; .*\[any,5\].*needs 1 unit for these targets; for class numbers use "sparse/,
    ],
    ['five units, no axis', () => flat(5, undefined, 'meanAbsoluteError'), x, tf.ones([4]), /\[4\]; .*\[any,5\]/],
    [
      'one unit, five numbers',
      () => flat(1, undefined, 'meanSquaredError'),
      x,
      tf.ones([4, 5]),
      /\[4,5\]; .*\[any,1\].*needs 5 units/,
    ],
    [
      'two classes, one unit',
      () => flat(1, 'sigmoid', 'binaryCrossentropy'),
      x,
      tf.ones([4, 2]),
      /\[4,2\]; .*2 units with softmax/,
    ],
    ['binary, many units', () => flat(3, 'sigmoid', 'binaryCrossentropy'), x, tf.ones([4, 1]), /\[4,1\]; .*\[any,3\]/],
    [
      'stock function',
      () => flat(5, undefined, tf.losses.meanSquaredError),
      x,
      tf.ones([4, 1]),
      /\[4,1\]; .*\[any,5\]/,
    ],
    [
      'each step, one number',
      () => recurrent(96, true, 'meanSquaredError'),
      inSteps,
      tf.ones([4, 4, 1]),
      /\[4,4,1\]; .*\[any,4,96\].*sparseCategoricalCrossentropy/,
    ],
    [
      'each step, class numbers',
      () => recurrent(96, true, categorical, 'softmax'),
      inSteps,
      tf.ones([4, 4, 1]),
      /tf\.oneHot\(y, 96\)/,
    ],
    [
      'each step, one for all',
      () => recurrent(1, true, 'meanSquaredError'),
      inSteps,
      tf.ones([4, 1]),
      /\[4,1\]; .*\[any,4,1\].*returnSequences: false/,
    ],
    [
      'each step, one class for all',
      () => recurrent(3, true, sparse, 'softmax'),
      inSteps,
      tf.ones([4]),
      /returnSequences: false/,
    ],
    [
      'one for all, each step',
      () => recurrent(1, false, 'meanSquaredError'),
      inSteps,
      tf.ones([4, 4, 1]),
      /\[4,4,1\]; .*\[any,1\].*returnSequences: true/,
    ],
    [
      'other steps',
      () => recurrent(1, true, 'meanSquaredError'),
      inSteps,
      tf.ones([4, 7, 1]),
      /targets for 7 steps and predictions for 4/,
    ],
    [
      'class beyond',
      () => flat(3, 'softmax', sparse),
      x,
      tf.tensor1d([0, 1, 2, 7]),
      /hold 7; class numbers are integers from 0 to 2.*needs 8 units/,
    ],
    [
      'class beyond, integers',
      () => flat(3, undefined, losses.sparseCategoricalCrossentropy({ fromLogits: true })),
      x,
      tf.tensor1d([0, 1, 0, 3], 'int32'),
      /hold 3; .*needs 4 units/,
    ],
    [
      'counted from 1',
      () => flat(3, 'softmax', sparse),
      x,
      tf.tensor1d([1, 2, 3, 1]),
      /hold 3; .*They count from 1: subtract 1/,
    ],
    ['class below', () => flat(3, 'softmax', sparse), x, tf.tensor1d([0, -1, 2, 1]), /hold -1; class numbers/],
    [
      'class of a fraction',
      () => flat(3, 'softmax', sparse),
      x,
      tf.tensor1d([0, 0.5, 2, 1]),
      /hold 0\.5; class numbers are integers/,
    ],
    ['class NaN', () => flat(3, 'softmax', sparse), x, tf.tensor1d([0, NaN, 2, 1]), /hold NaN; class numbers/],
    [
      'binary -1 and 1',
      () => flat(1, 'sigmoid', 'binaryCrossentropy'),
      x,
      tf.tensor1d([1, -1, 1, 1]),
      /hold -1; .*\(y \+ 1\) \/ 2/,
    ],
    [
      'binary 2',
      () => flat(1, undefined, losses.binaryCrossentropy({ fromLogits: true })),
      x,
      tf.tensor1d([1, 2, 1, 1]),
      /hold 2; .*"sparseCategoricalCrossentropy"/,
    ],
    ['text', () => flat(1, undefined, 'meanSquaredError'), x, tf.tensor1d(['a', 'b', 'c', 'd']), /of type string/],
    [
      'inputs of text',
      () => flat(1, undefined, 'meanSquaredError'),
      tf.tensor2d(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'], [4, 2]),
      tf.ones([4]),
      /x is of type string/,
    ],
    ['counts', () => flat(1, undefined, 'meanSquaredError'), x, tf.ones([3]), /x holds 4 samples, y 3/],
  ];
  for (const [name, build, inputs, y, message] of cases) {
    test(name, async () => {
      const model = build();
      const before = tf.memory().numTensors;
      await assert.rejects(train.fit(model, inputs, y, quiet), message);
      await assert.rejects(train.evaluate(model, inputs, y), message);
      assert.equal(tf.memory().numTensors, before, 'nothing leaks');
      if (name === 'counts') return;
      const stream = () => [{ xs: inputs.clone(), ys: y.clone() }];
      await assert.rejects(train.fit(model, stream, quiet), (error: Error) => {
        return message.test(error.message) || /the training data's xs is of type string/i.test(error.message);
      });
      assert.equal(tf.memory().numTensors, before, 'nothing leaks from a stream');
    });
  }

  test('validation data is named', async () => {
    const model = flat(3, 'softmax', 'sparseCategoricalCrossentropy');
    const options = { validationData: [x, tf.tensor1d([0, 1, 2, 9])] as [tf.Tensor, tf.Tensor], ...quiet };
    await assert.rejects(train.fit(model, x, tf.tensor1d(classes), options), /The validation targets .* hold 9/);
  });

  test('each output is named, by its own loss', async () => {
    const input = tf.input({ shape: [2] });
    const a = layers.dense({ units: 3, activation: 'softmax', name: 'word' }).apply(input) as tf.SymbolicTensor;
    const b = layers.dense({ units: 1, name: 'length' }).apply(input) as tf.SymbolicTensor;
    const model = tf.model({ inputs: input, outputs: [a, b] });
    model.compile({ optimizer: 'sgd', loss: ['sparseCategoricalCrossentropy', 'meanSquaredError'] });
    const word = tf.tensor1d(classes);
    await assert.rejects(train.fit(model, x, [word, tf.ones([4, 2])], quiet), /output "length" have shape \[4,2\]/);
    await assert.rejects(train.fit(model, x, [oneHot(), tf.ones([4])], quiet), /output "word" have shape \[4,3\]/);
    await assert.rejects(train.fit(model, x, [word, tf.ones([3])], quiet), /same first axis/);
    await assert.rejects(train.fit(model, x, word, quiet), /y holds 1 tensors; the model has 2: word, length/);
    await train.fit(model, x, [word, tf.ones([4])], quiet);
    model.compile({ optimizer: 'sgd', loss: { word: 'categoricalCrossentropy', length: 'meanSquaredError' } });
    await assert.rejects(train.fit(model, x, { word, length: tf.ones([4]) }, quiet), /"sparseCategoricalCrossentropy"/);
  });

  test('a batch of a stream whose parts differ in length', async () => {
    const stream = () => [{ xs: x.clone(), ys: tf.ones([3]) }];
    await assert.rejects(
      train.fit(flat(1, undefined, 'meanSquaredError'), stream, quiet),
      /4 samples in xs and 3 in ys/,
    );
  });

  test('rows of unequal length', async () => {
    await assert.rejects(
      train.fit(flat(1, undefined, 'meanSquaredError'), [[1, 2], [3]], [1, 2], quiet),
      /x has rows of different lengths; .*\[2,2\]/,
    );
  });

  test('an unknown option, with the nearest', async () => {
    const model = flat(1, undefined, 'meanSquaredError');
    const y = tf.ones([4]);
    const wrong = (options: object) => train.fit(model, x, y, { ...quiet, ...options });
    await assert.rejects(wrong({ batch_size: 4 }), /train\.fit has no option "batch_size"; did you mean "batchSize"\?/);
    await assert.rejects(wrong({ validation_data: 4 }), /did you mean "validationData"/);
    await assert.rejects(wrong({ epoch: 4 }), /did you mean "epochs"/);
    await assert.rejects(train.evaluate(model, x, y, { batchsize: 1 } as object), /did you mean "batchSize"/);
    await assert.rejects(train.predict(model, x, { batch_size: 1 } as object), /did you mean "batchSize"/);
  });
});

describe('a model with a fixed number of samples in a batch', () => {
  const batch = 4;
  const build = () => {
    const lstm = layers.lstm({ units: 3, stateful: true, batchInputShape: [batch, 5, 1] });
    const model = tf.sequential({ layers: [lstm, layers.dense({ units: 1 })] });
    model.compile({ optimizer: tf.train.sgd(0), loss: 'meanSquaredError' });
    return model;
  };
  const rows = tf.randomNormal([3 * batch, 5, 1], 0, 1, 'float32', 2);
  const y = tf.ones([3 * batch, 1]);

  test('is fitted, evaluated and asked in steps of it, each going on where the one before ended', async () => {
    const model = build();
    // sample i of each batch continues sample i of the batch before: as one long sequence it must give the same
    const long = tf.concat(tf.split(rows, 3), 1);
    const whole = layers.lstm({ units: 3, inputShape: [15, 1] });
    const stateless = tf.sequential({ layers: [whole, layers.dense({ units: 1 })] });
    stateless.setWeights(model.getWeights());
    const expected = [...(await train.predict(stateless, long)).dataSync()];
    const near = (given: number[]) =>
      given.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) < 1e-6, `${value} for ${expected[i]}`));

    near([...(await train.predict(model, rows)).dataSync()].slice(2 * batch));
    model.resetStates();
    const history = await train.fit(model, rows, y, { shuffle: false, ...quiet });
    assert.equal(history.params.steps, 3);
    assert.equal(history.batchLosses.length, 3);
    const last = expected.reduce((sum, value) => sum + (value - 1) ** 2, 0) / batch;
    assert.ok(Math.abs(history.batchLosses[2] - last) < 1e-6);
    model.resetStates();
    const first = await train.evaluate(model, rows, y, { batchSize: batch });
    assert.ok(Math.abs(first.loss - history.metrics.loss[0]) < 1e-6);
  });

  test('keeps its states from epoch to epoch, as in Keras, until they are reset', async () => {
    const firstLosses = async (callbacks: train.Callback[]) => {
      const model = build();
      model.setWeights(model.getWeights().map((weight) => tf.fill(weight.shape, 0.3)));
      const { batchLosses } = await train.fit(model, rows, y, { epochs: 2, shuffle: false, callbacks, ...quiet });
      return [batchLosses[0], batchLosses[3]];
    };
    const [first, second] = await firstLosses([]);
    assert.ok(Math.abs(first - second) > 1e-3);
    const resetting: train.Callback = { onEpochBegin: (_epoch, _logs, { model }) => model.resetStates() };
    assert.deepEqual(await firstLosses([resetting]), [first, first]);
  });

  test('takes no other size and no rest', async () => {
    const model = build();
    await assert.rejects(
      train.fit(model, rows, y, { batchSize: 6, ...quiet }),
      /batchSize is 6; .*fixes 4 samples a batch/,
    );
    const [odd, targets] = [rows.slice(0, 10), y.slice(0, 10)];
    const rest = /x holds 10 samples, which leaves 2 over: .*fixes 4 a batch\. Give 8 or 12\./;
    await assert.rejects(train.fit(model, odd, targets, quiet), rest);
    await assert.rejects(train.evaluate(model, odd, targets), rest);
    await assert.rejects(train.predict(model, odd), rest);
    await assert.rejects(
      train.fit(model, rows, y, { validationData: [odd, targets], ...quiet }),
      /validation x holds 10/,
    );
    await assert.rejects(train.fit(model, rows, y, { validationSplit: 0.2, ...quiet }), /leaves 1 over/);
    await assert.rejects(
      train.fit(model, () => [{ xs: odd.clone(), ys: targets.clone() }], quiet),
      /A batch of the training data/,
    );
  });
});
