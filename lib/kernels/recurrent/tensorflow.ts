/**
 * The tier between: TensorFlow's own operation for a whole LSTM, for when lib/native is not built. The operation knows neither masks nor
 * directions: the steps that count are moved together before it and its outputs put back in place after it.
 */
import { nativeBackend, nativeOp, tf } from '../../backend';
import type { RecurrentCall, RecurrentOutputs } from './call';
import { compaction, putBack, resultRows, stepsThatCount, take } from './compaction';
import { inBackwardScope, isRecording, record, save } from '../../mends/tape';

/** Runs an LSTM over a whole sequence with `BlockLSTMV2`. */
export function runBlockLSTM(call: RecurrentCall): RecurrentOutputs {
  const { x, kernel, recurrentKernel, bias, units, options } = call;
  const [batch, time] = x.shape;
  const zeros = tf.zeros<tf.Rank.R2>([batch, units]);
  const [h0, c0] = call.state ?? [zeros, zeros];
  const weights = tf.concat([kernel!, recurrentKernel], 0) as tf.Tensor2D;
  const biases = bias ?? tf.zeros([4 * units]);
  if (!options.mask) {
    const ordered = tf.transpose(options.reverse ? tf.reverse(x, 1) : x, [1, 0, 2]) as tf.Tensor3D;
    const [h, c] = blockLSTM(ordered, weights, biases, c0, h0);
    const last = (steps: tf.Tensor) => tf.reshape<tf.Rank.R2>(tf.slice(steps, [time - 1], [1]), [batch, units]);
    const sequence = options.returnSequences ? (tf.transpose(h, [1, 0, 2]) as tf.Tensor3D) : undefined;
    return { sequence, output: last(h), state: [last(h), last(c)] };
  }
  const plan = compaction(options.mask, options);
  const [h, c] = blockLSTM(stepsThatCount(plan, x), weights, biases, c0, h0);
  const rows = { h: resultRows(h0, h), c: resultRows(c0, c) };
  return { ...putBack(plan, rows.h, call), state: [take(rows.h, plan.state), take(rows.c, plan.state)] };
}

/** `BlockLSTMV2` (gates i, f, c, o; time first) and its gradient: `[h, c]`, each `[time, batch, units]`. */
function blockLSTM(
  x: tf.Tensor3D,
  weights: tf.Tensor2D,
  bias: tf.Tensor,
  c0: tf.Tensor2D,
  h0: tf.Tensor2D,
): [tf.Tensor3D, tf.Tensor3D] {
  const backend = nativeBackend()!;
  const [forward, backward] = [nativeOp('BlockLSTMV2')!, nativeOp('BlockLSTMGradV2')!];
  const { binding } = backend;
  const T = { type: 'float32' as const };
  const peephole = tf.zeros([c0.shape[1]]);
  // tfjs-node's Int64Scalar leaks a tensor a call.
  const withLength = (run: (length: tf.Tensor) => tf.Tensor[]) => {
    const id = binding.createTensor([], binding.TF_INT64, new Int32Array([x.shape[0], 0]));
    const length = backend.createOutputTensor({ id, shape: [], dtype: binding.TF_INT32 });
    try {
      return run(length);
    } finally {
      length.dispose();
    }
  };
  const peepholes = [peephole, peephole, peephole];
  const run = (length: tf.Tensor) =>
    forward({ cell_clip: { float: 0 }, use_peephole: false, T }, [length, x, c0, h0, weights, ...peepholes, bias], 7);
  const steps = withLength(run);
  const [, c, , , , , h] = steps;
  if (isRecording()) {
    const saved = [x, c0, h0, weights, peephole, bias, ...steps].map(save);
    record('BlockLSTM', { x, weights, bias, c0, h0 }, [h, c], saved, ([dh, dc]) => {
      let results: tf.Tensor[] | undefined;
      const compute = () => {
        if (results) return results;
        const [sx, sc0, sh0, sw, sp, sb, ...ss] = saved;
        const flowing = [dc ?? tf.zerosLike(c), dh ?? tf.zerosLike(h)];
        const inputs = [sx, sc0, sh0, sw, sp, sp, sp, sb, ...ss, ...flowing];
        const backwardOf = (length: tf.Tensor) => backward({ use_peephole: false, T }, [length, ...inputs], 8);
        results = inBackwardScope(() => withLength(backwardOf));
        return results;
      };
      const result = (k: number) => () => compute()[k];
      return { x: result(0), c0: result(1), h0: result(2), weights: result(3), bias: result(7) };
    });
  }
  return [h as tf.Tensor3D, c as tf.Tensor3D];
}
