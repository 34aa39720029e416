import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import fc from 'fast-check';
import { tf } from '../../lib/backend';
import { generateTimeSeries, RandomState } from '../../lib/series';

const fixture = JSON.parse(readFileSync(path.join(__dirname, 'fixtures/series.json'), 'utf8'));

before(() => tf.ready());

function near(actual: ArrayLike<number>, expected: ArrayLike<number>, relative: number) {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < actual.length; i++) {
    const allowed = relative * Math.abs(expected[i]);
    assert.ok(Math.abs(actual[i] - expected[i]) <= allowed, `at ${i}: ${actual[i]}, expected ${expected[i]}`);
  }
}

/** How many float32 numbers lie between two, at most. */
function largestUlps(a: Float32Array, b: Float32Array): number {
  const ordered = (x: Float32Array) => new Int32Array(x.buffer).map((bits) => (bits < 0 ? -2147483648 - bits : bits));
  const [p, q] = [ordered(a), ordered(b)];
  assert.equal(p.length, q.length);
  return p.reduce((largest, v, i) => Math.max(largest, Math.abs(v - q[i])), 0);
}

describe('RandomState draws what NumPy draws', () => {
  for (const expected of fixture.streams) {
    test(`in one stream of all its methods, seed ${JSON.stringify(expected.seed)}`, () => {
      const r = new RandomState(expected.seed);
      const { people, p } = fixture;
      const words = [0, 1, 2, 3, 4, 5, 6];
      assert.deepEqual([...r.random(5)], expected.random);
      assert.deepEqual([...r.rand(2, 3)], expected.rand);
      near(r.randn(3), expected.randn, 1e-14);
      assert.deepEqual([...r.uniform(-2, 5, 4)], expected.uniform);
      near(r.normal(10, 3, 4), expected.normal, 1e-14);
      assert.deepEqual([...r.randint(0, 10, 12)], expected.randint);
      assert.deepEqual([...r.randint(7, 8, 3)], expected.randintOne);
      assert.deepEqual([...r.randint(0, 2 ** 32, 3)], expected.randintWord);
      assert.deepEqual([...r.randint(-(2 ** 40), 2 ** 50, 5)], expected.randintWide);
      assert.deepEqual(r.permutation(9), expected.permutation);
      assert.deepEqual(r.permutation(people), expected.permutationOf);
      r.shuffle(words);
      assert.deepEqual(words, expected.shuffle);
      assert.deepEqual(r.choice(6, 8), expected.choice);
      assert.deepEqual(r.choice(people, 3, { replace: false }), expected.choiceDistinct);
      assert.deepEqual(r.choice(people, 8, { p }), expected.choiceWeighted);
      assert.deepEqual(r.choice(5, 5, { replace: false, p }), expected.choiceWeightedDistinct);
      assert.equal(r.random(), expected.last);
    });
  }

  test('after thousands of draws', () => {
    for (const { seed, skip, random } of fixture.late) {
      assert.deepEqual([...new RandomState(seed).random(skip + 3).slice(skip)], random);
    }
  });

  test('one at a time as many at once', () => {
    const [a, b] = [new RandomState(5), new RandomState(5)];
    assert.deepEqual([a.standardNormal(), a.standardNormal(), a.uniform()], [...b.randn(2), b.random()]);
  });
});

describe('RandomState', () => {
  test('keeps randint inside its interval and permutation complete', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 32 - 1), fc.maxSafeInteger(), fc.nat(2 ** 40), fc.nat(50), (seed, low, width, n) => {
        fc.pre(Number.isSafeInteger(low + width + 1));
        const r = new RandomState(seed);
        assert.ok([...r.randint(low, low + width + 1, 20)].every((v) => v >= low && v <= low + width));
        assert.deepEqual(
          r.permutation(n).sort((a, b) => a - b),
          Array.from({ length: n }, (_, i) => i),
        );
      }),
    );
  });

  test('says what it cannot do', () => {
    const r = new RandomState(1);
    for (const seed of [-1, 0.5, 2 ** 32, NaN, []]) assert.throws(() => new RandomState(seed), /A seed is an integer/);
    assert.throws(() => r.randint(3, 3), /empty interval \[3, 3\)/);
    assert.throws(() => r.randint(0.5, 3), /needs integers/);
    assert.throws(() => r.rand(2, -1), /A count is an integer of 0 or more; got -1/);
    assert.throws(() => r.normal(0, -1), /not negative/);
    assert.throws(() => r.choice(0, 1), /population is empty/);
    assert.throws(() => r.choice(3, 4, { replace: false }), /4 of 3 items/);
    assert.throws(() => r.choice(2, 1, { p: [0.5, 0.4] }), /sum to 0.9/);
    assert.throws(() => r.choice(2, 1, { p: [1.5, -0.5] }), /negative/);
    assert.throws(() => r.choice(3, 1, { p: [0.5, 0.5] }), /2 probabilities for 3 items/);
    assert.throws(() => r.choice(2, 2, { replace: false, p: [1, 0] }), /Only 1 items/);
  });
});

describe('generateTimeSeries', () => {
  for (const { seed, shape, every, values, sum } of fixture.series) {
    test(`equals the NumPy function within one float32 ulp: seed ${seed}, ${shape[0]} series of ${shape[1]} steps`, () => {
      const tensor = generateTimeSeries(shape[0], shape[1], seed);
      assert.deepEqual(tensor.shape, shape);
      const data = tensor.dataSync();
      assert.ok(data instanceof Float32Array);
      const total = data.reduce((a, b) => a + b, 0);
      assert.ok(largestUlps(data.filter((_, i) => i % every === 0) as Float32Array, Float32Array.from(values)) <= 1);
      assert.ok(Math.abs(total - sum) < 1e-4, `sum ${total}, expected ${sum}`);
      tensor.dispose();
    });
  }

  test('refuses counts and seeds that make no series', () => {
    assert.throws(() => generateTimeSeries(0, 5, 1), /batchSize is an integer of 1 or more; got 0/);
    assert.throws(() => generateTimeSeries(5, 2.5, 1), /nSteps/);
    assert.throws(() => generateTimeSeries(5, 5, -1), /seed/);
  });
});
