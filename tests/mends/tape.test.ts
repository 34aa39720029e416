/** The gradient tape: that TensorFlow.js' engine has what `record` writes to, and that gradients of one operation outlive one another. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { tf } from '../../lib/backend';
import { inBackwardScope, record, withoutRecording } from '../../lib/mends/tape';

test("the engine's state that the tape reads and writes is there", () => {
  const state = tf.engine().state as unknown as Record<string, unknown>;
  const names = ['activeScope', 'activeTape', 'scopeStack', 'gradientDepth', 'kernelDepth', 'nextTapeNodeId'];
  tf.grad((x) => {
    for (const name of names) assert.ok(name in state, name);
    return x.mul(1);
  })(tf.scalar(1));
});

/** The gradients of `2x + 3y`, both computed when the first is asked for, `within` a scope, by three operations each. */
function gradientsOf(within: <T>(compute: () => T) => T): number[][] {
  const sum = (x: tf.Tensor, y: tf.Tensor) => {
    const output = withoutRecording(() => x.mul(2).add(y.mul(3)));
    record('TwoInputs', { x, y }, [output], [], ([flowing]) => {
      let found: tf.Tensor[] | undefined;
      const compute = () =>
        (found ??= within(() => withoutRecording(() => [2, 3].map((k) => flowing!.mul(k).add(1).sub(1)))));
      return { x: () => compute()[0], y: () => compute()[1] };
    });
    return output;
  };
  return tf.tidy(() => {
    const inputs = [tf.tensor1d([1, 2]), tf.tensor1d([3, 4])];
    return tf
      .grads(sum as Parameters<typeof tf.grads>[0])(inputs)
      .map((gradient) => [...gradient.dataSync()]);
  });
}

describe('gradients that are computed together', () => {
  test('live as long as the backward pass in inBackwardScope, also those of tf operations inside', () => {
    const count = tf.memory().numTensors;
    const gradients = gradientsOf(inBackwardScope);
    assert.deepEqual(gradients, [
      [2, 2],
      [3, 3],
    ]);
    assert.equal(tf.memory().numTensors, count);
  });

  test('are still disposed of by TensorFlow.js without it', () => {
    assert.throws(() => gradientsOf((compute) => compute()), /disposed/);
  });
});
