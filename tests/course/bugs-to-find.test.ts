import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { exercise } from '../../lib/course';
import { deviation, mean } from '../../lib/series';

const passes = async (id: string, answer: unknown) => (await exercise(id).check(answer).verdict).passed;

describe('bugs to find', () => {
  test('06.5: spreads that are not divided by the root of n, or not squared, are found', async () => {
    const standsOut = (error: (a: number[], b: number[]) => number) => (a: number[], b: number[]) =>
      Math.abs(mean(a) - mean(b)) > 2 * error(a, b);
    const errorOfMean = (a: number[]) => deviation(a) / Math.sqrt(a.length);
    const errors: [error: (a: number[], b: number[]) => number, isRight: boolean][] = [
      [(a, b) => deviation(a) + deviation(b), false],
      [(a, b) => Math.hypot(deviation(a), deviation(b)), false],
      [(a, b) => errorOfMean(a) + errorOfMean(b), false],
      [(a, b) => Math.hypot(errorOfMean(a), errorOfMean(b)), true],
    ];
    for (const [error, isRight] of errors) assert.equal(await passes('06.5', standsOut(error)), isRight);
  });

  test('06b.2: a sort by text is found', async () => {
    const paddedSteps = (sort: (lengths: number[]) => number[]) => (lengths: number[], size: number) => {
      const sorted = sort([...lengths]);
      let steps = 0;
      for (let from = 0; from < sorted.length; from += size) {
        const batch = sorted.slice(from, from + size);
        steps += batch.length * Math.max(...batch);
      }
      return steps;
    };
    const byText = paddedSteps((lengths) => lengths.sort());
    const byNumber = paddedSteps((lengths) => lengths.sort((a, b) => a - b));
    assert.equal(await passes('06b.2', byText), false);
    assert.equal(await passes('06b.2', byNumber), true);
  });

  test('06b.3: padding in the sum is found, and padding in the divisor', async () => {
    const meanState = (added: boolean, counted: boolean) => (states: number[][][], lengths: number[]) =>
      states.map((sequence, row) =>
        sequence[0].map((_, unit) => {
          const real = added ? sequence : sequence.slice(0, lengths[row]);
          return real.reduce((sum, state) => sum + state[unit], 0) / (counted ? sequence.length : lengths[row]);
        }),
      );
    assert.equal(await passes('06b.3', meanState(true, true)), false);
    assert.equal(await passes('06b.3', meanState(true, false)), false);
    assert.equal(await passes('06b.3', meanState(false, true)), false);
    assert.equal(await passes('06b.3', meanState(false, false)), true);
  });
});
