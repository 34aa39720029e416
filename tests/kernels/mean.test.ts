/** The gradient of a mean is the same on the card, where it is computed in another way. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nativeBackend, onDevice, tf } from '../../lib/backend';
import '../../lib/kernels';
import { installFakeCudnn } from './fake-cudnn';

test('the gradient of a mean', { skip: !nativeBackend() && 'needs the native backend' }, () => {
  const card = installFakeCudnn(nativeBackend()!);
  const x = tf.randomNormal([2, 3, 4]);
  const weight = tf.randomNormal([2, 3, 4]);
  const gradient = (axis?: number | number[], keepDims = false) =>
    tf.tidy(() => [
      ...tf
        .grad((t) => tf.mul(tf.mean(t, axis, keepDims), tf.sum(weight, axis, keepDims)).sum())(x)
        .dataSync(),
    ]);
  for (const [axis, keepDims] of [[undefined], [-1], [1, true], [[0, 2]], [[-2, 0], true]] as const) {
    const on = (device: 'cpu' | 'gpu') => onDevice(device, () => gradient(axis as number[] | undefined, keepDims));
    const expected = on('cpu');
    on('gpu').forEach((value, k) => assert.ok(Math.abs(value - expected[k]) < 1e-6, `${k}: ${value}, ${expected[k]}`));
  }
  tf.dispose([x, weight]);
  card.remove();
});
