/**
 * The tier between: TensorFlow's own operation for a whole LSTM, for when lib/native is not built. The operation knows neither masks nor
 * directions: the steps that count are moved together before it and its outputs put back in place after it.
 */
import { nativeBackend, nativeOp, tf } from '../../backend';
import type { RecurrentCall, RecurrentOutputs } from './call';
import { inBackwardScope, isRecording, record, save } from '../../mends/tape';

/** Runs an LSTM over a whole sequence with `BlockLSTMV2`. */
export function runBlockLSTM(call: RecurrentCall): RecurrentOutputs {
  const { x, kernel, recurrentKernel, bias, units, options } = call;
  const [batch, time, features] = x.shape;
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
  const plan = compaction(options.mask, options.reverse ?? false, options.zeroOutputForMask ?? false);
  const take = (tensor: tf.Tensor, rows: Int32Array) => tf.gather(tensor, tf.tensor1d(rows, 'int32'));
  const steps = take(tf.reshape(x, [batch * time, features]), plan.inputs);
  const [h, c] = blockLSTM(tf.reshape(steps, [plan.longest, batch, features]), weights, biases, c0, h0);
  // Rows [zeros, initial state, step 1, step 2, ...], each of the whole batch.
  const rows = (first: tf.Tensor, all: tf.Tensor) =>
    tf.concat([zeros, first, tf.reshape(all, [plan.longest * batch, units])], 0);
  const outputs = rows(h0, h);
  const state = [take(outputs, plan.state), take(rows(c0, c), plan.state)] as tf.Tensor2D[];
  const output = take(outputs, plan.output) as tf.Tensor2D;
  if (!options.returnSequences) return { output, state };
  return { sequence: tf.reshape(take(outputs, plan.sequence), [batch, time, units]), output, state };
}

interface Compaction {
  /** The largest number of steps that count in one row, at least 1. */
  longest: number;
  /** For each compact step and row: where its input is in `[batch * time]`. */
  inputs: Int32Array;
  /** Where sequence, output and state are in the rows of results. */
  sequence: Int32Array;
  output: Int32Array;
  state: Int32Array;
}

function compaction(mask: tf.Tensor2D, reverse: boolean, zeroOutput: boolean): Compaction {
  const [batch, time] = mask.shape;
  const counts = mask.dataSync();
  const found: number[][] = [];
  const sequence = new Int32Array(batch * time);
  const output = new Int32Array(batch);
  const state = new Int32Array(batch);
  for (let row = 0; row < batch; row++) {
    const steps: number[] = [];
    for (let place = 0; place < time; place++) {
      const step = row * time + (reverse ? time - 1 - place : place);
      if (counts[step]) steps.push(step);
      const shown = counts[step] || !zeroOutput ? steps.length : 0;
      output[row] = shown === 0 ? row : (shown + 1) * batch + row;
      sequence[row * time + place] = output[row];
    }
    state[row] = (steps.length + 1) * batch + row;
    found.push(steps);
  }
  const longest = Math.max(1, ...found.map((steps) => steps.length));
  const inputs = new Int32Array(longest * batch);
  found.forEach((steps, row) => {
    for (let k = 0; k < longest; k++) inputs[k * batch + row] = steps[k] ?? row * time;
  });
  return { longest, inputs, sequence, output, state };
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
