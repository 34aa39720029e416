import fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { backendInfo, tf } from '../../lib/backend';
import type { Tier } from '../../lib/kernels';
import { anyCase, cellNames, checkCase, runKernel, type Case } from './cases';

const plain: Omit<Case, 'cell'> = {
  batch: 2,
  time: 3,
  features: 2,
  units: 3,
  mask: 'none',
  reverse: false,
  returnSequences: true,
  recurrentMask: 'none',
  zeroOutputForMask: false,
  bias: true,
  projected: false,
  state: false,
  seed: 1,
};

/** What the gradient tape calls the operations of a call. */
function recorded(cell: Case['cell']): string[] {
  const names: string[] = [];
  tf.tidy(() => {
    const gates = { lstm: 4, gru: 3, gruResetAfter: 3, rnnTanh: 1, rnnRelu: 1 }[cell];
    const shapes = { x: [2, 3, 2], kernel: [2, gates * 3], recurrentKernel: [3, gates * 3] };
    const tensors = Object.entries(shapes).map(([name, shape]) => [name, tf.ones(shape)] as const);
    const outputs = (x: tf.Tensor) => runKernel({ ...plain, cell }, { ...Object.fromEntries(tensors), x }).output.sum();
    tf.grad((x) => {
      const sum = outputs(x) as tf.Scalar;
      const { activeTape } = tf.engine().state as unknown as { activeTape: { kernelName: string }[] };
      names.push(...activeTape.map(({ kernelName }) => kernelName));
      return sum;
    })(tensors[0][1]);
  });
  return names;
}

const { name, nativeOps, gpu } = backendInfo();
const tiers: Record<Tier, { skip: string | false; lstm: string }> = {
  native: { skip: !nativeOps && 'lib/native is not built', lstm: 'LabRecurrent' },
  raw: { skip: name === 'wasm' && 'there is no TensorFlow', lstm: 'BlockLSTM' },
  portable: { skip: false, lstm: 'Tanh' },
  cudnn: { skip: !gpu && 'there is no card', lstm: 'CudnnRNN' },
};

for (const [tier, { skip, lstm }] of Object.entries(tiers)) {
  describe(`recurrent kernels equal the formulas, values and gradients: ${tier}`, { skip }, () => {
    const inTier = (run: () => void) => () => {
      process.env.LSTM_LAB_KERNELS = tier;
      try {
        run();
      } finally {
        delete process.env.LSTM_LAB_KERNELS;
      }
    };
    test(
      'the tier is the one that runs',
      inTier(() => {
        const found = recorded('lstm');
        assert.ok(found.includes(lstm), found.join(' '));
        for (const other of Object.values(tiers)) assert.ok(other.lstm === lstm || !found.includes(other.lstm));
      }),
    );
    for (const cell of cellNames) {
      const runs = ['raw', 'cudnn'].includes(tier) && cell !== 'lstm' ? 5 : 60;
      test(
        cell,
        inTier(() => fc.assert(fc.property(anyCase(cell), checkCase), { numRuns: runs, seed: 1997 })),
      );
    }
  });
}

test('an unknown tier is an error', () => {
  process.env.LSTM_LAB_KERNELS = 'fast';
  assert.throws(() => recorded('lstm'), /LSTM_LAB_KERNELS is 'fast', expected native or raw or portable or cudnn/);
  delete process.env.LSTM_LAB_KERNELS;
});
