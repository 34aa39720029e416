import { afterEach, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { tf } from '../../lib/backend';
import * as layers from '../../lib/layers';
import * as train from '../../lib/train';
import type { FitOptions } from '../../lib/train';
import { fixture, tensorOf, type Stored } from './fixture';

const unseeded = Math.random;
afterEach(() => {
  Math.random = unseeded;
});

interface Case {
  name: string;
  x: Stored;
  y: Stored;
  weights: Stored[];
  history: Record<string, number[]>;
  evaluated: Record<string, number>;
  trained: Stored[];
  sampleWeight?: Stored;
}

const close = (given: number, expected: number, what: string) =>
  assert.ok(Math.abs(given - expected) <= 1e-6 + 2e-5 * Math.abs(expected), `${what}: ${given} instead of ${expected}`);

const dense = (units: number, activation?: 'sigmoid' | 'softmax', l2 = 0) =>
  tf.sequential({
    layers: [
      tf.layers.dense({
        units: 4,
        activation: 'tanh',
        inputShape: [3],
        kernelRegularizer: l2 ? tf.regularizers.l2({ l2 }) : undefined,
      }),
      tf.layers.dense({ units, activation }),
    ],
  });
const constrained = () =>
  tf.sequential({
    layers: [
      layers.lstm({
        units: 3,
        inputShape: [4, 3],
        kernelConstraint: tf.constraints.maxNorm({ maxValue: 0.8, axis: 0 }),
        recurrentConstraint: tf.constraints.minMaxNorm({ minValue: 0.2, maxValue: 0.6, rate: 0.5, axis: 0 }),
        biasConstraint: 'nonNeg',
      }),
      layers.dense({ units: 1, kernelConstraint: 'unitNorm' }),
    ],
  });
const masked = (units = 3, activation: 'softmax' | 'sigmoid' = 'softmax') =>
  tf.sequential({
    layers: [
      tf.layers.embedding({ inputDim: 5, outputDim: 3, maskZero: true, inputLength: 4 }),
      tf.layers.dense({ units, activation }),
    ],
  });

const set: Record<
  string,
  { model: () => tf.LayersModel; loss: string; metrics: string[]; rate?: number; fit?: FitOptions }
> = {
  mse: { model: () => dense(1), loss: 'meanSquaredError', metrics: ['mae'] },
  bce: { model: () => dense(1, 'sigmoid'), loss: 'binaryCrossentropy', metrics: ['accuracy'] },
  sparse: { model: () => dense(3, 'softmax'), loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] },
  onehot: { model: () => dense(3, 'softmax'), loss: 'categoricalCrossentropy', metrics: ['accuracy'] },
  sampleWeight: { model: () => dense(1, 'sigmoid'), loss: 'binaryCrossentropy', metrics: ['accuracy'] },
  classWeight: {
    model: () => dense(3, 'softmax'),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
    fit: { classWeight: { 1: 5, 2: 0.5 } },
  },
  validationSplit: {
    model: () => dense(1, 'sigmoid'),
    loss: 'binaryCrossentropy',
    metrics: ['accuracy'],
    fit: { validationSplit: 0.3 },
  },
  l2: { model: () => dense(1, undefined, 0.01), loss: 'meanSquaredError', metrics: ['mae'] },
  mask: {
    model: masked,
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
    rate: 0.5,
    fit: { batchSize: 2 },
  },
  precision: {
    model: () => dense(3, 'sigmoid'),
    loss: 'binaryCrossentropy',
    metrics: ['precision', 'recall'],
    fit: { validationSplit: 0.3 },
  },
  maskedPrecision: {
    model: () => masked(1, 'sigmoid'),
    loss: 'binaryCrossentropy',
    metrics: ['precision', 'recall'],
    rate: 0.5,
    fit: { batchSize: 2 },
  },
  constraints: { model: constrained, loss: 'meanSquaredError', metrics: ['mae'] },
  maskAndWeights: {
    model: masked,
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
    rate: 0.5,
    fit: { batchSize: 2 },
  },
};

describe('fit and evaluate give the numbers of Keras', () => {
  for (const keras of fixture<{ cases: Case[] }>('fit').cases) {
    test(keras.name, async () => {
      const { model: build, loss, metrics, rate = 0.1, fit } = set[keras.name];
      const model = build();
      model.setWeights(keras.weights.map((weight) => tensorOf(weight)));
      model.compile({ optimizer: tf.train.sgd(rate), loss, metrics });
      const [x, y] = [tensorOf(keras.x), tensorOf(keras.y)];
      const sampleWeight = keras.sampleWeight && tensorOf(keras.sampleWeight);
      const options = { epochs: 3, batchSize: 4, shuffle: false, verbose: 0 as const, sampleWeight, ...fit };
      const history = await train.fit(model, x, y, options);
      assert.deepEqual(Object.keys(history.metrics).sort(), Object.keys(keras.history).sort());
      for (const [name, values] of Object.entries(keras.history)) {
        values.forEach((value, i) => close(history.metrics[name][i], value, `${name} after epoch ${i + 1}`));
      }
      model.getWeights().forEach((weight, w) => {
        const values = weight.dataSync();
        keras.trained[w].values.forEach((value, i) => close(values[i], value, `weight ${w}[${i}]`));
      });
      const evaluated = await train.evaluate(model, x, y, { batchSize: 5 });
      for (const [name, value] of Object.entries(keras.evaluated)) close(evaluated[name], value, `evaluated ${name}`);
    });
  }
});

const compiled = (rate = 0.1) => {
  const model = dense(1, 'sigmoid');
  model.compile({ optimizer: tf.train.adam(rate), loss: 'binaryCrossentropy', metrics: ['accuracy'] });
  return model;
};
const data = (rows = 40): [tf.Tensor2D, tf.Tensor1D] => {
  const x = tf.randomNormal<tf.Rank.R2>([rows, 3], 0, 1, 'float32', 5);
  return [x, tf.tidy(() => x.sum(1).greater(0).toFloat() as tf.Tensor1D)];
};
const quiet = { verbose: 0 as const };

describe('fit', () => {
  test('learns', async () => {
    train.seed(1);
    const [x, y] = data(200);
    const history = await train.fit(compiled(), x, y, { epochs: 10, ...quiet });
    assert.ok(history.last('accuracy') > 0.95, String(history));
    assert.equal(history.batchLosses.length, 10 * 7);
    assert.deepEqual(history.params, { epochs: 10, steps: 7, samples: 200 });
  });

  test('gives the same weights after the same seed, others after another', async () => {
    const [x, y] = data();
    const weights = async (seed: number) => {
      train.seed(seed);
      const model = compiled();
      await train.fit(model, x, y, { epochs: 2, ...quiet });
      return model.getWeights().map((weight) => [...weight.dataSync()]);
    };
    const first = await weights(3);
    assert.deepEqual(await weights(3), first);
    assert.notDeepEqual(await weights(4), first);
  });

  test('shuffles anew each epoch, all rows once', async () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
    const seen: number[][] = [];
    const spy = (truth: tf.Tensor, prediction: tf.Tensor) => {
      seen.push([...truth.dataSync()]);
      return tf.losses.meanSquaredError(truth, prediction);
    };
    model.compile({ optimizer: tf.train.sgd(0), loss: spy });
    const rows = Array.from({ length: 10 }, (_, i) => [i]);
    await train.fit(model, rows, rows, { epochs: 2, batchSize: 4, ...quiet });
    const orders = [seen.slice(0, 3).flat(), seen.slice(3).flat()];
    assert.notDeepEqual(orders[0], orders[1]);
    for (const order of orders) assert.deepEqual([...order].sort(), rows.flat());
  });

  test('reads arrays, several inputs by list and by name, generators and datasets alike', async () => {
    const build = () => {
      const [a, b] = [tf.input({ shape: [1], name: 'a' }), tf.input({ shape: [1], name: 'b' })];
      const sum = tf.layers.concatenate().apply([a, b]) as tf.SymbolicTensor;
      const output = tf.layers.dense({ units: 1, kernelInitializer: 'ones' }).apply(sum) as tf.SymbolicTensor;
      const model = tf.model({ inputs: [a, b], outputs: output });
      model.compile({ optimizer: tf.train.sgd(0.01), loss: 'meanSquaredError' });
      return model;
    };
    const [a, b, y] = [
      [[1], [2], [3], [4]],
      [[4], [3], [2], [1]],
      [1, 2, 3, 4],
    ];
    const dataset = tf.data
      .zip({ xs: tf.data.zip({ a: tf.data.array(a), b: tf.data.array(b) }), ys: tf.data.array(y) })
      .batch(2);
    async function* generator() {
      for (const i of [0, 2]) yield { xs: { a: a.slice(i, i + 2), b: b.slice(i, i + 2) }, ys: y.slice(i, i + 2) };
    }
    const plain = { epochs: 2, batchSize: 2, shuffle: false, ...quiet };
    const losses = [
      (await train.fit(build(), [tf.tensor(a), tf.tensor(b)], y, plain)).metrics.loss,
      (await train.fit(build(), { b, a }, y, plain)).metrics.loss,
      (await train.fit(build(), generator, { epochs: 2, ...quiet })).metrics.loss,
      (await train.fit(build(), dataset, { epochs: 2, ...quiet })).metrics.loss,
    ];
    for (const loss of losses.slice(1)) assert.deepEqual(loss, losses[0]);
  });

  test('cuts an endless generator after stepsPerEpoch', async () => {
    let closed = 0;
    function* endless() {
      try {
        for (;;) yield { xs: [[1, 2, 3]], ys: [1] };
      } finally {
        closed++;
      }
    }
    const options = { epochs: 2, stepsPerEpoch: 3, validationData: endless, validationSteps: 2, ...quiet };
    const history = await train.fit(compiled(), endless, options);
    assert.equal(history.batchLosses.length, 6);
    assert.equal(closed, 4);
  });

  test('leaks no tensor, also when it fails', async () => {
    const model = compiled();
    const [x, y] = data();
    const weights = tf.ones([40]);
    await train.fit(model, x, y, quiet);
    const before = tf.memory().numTensors;
    function* generator() {
      yield { xs: tf.ones([2, 3]), ys: tf.ones([2]), weights: tf.ones([2]) };
    }
    await train.fit(model, x, y, { epochs: 2, validationSplit: 0.2, sampleWeight: weights, ...quiet });
    await train.fit(model, x, y, { classWeight: { 0: 2 }, validationData: [x, y], ...quiet });
    await train.fit(model, generator, { epochs: 2, validationData: generator, ...quiet });
    await train.evaluate(model, x, y);
    tf.dispose(await train.predict(model, x, { batchSize: 7 }));
    const stop = AbortSignal.abort();
    await assert.rejects(train.fit(model, x, y, { signal: stop, ...quiet }));
    await assert.rejects(train.fit(model, x, tf.tidy(() => y.mul(NaN)) as tf.Tensor1D, quiet));
    assert.equal(tf.memory().numTensors, before + 1); // the NaN targets are ours
  });
});

describe('an interrupted training', () => {
  test('stops between batches, says where, keeps weights and history', async () => {
    const model = compiled();
    const [x, y] = data();
    const controller = new AbortController();
    let batches = 0;
    const callbacks = {
      onBatchEnd: () => {
        if (++batches === 3) controller.abort();
      },
    };
    const before = [...model.getWeights()[0].dataSync()];
    const options = { epochs: 3, batchSize: 20, signal: controller.signal, callbacks, ...quiet };
    await assert.rejects(train.fit(model, x, y, options), (error: train.Interrupted) => {
      assert.ok(error instanceof train.Interrupted);
      assert.match(error.message, /^Training was interrupted in epoch 2 of 3, after batch 1 of 2\./);
      assert.match(error.message, /train\.lastHistory\(\) holds 1 finished epoch\.$/);
      return true;
    });
    assert.equal(train.lastHistory()!.epochs.length, 1);
    assert.equal(train.lastHistory()!.batchLosses.length, 3);
    assert.notDeepEqual([...model.getWeights()[0].dataSync()], before);
    await train.fit(model, x, y, quiet);
  });
});

describe('a loss that is no number', () => {
  test('stops the training and names the step, the last good loss, and what to try', async () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
    model.compile({ optimizer: tf.train.sgd(1e9), loss: 'meanSquaredError' });
    const rows = Array.from({ length: 64 }, (_, i) => [i]);
    await assert.rejects(
      train.fit(model, rows, rows, { batchSize: 4, epochs: 9, ...quiet }),
      (error: train.NonFiniteLoss) => {
        assert.ok(error instanceof train.NonFiniteLoss);
        assert.match(
          error.message,
          /^The loss is (NaN|Infinity) in epoch 1, batch \d+ \(step \d+\); the last finite one was/,
        );
        assert.match(error.message, /a lower learning rate \(it is 1000000000\)/);
        assert.equal(error.lastLoss, error.history.batchLosses[error.at.step - 2]);
        assert.ok(!Number.isFinite(error.history.batchLosses[error.at.step - 1]));
        return true;
      },
    );
  });

  test('looks for NaN in the data first', async () => {
    const [x, y] = data();
    const broken = tf.tidy(() => tf.concat([x.slice(0, 39), tf.fill([1, 3], NaN)]));
    await assert.rejects(train.fit(compiled(), broken, y, { batchSize: 40, ...quiet }), /the data holds NaN/);
  });
});

describe('what does not fit is said in one sentence', () => {
  const [x, y] = data();
  const cases: [string, () => Promise<unknown>, RegExp][] = [
    ['not compiled', () => train.fit(dense(1), x, y), /not compiled: call model\.compile/],
    ['shape', () => train.fit(compiled(), tf.ones([40, 2]), y), /x has shape \[40,2\]; the model expects \[any,3\]/],
    ['axis', () => train.fit(compiled(), tf.ones([3]), y), /An axis is missing/],
    ['count', () => train.fit(compiled(), x, tf.ones([39])), /x holds 40 samples, y 39/],
    ['targets', () => train.fit(compiled(), x, tf.ones([40, 5])), /targets of output .* \[40,5\]; .* \[any,1\]/],
    ['no y', () => train.fit(compiled(), x, undefined as never), /y is missing/],
    ['epochs', () => train.fit(compiled(), x, y, { epochs: 0 }), /epochs is 0; it must be an integer of at least 1/],
    ['batch', () => train.fit(compiled(), x, y, { batchSize: 1.5 }), /batchSize is 1\.5/],
    [
      'split',
      () => train.fit(compiled(), x, y, { validationSplit: 1 }),
      /validationSplit 1 of 40 samples leaves nothing/,
    ],
    ['both', () => train.fit(compiled(), x, y, { validationSplit: 0.5, validationData: [x, y] }), /not both/],
    ['weights', () => train.fit(compiled(), x, y, { sampleWeight: [1, 2] }), /2 sample weights for 40 samples/],
    ['class', () => train.fit(compiled(), x, y, { classWeight: { 1: -1 } }), /maps 1 to -1/],
    ['empty stream', () => train.fit(compiled(), () => []), /gave no batch/],
    ['bad batch', () => train.fit(compiled(), () => [{ x: 1 }] as never), /batches of the form \{ xs, ys \}/],
    ['no stream', () => train.fit(compiled(), (() => 3) as never), /something to iterate over/],
    ['stream option', () => train.fit(compiled(), () => [], { batchSize: 3 }), /batchSize is for tensors/],
    ['names', () => train.fit(compiled(), { wrong: x }, y), /lacks dense_Dense\d+_input; it has wrong/],
    ['scalar loss', () => weighScalar(), /one number for the whole batch/],
  ];
  const weighScalar = () => {
    const model = dense(1);
    const loss = (t: tf.Tensor, p: tf.Tensor) => tf.mean(tf.squaredDifference(t, p));
    model.compile({ optimizer: 'sgd', loss });
    return train.fit(model, x, y, { sampleWeight: tf.ones([40]) });
  };
  for (const [name, call, message] of cases) test(name, () => assert.rejects(call, message));
});

test('TensorFlow.js’s own fit, fitDataset and trainOnBatch apply constraints, and leak nothing', async () => {
  const model = constrained();
  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  const [x, y] = [tf.randomNormal([4, 4, 3]), tf.fill([4, 1], 9)];
  const norm = () => tf.tidy(() => tf.norm(model.getWeights()[3]).dataSync()[0]);
  const ways = [
    () => model.fit(x, y, { verbose: 0 }),
    () => model.fitDataset(tf.data.array([{ xs: x.clone(), ys: y.clone() }]), { epochs: 1, verbose: 0 }),
    async () => tf.dispose(await model.trainOnBatch(x, y)),
  ];
  for (const way of ways) {
    await way();
    close(norm(), 1, String(way));
  }
  const before = tf.memory().numTensors;
  await train.fit(model, x, y, quiet);
  await ways[0]();
  assert.equal(tf.memory().numTensors, before);
});

test('evaluate and predict agree with TensorFlow.js over uneven batches', async () => {
  const model = compiled();
  const [x, y] = data(37);
  const stock = model.evaluate(x, y.expandDims(1), { batchSize: 37 }) as tf.Scalar[];
  const ours = await train.evaluate(model, x, y, { batchSize: 10 });
  assert.ok(Math.abs(ours.loss - stock[0].dataSync()[0]) < 1e-6);
  assert.ok(Math.abs(ours.accuracy - stock[1].dataSync()[0]) < 1e-6);
  const prediction = await train.predict(model, x, { batchSize: 10 });
  assert.deepEqual([...prediction.dataSync()], [...(model.predict(x, { batchSize: 10 }) as tf.Tensor).dataSync()]);
  const inOne = await train.predict(model, x, { batchSize: x.shape[0] });
  assert.deepEqual([...inOne.dataSync()], [...(model.predictOnBatch(x) as tf.Tensor).dataSync()]);
  await assert.rejects(train.predict(model, x, { signal: AbortSignal.abort() }), train.Interrupted);
  await assert.rejects(train.evaluate(model, x, y, { signal: AbortSignal.abort() }), train.Interrupted);
});

test('predict takes a model that was never compiled, and leaves its input alone where a model hands it through', async () => {
  const input = tf.input({ shape: [3] });
  const x = tf.randomNormal([4, 3]);
  const models = [
    tf.sequential({ layers: [layers.dropout({ rate: 0.5, inputShape: [3] })] }),
    tf.model({ inputs: input, outputs: input }),
  ];
  for (const model of models) {
    const output = await train.predict(model, x);
    assert.deepEqual([...output.dataSync()], [...x.dataSync()]);
    output.dispose();
    assert.ok(!x.isDisposed);
  }
});
