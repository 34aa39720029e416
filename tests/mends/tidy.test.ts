import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { tf } from '../../lib/backend';

/** Numbers that count how often they are looked through. */
function watched(): { numbers: Float32Array; searches(): number } {
  const numbers = new Float32Array(3);
  let count = 0;
  Object.defineProperty(numbers, 'probe', { enumerable: true, get: () => count++ });
  return { numbers, searches: () => count };
}

describe('what leaves tf.tidy', () => {
  test('is not searched for tensors where it is a typed array, wherever that stands', () => {
    const { numbers, searches } = watched();
    assert.equal(
      tf.tidy(() => numbers as never),
      numbers,
    );
    tf.tidy(() => ({ deep: [{ numbers }] }) as never);
    assert.equal(searches(), 0);
  });

  test('keeps its tensors, in arrays and objects that hold each other, and nothing else', () => {
    const before = tf.memory().numTensors;
    const kept = tf.tidy(() => {
      const [first, second, third] = [1, 2, 3].map((n) => tf.scalar(n).add(0));
      const ring: Record<string, unknown> = {
        list: [first, { second }],
        again: first,
        none: null,
        text: 'a',
        third: third.mul(2),
      };
      ring.self = ring;
      return ring as never as { list: [tf.Tensor, { second: tf.Tensor }]; third: tf.Tensor };
    });
    const values = [kept.list[0], kept.list[1].second, kept.third].map((tensor) => tensor.dataSync()[0]);
    assert.deepEqual(values, [1, 2, 6]);
    assert.equal(tf.memory().numTensors, before + 3);
    tf.dispose(kept as never);
    assert.equal(tf.memory().numTensors, before);
  });

  test('belongs to the scope around it', () => {
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const { inner } = tf.tidy(() => ({ inner: tf.scalar(1).add(1) }));
      assert.equal(inner.dataSync()[0], 2);
    });
    assert.equal(tf.memory().numTensors, before);
  });

  test('is searched number by number by TensorFlow.js alone: the mend is still needed', () => {
    const program = `const tf = require('@tensorflow/tfjs-core'); const numbers = new Float32Array(3); let count = 0;
      Object.defineProperty(numbers, 'probe', { enumerable: true, get: () => count++ });
      tf.tidy(() => numbers); process.stdout.write(String(count));`;
    assert.equal(execFileSync(process.execPath, ['-e', program], { encoding: 'utf8' }), '1');
  });
});
