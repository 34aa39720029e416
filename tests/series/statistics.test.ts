import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
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
