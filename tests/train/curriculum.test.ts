import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as train from '../../lib/train';

/** The easiest sample has the largest number. */
const difficulty = Float32Array.from({ length: 1000 }, (_, k) => 1000 - k);
const hardest = (batch: Int32Array) => Math.max(...Array.from(batch, (sample) => difficulty[sample]));

describe('curriculum', () => {
  test('draws from the easiest share that its formula says', () => {
    const root = train.curriculum(difficulty, { batches: 101, batchSize: 500, start: 0.2, seed: 1 });
    const linear = train.curriculum(difficulty, {
      batches: 101,
      batchSize: 500,
      start: 0.2,
      pace: 'linear',
      ramp: 0.5,
      seed: 1,
    });
    for (const [order, t, share] of [
      [root, 0, 0.2],
      [root, 50, Math.sqrt(0.04 + 0.96 / 2)],
      [root, 100, 1],
      [linear, 0, 0.2],
      [linear, 25, 0.6],
      [linear, 50, 1],
      [linear, 75, 1],
    ] as const) {
      assert.equal(order[t].length, 500);
      assert.ok(
        hardest(order[t]) <= Math.round(1000 * share),
        `batch ${t}: ${hardest(order[t])}, at most ${1000 * share}`,
      );
      assert.ok(hardest(order[t]) > 980 * share, `batch ${t}: ${hardest(order[t])}, about ${1000 * share}`);
    }
  });

  test('its control sees the same samples as often, in no order', () => {
    const options = { batches: 50, batchSize: 20, seed: 3 };
    const [order, control] = [false, true].map((shuffled) => train.curriculum(difficulty, { ...options, shuffled }));
    const all = (batches: Int32Array[]) => batches.flatMap((batch) => [...batch]);
    assert.notDeepEqual(all(order), all(control));
    assert.deepEqual(all(order).sort(), all(control).sort());
    const mean = (batches: Int32Array[]) =>
      all(batches).reduce((sum, sample) => sum + difficulty[sample], 0) / (batches.length * 20);
    assert.ok(mean(order.slice(0, 10)) < 0.6 * mean(order));
    assert.ok(mean(control.slice(0, 10)) > 0.8 * mean(control));
  });

  test('comes from its seed, or from the global one', () => {
    const options = { batches: 3, batchSize: 4 };
    assert.deepEqual(
      train.curriculum(difficulty, { ...options, seed: 2 }),
      train.curriculum(difficulty, { ...options, seed: 2 }),
    );
    const fromGlobal = () => (train.seed(9), train.curriculum(difficulty, options));
    assert.deepEqual(fromGlobal(), fromGlobal());
    assert.notDeepEqual(fromGlobal(), train.curriculum(difficulty, options));
  });

  test('of one batch takes all samples; of a share below one sample, the easiest', () => {
    assert.ok(hardest(train.curriculum(difficulty, { batches: 1, batchSize: 500, seed: 1 })[0]) > 980);
    assert.deepEqual([...train.curriculum([3, 1, 2], { batches: 2, batchSize: 2, start: 0.01 })[0]], [1, 1]);
  });

  test('says what is wrong', () => {
    const anything = (options: object) => () => train.curriculum(difficulty, options as never);
    assert.throws(
      anything({ batch_size: 3, batches: 1 }),
      /train\.curriculum has no option "batch_size"; did you mean "batchSize"\?/,
    );
    assert.throws(anything({}), /batches is undefined/);
    assert.throws(anything({ batches: 2, start: 0 }), /start is 0; give a share above 0/);
    assert.throws(anything({ batches: 2, pace: 'step' }), /pace is "step"; give "root" or "linear"/);
    assert.throws(() => train.curriculum([1, NaN], { batches: 1 }), /The difficulty of sample 1 is NaN/);
    assert.throws(() => train.curriculum([], { batches: 1 }), /no samples/);
  });
});
