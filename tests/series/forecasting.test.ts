import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import fc from 'fast-check';
import { tf } from '../../lib/backend';
import * as series from '../../lib/series';

const scaled = JSON.parse(readFileSync(path.join(__dirname, 'fixtures/scalers.json'), 'utf8'));
const fixture = JSON.parse(readFileSync(path.join(__dirname, 'fixtures/series.json'), 'utf8'));

before(() => tf.ready());

function close(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-6) {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < actual.length; i++) {
    assert.ok(Math.abs(actual[i] - expected[i]) <= tolerance, `at ${i}: ${actual[i]}, expected ${expected[i]}`);
  }
}

describe('windows', () => {
  test('cuts a list into what was seen and what came next', () => {
    const { inputs, targets } = series.windows([0, 1, 2, 3, 4, 5, 6], { size: 3, horizon: 2, stride: 2 });
    assert.deepEqual(inputs.shape, [2, 3, 1]);
    assert.deepEqual([...inputs.dataSync()], [0, 1, 2, 2, 3, 4]);
    assert.deepEqual(targets.arraySync(), [
      [3, 4],
      [5, 6],
    ]);
  });

  test('keeps features together and predicts the column asked for, or all', () => {
    const rows = [
      [0, 10],
      [1, 11],
      [2, 12],
      [3, 13],
    ];
    const one = series.windows(rows, { size: 2, target: 1 });
    assert.deepEqual(one.inputs.arraySync()[1], [
      [1, 11],
      [2, 12],
    ]);
    assert.deepEqual(one.targets.arraySync(), [[12], [13]]);
    const all = series.windows(tf.tensor2d(rows), { size: 2, target: 'all' });
    assert.deepEqual(all.targets.arraySync(), [[[2, 12]], [[3, 13]]]);
  });

  test('holds at every place, for random sizes', () => {
    const small = fc.integer({ min: 1, max: 6 });
    fc.assert(
      fc.property(small, small, small, fc.nat(20), (size, horizon, stride, extra) => {
        const time = size + horizon + extra;
        const { inputs, targets } = series.windows(
          Float64Array.from({ length: time }, (_, t) => t),
          {
            size,
            horizon,
            stride,
          },
        );
        const [x, y] = [inputs.arraySync(), targets.arraySync()];
        assert.equal(x.length, Math.floor(extra / stride) + 1);
        x.forEach((window, n) => {
          window.forEach(([v], t) => assert.equal(v, n * stride + t));
          y[n].forEach((v, h) => assert.equal(v, n * stride + size + h));
        });
      }),
    );
  });

  test('says what is wrong with the series or the options', () => {
    assert.throws(() => series.windows([1, 2, 3], { size: 3 }), /has 3 steps; one window needs 3 \+ 1 = 4/);
    assert.throws(() => series.windows([1, NaN, 3], { size: 1 }), /The series holds NaN at \[1\]/);
    assert.throws(() => series.windows([[1, 2], [3]], { size: 1 }), /row 1 has 1 numbers, row 0 has 2/);
    assert.throws(() => series.windows(['1', '2'] as never, { size: 1 }), /holds "1" at \[0\], and that is no number/);
    assert.throws(() => series.windows([1, null] as never, { size: 1 }), /holds null at \[1\]/);
    assert.throws(() => series.windows([], { size: 1 }), /has 0 steps; one window needs/);
    assert.throws(() => series.windows([1, 2], { window: 1 } as never), /windows has no option "window"/);
    assert.throws(() => series.windows([[1], [Infinity]], { size: 1 }), /Infinity at \[1, 0\]/);
    assert.throws(() => series.windows([1, 2, 3], { size: 0 }), /size is an integer of 1 or more; got 0/);
    assert.throws(() => series.windows([1, 2, 3], { size: 1, target: 1 }), /target is a column from 0 to 0/);
    assert.throws(() => series.windows(tf.zeros([2, 2, 2]), { size: 1 }), /got the shape \[2,2,2\]/);
    assert.throws(() => series.windows('abc' as never, { size: 1 }), /is an array or a tensor; got string/);
  });
});

describe('split', () => {
  const ten = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

  test('cuts by time, by fractions or counts', () => {
    const expected = { train: [0, 1, 2, 3, 4, 5], validation: [6, 7], test: [8, 9] };
    assert.deepEqual(series.split(ten, { train: 0.6, validation: 0.2 }), expected);
    assert.deepEqual(series.split(ten, { train: 6, validation: 2 }), expected);
  });

  test('repeats the context that the first window of a part needs', () => {
    const parts = series.split(ten, { train: 0.6, validation: 0.2, context: 2 });
    assert.deepEqual(parts, { train: [0, 1, 2, 3, 4, 5], validation: [4, 5, 6, 7], test: [6, 7, 8, 9] });
    assert.deepEqual(series.split(ten, { train: 0.8, context: 2 }).validation, []);
  });

  test('rounds fractions to the nearest row, and train and validation that are the whole leave nothing over', () => {
    const sizes = (rows: number, train: number, validation?: number) =>
      Object.values(series.split(new Float64Array(rows), { train, validation })).map(({ length }) => length);
    assert.deepEqual(sizes(100, 0.29), [29, 0, 71]); // 0.29 * 100 is below 29
    assert.deepEqual(sizes(14, 0.6, 0.25), [8, 4, 2]);
    assert.deepEqual(sizes(3, 0.5, 0.5), [2, 1, 0]);
    assert.deepEqual(sizes(10, 0.7, 0.3), [7, 3, 0]);
  });

  test('refuses fractions that round to nothing', () => {
    assert.throws(() => series.split(ten, { train: 0.04 }), /no row of 10 to train on; got train: 0.04/);
    assert.throws(() => series.split(ten, { train: 0.6, validation: 0.04 }), /no row of 10 to validate on/);
    assert.throws(() => series.split([1, 2, 3], { train: 0.9 }), /no row of 3 to test on; got train: 0.9/);
    assert.throws(() => series.split([1], { train: 0.5, validation: 0.5 }), /no row of 1 to validate on/);
    assert.throws(() => series.split([], { train: 0.5 }), /no row of 0 to train on/);
  });

  test('cuts tensors along their first axis', () => {
    const { train, test: rest } = series.split(tf.tensor2d(ten, [5, 2]), { train: 0.8 });
    assert.deepEqual(train.shape, [4, 2]);
    assert.deepEqual(rest.arraySync(), [[8, 9]]);
  });

  test('refuses parts that do not fit', () => {
    assert.throws(() => series.split(ten, { train: 8, validation: 3 }), /8 \+ 3 rows, but there are 10/);
    assert.throws(() => series.split(ten, { train: 0 }), /no row of 10 to train on/);
    assert.throws(() => series.split(ten, { train: 8, val: 1 } as never), /split has no option "val"/);
    assert.throws(() => series.split(tf.scalar(1), { train: 1 }), /cannot cut a single number/);
    assert.throws(() => series.split(ten, { train: 1.5 }), /fraction from 0 to below 1/);
    assert.throws(() => series.split(ten, { train: 4, context: 5 }), /0 to the 4 of train; got 5/);
  });
});

describe('scalers', () => {
  const rows = [
    [1, 10, 5],
    [2, 30, 5],
    [6, 20, 5],
  ];

  for (const { kind, range, train, later } of scaled.cases as {
    kind: string;
    range: number[];
    [part: string]: unknown;
  }[])
    test(`${kind} ${range} gives what scikit-learn gives, and a second fit forgets the first`, () => {
      const scaler =
        kind === 'StandardScaler'
          ? new series.StandardScaler()
          : new series.MinMaxScaler((range.length ? range : undefined) as [number, number] | undefined);
      scaler.fit([
        [7, 8, 9],
        [1, 2, -3],
      ]);
      scaler.fit(scaled.train);
      close(scaler.transform(scaled.train as number[][]).flat(), (train as number[][]).flat(), 1e-9);
      close(scaler.transform(scaled.later as number[][]).flat(), (later as number[][]).flat(), 1e-9);
      close(scaler.inverseTransform(later as number[][]).flat(), scaled.later.flat(), 1e-8);
    });

  test('a spread too small or too large for 64 bits gives no infinite numbers', () => {
    assert.deepEqual(new series.StandardScaler().fitTransform([0, 5e-324]), [0, 5e-324]);
    for (const Scaler of [series.StandardScaler, series.MinMaxScaler])
      assert.throws(() => new Scaler().fit([-1.7e308, 1.7e308]), /of feature 0 lie too far apart/);
  });

  test('StandardScaler gives each feature mean 0 and standard deviation 1', () => {
    const scaled = new series.StandardScaler().fitTransform(rows);
    close(
      scaled.map((r) => r[0]),
      [-2, -1, 3].map((v) => v / Math.sqrt(14 / 3)),
      1e-12,
    );
    close(
      scaled.map((r) => r[2]),
      [0, 0, 0],
    );
  });

  test('MinMaxScaler maps the training range, and lets later data fall outside', () => {
    const scaler = new series.MinMaxScaler([-1, 1]).fit([10, 20]);
    assert.deepEqual(scaler.transform([10, 15, 20, 25]), [-1, 0, 1, 2]);
    assert.deepEqual(new series.MinMaxScaler().fitTransform(rows), [
      [0, 0, 0],
      [0.2, 1, 0],
      [1, 0.5, 0],
    ]);
  });

  test('the inverse gives back what went in, through JSON, for tensors of any rank', () => {
    for (const Scaler of [series.StandardScaler, series.MinMaxScaler]) {
      const fitted = new Scaler().fit(tf.tensor2d(rows));
      const kept = Scaler.fromJSON(JSON.parse(JSON.stringify(fitted)));
      const batch = tf.tensor3d([rows, rows]);
      const back = kept.inverseTransform(kept.transform(batch));
      assert.deepEqual(back.shape, [2, 3, 3]);
      close(back.dataSync(), batch.dataSync(), 1e-5);
    }
  });

  test('one feature alone comes back from predictions of any shape', () => {
    const scaler = new series.StandardScaler().fit(rows);
    const back = scaler.inverseTransform(tf.zeros([2, 4]) as tf.Tensor2D, 1);
    assert.deepEqual(back.shape, [2, 4]);
    close(back.dataSync(), Array(8).fill(20), 1e-5);
  });

  test('a MinMaxScaler from JSON fits new data to the range that it had', () => {
    const fitted = new series.MinMaxScaler([-1, 1]).fit([0, 1]);
    const kept = series.MinMaxScaler.fromJSON(JSON.parse(JSON.stringify(fitted)));
    assert.deepEqual(kept.fitTransform([10, 20]), [-1, 1]);
  });

  test('learns from the data given to fit only', () => {
    const scaler = new series.StandardScaler().fit([0, 2]);
    scaler.transform([100, 200]);
    assert.deepEqual(scaler.toJSON(), { kind: 'StandardScaler', shift: [1], scale: [1] });
  });

  test('says what is wrong', () => {
    const scaler = new series.StandardScaler();
    assert.throws(() => scaler.transform([1]), /knows no data yet: call fit/);
    assert.throws(() => scaler.fit([]), /there is no row/);
    assert.throws(() => scaler.fit([1, NaN]), /The data to fit holds NaN at \[1\]/);
    scaler.fit(rows);
    assert.throws(() => scaler.transform([1, 2, 3, 4]), /fitted on 3 features; got the shape \[4\]/);
    assert.throws(() => scaler.transform([1], 3), /there is no feature 3/);
    assert.throws(() => series.MinMaxScaler.fromJSON(scaler.toJSON()), /no state of a MinMaxScaler/);
    assert.throws(() => series.MinMaxScaler.fromJSON(null as never), /no state of a MinMaxScaler/);
    assert.throws(
      () => series.StandardScaler.fromJSON({ kind: 'StandardScaler', shift: [1], scale: [0] }),
      /no state of a StandardScaler/,
    );
    assert.throws(() => new series.MinMaxScaler([1, 0]), /ascends/);
  });
});

describe('baselines', () => {
  test('naiveForecast repeats the last value', () => {
    const inputs = tf.tensor3d([
      [
        [1, 7],
        [2, 8],
      ],
    ]);
    assert.deepEqual(series.naiveForecast(inputs, { horizon: 3 }).arraySync(), [[2, 2, 2]]);
    assert.deepEqual(series.naiveForecast(inputs, { feature: 1 }).arraySync(), [[8]]);
    assert.throws(() => series.naiveForecast(inputs, { feature: 2 }), /no feature 2/);
    assert.throws(() => series.naiveForecast(inputs, { horizon: 1.5 }), /horizon is an integer of 1 or more; got 1.5/);
    assert.throws(() => series.naiveForecast(inputs, { steps: 2 } as never), /has no option "steps"/);
  });

  test('linearRegression finds the weights that NumPy finds', () => {
    const { seed, weights, bias, predictions } = fixture.linear;
    const data = series.generateTimeSeries(60, 9, seed);
    const inputs = data.slice([0, 0, 0], [60, 8, 1]);
    const next = data.slice([0, 8, 0], [60, 1, 1]).reshape([60, 1]);
    const targets = next.concat(next.mul(2).sub(1), 1) as tf.Tensor2D;
    const model = series.linearRegression(inputs, targets);
    close(model.weights.flat(), weights.flat());
    close(model.bias, bias);
    close(model.predict(inputs.slice([0, 0, 0], [5, 8, 1])).dataSync(), predictions.flat());
    assert.throws(() => model.predict(tf.zeros([1, 7, 1])), /Fitted on windows \[n, 8, 1\]; got \[1,7,1\]/);
  });

  test('linearRegression answers also when features repeat each other or windows are few', () => {
    const inputs = tf.tensor3d([1, 1, 2, 2, 3, 3], [3, 1, 2]);
    const twice = series.linearRegression(inputs, tf.tensor2d([3, 5, 7], [3, 1]));
    close(twice.predict(tf.tensor3d([10, 10], [1, 1, 2])).dataSync(), [21], 1e-5);
    const few = series.linearRegression(tf.tensor3d([1, 2, 3], [1, 3, 1]), tf.tensor2d([5], [1, 1]));
    close(few.predict(tf.tensor3d([1, 2, 3], [1, 3, 1])).dataSync(), [5]);
  });

  test('no linear forecast of the training data has a smaller error', () => {
    const data = series.generateTimeSeries(50, 6, 1);
    const inputs = data.slice([0, 0, 0], [50, 5, 1]);
    const targets = data.slice([0, 5, 0], [50, 1, 1]).reshape([50, 1]) as tf.Tensor2D;
    const residual = targets.sub(series.linearRegression(inputs, targets).predict(inputs));
    const gradient = tf.matMul(residual, inputs.reshape([50, 5]), true);
    close([...gradient.dataSync(), residual.sum().dataSync()[0]], Array(6).fill(0), 1e-5);
  });
});

describe('metrics', () => {
  test('mse, rmse and mae of lists and tensors', () => {
    assert.equal(series.mse([1, 2, 3], [1, 4, 7]), 20 / 3);
    assert.equal(series.rmse([0, 0], [3, -3]), 3);
    assert.equal(series.mae(tf.tensor1d([1, 2]), Float32Array.of(2, 4)), 1.5);
  });

  test('refuse shapes that would broadcast, NaN and nothing', () => {
    assert.throws(() => series.mse(tf.zeros([3, 1]), tf.zeros([3])), /\[3,1\], the prediction \[3\]/);
    assert.throws(() => series.mae([1], [NaN]), /The prediction holds NaN at \[0\]/);
    assert.throws(() => series.mse([], []), /not defined/);
  });
});
