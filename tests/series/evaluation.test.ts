import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import * as series from '../../lib/series';
import type { Pipeline, SeriesRow } from '../../lib/series';
import { studentQuantile, studentTails } from '../../lib/series/student-t';

const fixture = JSON.parse(readFileSync(path.join(__dirname, 'fixtures/evaluation.json'), 'utf8'));
const near = (actual: number, expected: number, tolerance = 1e-9) =>
  assert.ok(
    Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)),
    `${actual}, expected ${expected}`,
  );

describe('walkForward', () => {
  test("gives the folds of scikit-learn's TimeSeriesSplit", () => {
    for (const { rows, options, folds } of fixture.folds) {
      const { n_splits, test_size, gap, max_train_size } = options;
      const given = { folds: n_splits, testSize: test_size, gap, maxTrainSize: max_train_size };
      const found = series.walkForward(rows, JSON.parse(JSON.stringify(given)));
      assert.deepEqual(
        found.map(({ train, test }) => [train.start, train.end, test.start, test.end]),
        folds,
      );
    }
  });

  test('refuses folds that do not fit, and options that it does not know', () => {
    assert.throws(() => series.walkForward(10, { folds: 5, testSize: 2 }), /leave no row of 10 to train on/);
    assert.throws(() => series.walkForward(10, { folds: 3, testSize: 2, gap: 4 }), /a gap of 4/);
    assert.throws(() => series.walkForward(3, { folds: 5 }), /testSize is 0/);
    assert.throws(() => series.walkForward(10, { gap: -1 }), /gap is a number of rows/);
    assert.throws(() => series.walkForward(10, { maxTrainSize: 0 }), /maxTrainSize is 0/);
    assert.throws(() => series.walkForward(10, { nSplits: 3 } as object), /no option "nSplits"/);
  });
});

describe('dieboldMariano', () => {
  test('gives the statistic and the p-value of the package dieboldmariano, and the interval by SciPy', () => {
    for (const { a, b, horizon, loss, ...expected } of fixture.comparisons) {
      const found = series.dieboldMariano(a, b, { horizon, loss, confidence: 0.9 });
      near(found.mean, expected.mean);
      near(found.statistic, expected.statistic);
      near(found.pValue, expected.pValue);
      found.interval.forEach((end, i) => near(end, expected.interval90[i]));
      const turned = series.dieboldMariano(b, a, { horizon, loss });
      near(turned.statistic, -expected.statistic);
    }
  });

  test('knows two forecasts that are the same, and refuses what has no answer', () => {
    assert.equal(series.dieboldMariano([1, 2, 3, 4], [-1, -2, 3, 4]).pValue, 1);
    assert.throws(() => series.dieboldMariano([2, 2, 2], [1, 1, 1]), /differ by 3 on every row/);
    assert.throws(() => series.dieboldMariano([1, 2, 3], [1, 2]), /got 3 and 2/);
    assert.throws(() => series.dieboldMariano([1, 2], [2, 1]), /2 errors are too few/);
    assert.throws(() => series.dieboldMariano([1, NaN, 3], [1, 2, 3]), /The first errors holds NaN at \[1\]/);
    assert.throws(() => series.dieboldMariano([1, 2, 3], [3, 1, 2], { loss: 'mse' as 'squared' }), /got "mse"/);
    assert.throws(() => series.dieboldMariano([1, 2, 3], [3, 1, 2], { confidence: 95 }), /got 95/);
  });

  test("stands on SciPy's Student t", () => {
    for (const { t, degrees, p, quantile } of fixture.tails) {
      near(studentTails(t, degrees), p, 1e-12);
      near(studentQuantile(0.05, degrees), quantile, 1e-8);
    }
  });
});

/** A random walk as [value, another]; no row tells more of the next than its own value. */
const walk = (length: number): SeriesRow[] => {
  const random = new series.RandomState(5);
  const steps = random.normal(0, 1, length);
  let value = 100;
  return Array.from(steps, (step) => [(value += step), step]);
};

/** Persistence on what `prepare` makes of the series, from row `start` on. */
const persistence =
  (prepare: (rows: SeriesRow[]) => number[], start = 60): Pipeline =>
  (rows) =>
    prepare(rows)
      .map((value, row) => ({ row: row + 1, value }))
      .filter(({ row }) => row >= start && row < rows.length);
const values = (rows: SeriesRow[]) => rows.map(([value]) => value);
const standardized = (rows: SeriesRow[], fitted: SeriesRow[]) => {
  const scaler = new series.StandardScaler().fit(values(fitted));
  return scaler.transform(values(rows)) as number[];
};

describe('detectLeakage', () => {
  const rows = walk(240);

  test('finds nothing in persistence, in a scaler of the first rows, in a mean of the past', async () => {
    const clean = [
      persistence(values),
      persistence((all) => standardized(all, all.slice(0, 60))),
      persistence((all) => values(all).map((_, i) => series.mean(values(all).slice(0, i + 1)))),
    ];
    for (const pipeline of clean) {
      const { leaks, reasons, checked } = await series.detectLeakage(pipeline, rows);
      assert.deepEqual([leaks, reasons, checked], [false, [], 91]);
    }
  });

  test('catches a scaler that was fitted on all, by its size alone', async () => {
    for (const scaler of [new series.StandardScaler(), new series.MinMaxScaler()]) {
      const pipeline = persistence((all) => scaler.fit(values(all)).transform(values(all)) as number[]);
      const found = await series.detectLeakage(pipeline, rows);
      assert.deepEqual([found.permuted, found.doubled], [0, 91]);
      assert.match(found.reasons.join(), /a statistic was fitted on the future/);
    }
  });

  test('catches a target in the window, by one changed forecast and by the score', async () => {
    const peeks: Pipeline = (all) => all.map(([value], row) => ({ row, value })).slice(60);
    const found = await series.detectLeakage(peeks, rows);
    assert.equal(found.permuted, 1);
    assert.equal(found.correlation.permuted.toFixed(6), '1.000000');
    assert.match(found.reasons.join(' '), /made from the future.*survives a permutation/);
    const horizon = await series.detectLeakage(peeks, rows, { horizon: 3 });
    assert.equal(horizon.permuted, 3);
  });

  test('catches smoothing that is centred, an interpolated gap, a difference taken backwards, and training on later rows', async () => {
    const leaky: Pipeline[] = [
      persistence((all) => values(all).map((_, i) => series.mean(values(all).slice(Math.max(0, i - 2), i + 3)))),
      persistence((all) => values(all).map((value, i) => (value + (values(all)[i + 2] ?? value)) / 2)),
      persistence((all) => values(all).map((value, i) => value + 0.1 * ((values(all)[i + 1] ?? value) - value))),
      persistence((all) => {
        const { inputs, targets } = series.windows(values(all), { size: 1 });
        const fit = series.linearRegression(inputs, targets);
        return values(all).map((value) => fit.bias[0] + fit.weights[0][0] * value);
      }),
    ];
    for (const pipeline of leaky) assert.ok((await series.detectLeakage(pipeline, rows)).permuted > 0);
  });

  test('lets a forecast h steps ahead see the row before it is made, and no later one', async () => {
    const ahead =
      (lag: number): Pipeline =>
      (all) =>
        all.map((_, row) => ({ row, value: all[Math.max(0, row - lag)][0] })).slice(60);
    assert.equal((await series.detectLeakage(ahead(3), rows, { horizon: 3 })).leaks, false);
    assert.equal((await series.detectLeakage(ahead(2), rows, { horizon: 3 })).leaks, true);
  });

  test('refuses pipelines that it cannot judge', async () => {
    let calls = 0;
    const restless: Pipeline = (all) => all.map((_, row) => ({ row, value: ++calls })).slice(60);
    await assert.rejects(
      series.detectLeakage(restless, rows),
      /run again on the same rows, the pipeline changes 91 of 91/,
    );
    await assert.rejects(series.detectLeakage(persistence(values, 230), rows), /6 forecasts up to row 235 and 5 after/);
    await assert.rejects(
      series.detectLeakage(() => [{ row: 1, value: NaN }], rows),
      /finite numbers; got \{ 1, NaN \}/,
    );
    const choosy: Pipeline = async (all) => (await persistence(values)(all)).filter(({ value }) => value < 150);
    await assert.rejects(series.detectLeakage(choosy, rows, { from: 100 }), /was forecast before and is not now/);
  });
});
