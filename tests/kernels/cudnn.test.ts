/** The cudnn tier equals the formulas where a stand-in computes what cuDNN does: packing, order of time, states and gradients need no card. */
import fc from 'fast-check';
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { hasCard, nativeBackend, tf } from '../../lib/backend';
import { lastTier, lstm } from '../../lib/kernels';
import { anyCase, checkCase } from './cases';
import { installFakeCudnn } from './fake-cudnn';

const backend = nativeBackend();
const skip = backend ? hasCard() && 'there is a card: parity.test.ts tests it' : 'needs the native backend';

describe('the cudnn tier', { skip }, () => {
  let calls: ReturnType<typeof installFakeCudnn>;
  before(() => {
    calls = installFakeCudnn(backend!);
    process.env.LSTM_LAB_KERNELS = 'cudnn';
  });
  after(() => {
    delete process.env.LSTM_LAB_KERNELS;
    calls.remove();
  });

  for (const cell of ['lstm', 'gruResetAfter', 'rnnTanh', 'rnnRelu'] as const) {
    test(`equals the formulas of ${cell}, values and gradients, in both directions, with masks, with and without bias and state`, () => {
      const property = fc.property(anyCase(cell), fc.constantFrom(1, 2, 3, 7), (given, time) => {
        checkCase({ ...given, time, recurrentMask: 'none', projected: false });
        assert.equal(lastTier(), 'cudnn');
      });
      fc.assert(property, { numRuns: 60, seed: 1997 });
    });
  }

  test('asks cuDNN once for all gradients of a sequence, and leaves no tensors behind', () => {
    tf.tidy(() => {
      const inputs = [tf.ones([2, 3, 4]), tf.ones([4, 20]), tf.ones([5, 20]), tf.ones([20])];
      const loss = (x: tf.Tensor, kernel: tf.Tensor, recurrentKernel: tf.Tensor, bias: tf.Tensor) => {
        const weights = { kernel, recurrentKernel, bias } as Parameters<typeof lstm>[1];
        return lstm(x as tf.Tensor3D, weights, undefined, { returnSequences: true })
          .sequence!.square()
          .sum();
      };
      const count = tf.memory().numTensors;
      const asked = { ...calls };
      const gradients = tf.grads(loss as Parameters<typeof tf.grads>[0])(inputs);
      assert.deepEqual([calls.forward - asked.forward, calls.backward - asked.backward], [1, 1]);
      gradients.forEach((gradient, k) => assert.deepEqual(gradient.shape, inputs[k].shape));
      tf.dispose(gradients);
      assert.equal(tf.memory().numTensors, count);
    });
  });

  test('gives rows of equal and of different lengths to different operations: TensorFlow keeps one description for each', () => {
    const weights = { kernel: tf.ones<tf.Rank.R2>([2, 12]), recurrentKernel: tf.ones<tf.Rank.R2>([3, 12]) };
    const x = tf.ones<tf.Rank.R3>([2, 4, 2]);
    const run = (...rows: number[][]) => {
      const mask = rows.length > 0 ? tf.tensor2d(rows, [2, 4], 'bool') : undefined;
      tf.dispose([lstm(x, weights, undefined, { mask }) as unknown as tf.TensorContainer, mask ?? []]);
      return calls.seed;
    };
    const [equal, ...different] = [run(), run([1, 1, 0, 0], [1, 1, 1, 1]), run([0, 0, 0, 0], [1, 1, 1, 1])];
    assert.equal(run([1, 1, 1, 0], [0, 1, 1, 1]), equal); // their three steps that count
    assert.ok(different.every((seed) => seed !== equal));
    tf.dispose([x, weights]);
  });

  test('leaves recurrent dropout, projected inputs and no steps to others', () => {
    const [given] = fc.sample(anyCase('lstm'), { numRuns: 1, seed: 1997 });
    const plain = { ...given, time: 3, mask: 'none', recurrentMask: 'none', projected: false } as const;
    for (const other of [{ recurrentMask: 'gates' }, { projected: true }, { time: 0 }] as const) {
      checkCase({ ...plain, ...other });
      assert.equal(lastTier(), 'portable', JSON.stringify(other));
    }
  });
});
