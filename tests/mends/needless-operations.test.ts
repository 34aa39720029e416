/** Casts and reshapes that change nothing run no operation of TensorFlow's, and their results are tensors of their own. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { nativeBackend, tf } from '../../lib/backend';

const backend = nativeBackend();

/** The operations that run in TensorFlow meanwhile. */
function operationsIn(compute: () => void): string[] {
  const { binding } = backend!;
  const seen: string[] = [];
  const executeOp: typeof binding.executeOp = (name, ...rest) => {
    seen.push(name);
    return binding.executeOp(name, ...rest);
  };
  backend!.binding = Object.create(binding, { executeOp: { value: executeOp } }) as typeof binding;
  try {
    tf.tidy(compute);
  } finally {
    backend!.binding = binding;
  }
  return seen;
}

describe('casts and reshapes in tfjs-node', { skip: !backend && 'needs the native backend' }, () => {
  const x = tf.tensor2d([1.5, 2, 3, 4, 5, 6], [2, 3]);

  test('run nothing where nothing changes, and something where it does', () => {
    const needless = () => {
      tf.cast(x, 'float32');
      for (const shape of [
        [2, 3],
        [-1, 3],
        [2, -1],
      ])
        tf.reshape(x, shape);
    };
    assert.deepEqual(operationsIn(needless), []);
    const needed = () => {
      tf.cast(x, 'int32');
      for (const shape of [[3, 2], [6], [-1], [1, 2, 3], [3, -1]]) tf.reshape(x, shape);
    };
    assert.deepEqual(operationsIn(needed), ['Cast', ...new Array<string>(5).fill('Reshape')]);
    assert.throws(() => tf.reshape(x, [-1, -1]));
    assert.throws(() => tf.reshape(x, [2, 4]));
  });

  test('give tensors that outlive the one they came from, leak nothing, and hand gradients on', () => {
    const { numTensors } = tf.memory();
    const from = tf.tensor2d([7, 8], [1, 2]);
    const cast = tf.cast(from, 'float32');
    const reshaped = tf.reshape(from, [1, -1]);
    from.dispose();
    cast.dispose();
    assert.deepEqual(reshaped.arraySync(), [[7, 8]]);
    reshaped.dispose();
    const values = [tf.tensor1d([1, 2]), tf.tensor1d([3, 4])];
    const variable = tf.variable(values[0]);
    const view = tf.reshape(variable, [2]);
    variable.assign(values[1]);
    assert.deepEqual([...view.dataSync()], [1, 2]);
    tf.dispose([view, variable, values]);
    const slope = tf.tidy(() =>
      tf
        .grad((t) => tf.reshape(tf.cast(t, 'float32'), [2, 3]).square().sum())(x)
        .arraySync(),
    );
    assert.deepEqual(slope, [
      [3, 4, 6],
      [8, 10, 12],
    ]);
    assert.equal(tf.memory().numTensors, numTensors);
  });
});
