import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { sampleToken, samplingDistribution } from '../../lib/text';

const logits = [2, 1, 0, -1].map((v) => v);
const close = (actual: ArrayLike<number>, expected: number[]) =>
  expected.forEach((value, k) => assert.ok(Math.abs(actual[k] - value) < 1e-6, `${k}: ${actual[k]} is not ${value}`));

describe('sampling', () => {
  test('temperature divides the logits', () => {
    const softmax = (t: number) => {
      const weights = logits.map((l) => Math.exp(l / t));
      const total = weights.reduce((a, b) => a + b);
      return weights.map((w) => w / total);
    };
    for (const temperature of [0.5, 1, 2]) close(samplingDistribution(logits, { temperature }), softmax(temperature));
    close(samplingDistribution(logits, { temperature: 0 }), [1, 0, 0, 0]);
  });

  test('top-k and top-p keep the most likely tokens only', () => {
    const e = Math.exp(1);
    close(samplingDistribution(logits, { topK: 2 }), [e / (e + 1), 1 / (e + 1), 0, 0]);
    close(samplingDistribution(logits, { topP: 0.5 }), [1, 0, 0, 0]);
    assert.deepEqual([...samplingDistribution([1, 1, 1, 1], { topP: 0.5 })], [0.5, 0.5, 0, 0]); // reached exactly
    close(samplingDistribution(logits, { topP: 0.8 }), [e / (e + 1), 1 / (e + 1), 0, 0]);
  });

  test('draws each token as often as its probability says', () => {
    const draws = 20_000;
    const counts = [0, 0, 0, 0];
    for (let k = 0; k < draws; k++) counts[sampleToken(logits, { random: () => (k + 0.5) / draws })]++;
    close(
      counts.map((count) => count / draws),
      Array.from(samplingDistribution(logits)).map((p) => Math.round(p * draws) / draws),
    );
  });

  test('is always a distribution over existing tokens', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: 1, maxLength: 40 }),
        fc.double({ min: 0.01, max: 5, noNaN: true }),
        fc.integer({ min: 1, max: 50 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 0.9999999, noNaN: true }),
        (values, temperature, topK, topP, u) => {
          const p = samplingDistribution(values, { temperature, topK, topP });
          assert.ok(Math.abs(p.reduce((a, b) => a + b) - 1) < 1e-9);
          assert.ok(p[sampleToken(values, { temperature, topK, topP, random: () => u })] > 0);
        },
      ),
    );
  });

  test('says what is wrong', () => {
    assert.throws(() => sampleToken([]), /no logits/);
    assert.throws(() => sampleToken([1], { temperature: -1 }), /temperature is -1/);
    assert.throws(() => sampleToken([1], { topP: 0 }), /topP is 0/);
    assert.throws(() => sampleToken([NaN, NaN]), /diverged/);
    assert.throws(() => sampleToken([1, NaN, 2], { temperature: 0 }), /Logit 1 is NaN/);
  });
});
