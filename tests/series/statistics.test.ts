import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { difference } from '../../lib/series/compare';
import { deviation, mean, median } from '../../lib/series/statistics';

describe('the statistics of a few numbers', () => {
  test('give mean, median and the deviation of a sample', () => {
    const values = [3, 1, 4, 1, 5];
    assert.equal(mean(values), 2.8);
    assert.equal(median(values), 3);
    assert.ok(Math.abs(deviation(values) - Math.sqrt(3.2)) < 1e-12);
    assert.deepEqual(values, [3, 1, 4, 1, 5]);
  });

  test('take the middle of an even number, single values and negative ones', () => {
    assert.equal(median([10, -2, 7, 1]), 4);
    assert.equal(median([-5]), -5);
    assert.equal(deviation([8]), 0);
  });

  test('keep a NaN, and refuse an empty list', () => {
    for (const of of [mean, median, deviation]) {
      assert.ok(Number.isNaN(of([2, NaN, 1])));
      assert.throws(() => of([]), /RangeError|at least one number/);
    }
  });
});

describe('difference', () => {
  test("is that of the means, with Welch's standard error: both groups have deviation 1, so it is sqrt(1/3 + 1/3)", () => {
    const { mean: gap, error } = difference([1, 2, 3], [3, 4, 5]);
    assert.equal(gap, -2);
    assert.ok(Math.abs(error! - Math.sqrt(2 / 3)) < 1e-12);
  });

  test('of paired values has the standard error of their differences: -1, -2, -2 deviate by sqrt(1/3)', () => {
    const { mean: gap, error } = difference([1, 2, 4], [2, 4, 6], { paired: true });
    assert.ok(Math.abs(gap - -5 / 3) < 1e-12);
    assert.ok(Math.abs(error! - 1 / 3) < 1e-12);
  });

  test('of single values has no error, and nonsense is refused', () => {
    assert.deepEqual(difference([3], [1, 2]), { mean: 1.5, error: undefined });
    assert.throws(() => difference([], [1]), /without measurements/);
    assert.throws(() => difference([NaN], [1]), /a measurement is NaN/);
    assert.throws(() => difference([1, 2], [1], { paired: true }), /these have 2 and 1/);
  });
});
