import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { nativeBackend, tf } from '../../lib/backend';
import { adamState, embedding, lstm } from '../../lib/kernels';

/** A small model in all the library's operations: embedding, masked LSTM, product, Adam. */
function trainer(): { step(): void; dispose(): void } {
  const variables = [[30, 4], [4, 20], [5, 20], [20], [5, 1]].map((shape) =>
    tf.tidy(() => tf.variable(tf.randomUniform(shape, -0.5, 0.5))),
  );
  const [table, kernel, recurrentKernel, bias, out] = variables as tf.Variable<tf.Rank.R2>[];
  const ids = tf.randomUniform([3, 6], 0, 30, 'int32');
  const mask = tf.tensor2d([1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [3, 6], 'bool');
  const state = adamState();
  const numbers = { alpha: 1e-3, rootScale: 1, epsilon: 1e-7, beta1: 0.9, beta2: 0.999, decay: 0 };
  return {
    step: () =>
      tf.tidy(() => {
        const { grads } = tf.variableGrads(() => {
          const x = embedding(table, ids) as tf.Tensor3D;
          const { output } = lstm(x, { kernel, recurrentKernel, bias }, undefined, { mask });
          return tf.matMul(output, out).square().mean() as tf.Scalar;
        });
        state.step(
          variables.map((weight) => ({ name: weight.name, weight, gradient: grads[weight.name] })),
          numbers,
        );
      }),
    dispose: () => {
      state.dispose();
      tf.dispose([...variables, ids, mask]);
    },
  };
}

test('a thousand steps leave as many tensors as one, here and in TensorFlow', () => {
  const { step, dispose } = trainer();
  step();
  const binding = nativeBackend()?.binding as { getNumOfTensors?(): number } | undefined;
  const count = () => [tf.memory().numTensors, binding?.getNumOfTensors?.() ?? 0];
  const before = count();
  for (let k = 0; k < (binding ? 1000 : 100); k++) step();
  assert.deepEqual(count(), before);
  dispose();
});

test('memory does not grow', { skip: !nativeBackend() && 'wasm memory only ever grows to its peak' }, () => {
  const { step, dispose } = trainer();
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const used = () => {
    collect();
    return process.memoryUsage().rss / 2 ** 20;
  };
  for (let k = 0; k < 2000; k++) step();
  const before = used();
  for (let k = 0; k < 2000; k++) step();
  const grown = used() - before;
  assert.ok(grown < 24, `${grown.toFixed(1)} MB in 2000 steps`);
  dispose();
});
