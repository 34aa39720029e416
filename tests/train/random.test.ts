import { afterEach, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { tf } from '../../lib/backend';
import { nextSeed, randomState, seed, setRandomState } from '../../lib/random';

const unseeded = Math.random;
afterEach(() => {
  Math.random = unseeded;
});

const draw = () => {
  const dense = tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [2] })] });
  const numbers = [nextSeed(), ...tf.randomNormal([3]).dataSync(), ...dense.getWeights()[0].dataSync()];
  dense.dispose();
  return numbers;
};

describe('the global seed', () => {
  test('gives initializers and random tensors the same numbers twice, and others for another seed', () => {
    seed(42);
    const first = draw();
    seed(42);
    assert.deepEqual(draw(), first);
    seed(43);
    assert.notDeepEqual(draw(), first);
  });

  test('keeps its two streams apart, so that a stray Math.random moves no seed', () => {
    seed(1);
    nextSeed();
    const expected = nextSeed();
    seed(1);
    nextSeed();
    Math.random();
    assert.equal(nextSeed(), expected);
  });

  test('draws integers that TensorFlow.js takes for seeds', () => {
    seed(0);
    for (let i = 0; i < 10_000; i++) {
      const n = nextSeed();
      assert.ok(Number.isInteger(n) && n >= 1 && n < 2 ** 31, `${n}`);
    }
  });

  test('goes on from a saved state', () => {
    seed(5);
    draw();
    const state = JSON.parse(JSON.stringify(randomState()));
    const expected = draw();
    draw();
    setRandomState(state);
    assert.deepEqual(draw(), expected);
  });

  test('is uniform: mean 1/2, variance 1/12', () => {
    seed(9);
    const n = 100_000;
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < n; i++) {
      const u = Math.random();
      assert.ok(u >= 0 && u < 1);
      sum += u;
      squares += u * u;
    }
    assert.ok(Math.abs(sum / n - 0.5) < 0.005);
    assert.ok(Math.abs(squares / n - (sum / n) ** 2 - 1 / 12) < 0.002);
  });

  test('refuses what is not an integer', () => {
    assert.throws(() => seed(1.5), /seed\(1\.5\): give an integer/);
    assert.throws(() => setRandomState({ seeds: [1], uniforms: [] }), /two streams/);
  });
});
