/** The tier for NVIDIA cards: cuDNN's networks through `CudnnRNNV3`, one operation for a whole sequence and one for its gradient. */
import { nativeOp, tf } from '../../backend';
import { inBackwardScope, isRecording, record, save } from '../../mends/tape';
import type { RecurrentCall, RecurrentOutputs } from './call';
import { cells } from './cells';
import { compaction, putBack, resultRows, stepsThatCount } from './compaction';
import type { FusedCell } from './fused';

/** cuDNN's name of a cell, and where it has the gates that Keras has in the order 0, 1, 2 … */
const networks: Record<FusedCell, { mode: string; gates?: number[] }> = {
  lstm: { mode: 'lstm' },
  gruResetAfter: { mode: 'gru', gates: [1, 0, 2] },
  rnnTanh: { mode: 'rnn_tanh' },
  rnnRelu: { mode: 'rnn_relu' },
};

/** Runs a cell over a whole sequence in cuDNN. */
export function runCudnn(call: RecurrentCall): RecurrentOutputs {
  const { x, units, options } = call;
  const [batch, time] = x.shape;
  const { states } = cells[call.cell];
  const initial = call.state ?? new Array<tf.Tensor2D>(states).fill(tf.fill([batch, units], 0));
  if (!options.mask) {
    const ordered = tf.transpose<tf.Tensor3D>(options.reverse ? tf.reverse(x, 1) : x, [1, 0, 2]);
    const { steps, state } = cudnnSequence(call, ordered, initial, new Int32Array(batch).fill(time));
    const [output] = state;
    return options.returnSequences ? { sequence: tf.transpose(steps, [1, 0, 2]), output, state } : { output, state };
  }
  const plan = compaction(options.mask, options);
  const lengths = Int32Array.from(plan.counts, (count) => Math.max(1, count));
  const { steps, state } = cudnnSequence(call, stepsThatCount(plan, x), initial, lengths);
  return { ...putBack(plan, resultRows(initial[0], steps), call), state: keepEmptyRows(plan.counts, state, initial) };
}

/** cuDNN takes at least one step of every row: a row in which none counts keeps its initial state. */
function keepEmptyRows(counts: number[], state: tf.Tensor2D[], initial: tf.Tensor2D[]): tf.Tensor2D[] {
  if (!counts.includes(0)) return state;
  const moved = tf.tensor2d(counts.map(Number), [counts.length, 1], 'bool');
  return state.map((tensor, k) => tf.where(moved, tensor, initial[k]));
}

interface CudnnResult {
  /** `[time, batch, units]` */
  steps: tf.Tensor3D;
  state: tf.Tensor2D[];
}

/** `CudnnRNNV3` and its gradient over `steps` `[time, batch, features]`, of which the first `lengths` count in each row. */
function cudnnSequence(
  call: RecurrentCall,
  steps: tf.Tensor3D,
  initial: tf.Tensor2D[],
  lengths: Int32Array,
): CudnnResult {
  const { units } = call;
  const batch = lengths.length;
  const { mode } = networks[call.cell as FusedCell];
  const attributes = {
    T: { type: 'float32' as const },
    rnn_mode: mode,
    input_mode: 'linear_input',
    direction: 'unidirectional',
    dropout: { float: 0 },
    // TensorFlow keeps cuDNN's description of a network for each operation and shape, and one made for rows of equal length refuses others:
    // the seed, of a dropout that there is none of, makes them different operations.
    seed: lengths.every((length) => length === steps.shape[0]) ? 0 : 1,
    seed2: 0,
    num_proj: 0,
    time_major: true,
  };
  const training = isRecording();
  const inputs: Record<string, tf.Tensor> = { steps, weights: packedWeights(call) };
  const asLayer = (tensor: tf.Tensor2D) => tf.reshape(tensor, [1, batch, units]);
  inputs.state0 = asLayer(initial[0]);
  if (initial.length > 1) inputs.state1 = initial[1] === initial[0] ? inputs.state0 : asLayer(initial[1]);
  const none = tf.scalar(0);
  const tensors = [steps, inputs.state0, inputs.state1 ?? none, inputs.weights, tf.tensor1d(lengths, 'int32')];
  const results = nativeOp('CudnnRNNV3')!({ ...attributes, is_training: training }, tensors, 5);
  const outputs = results.slice(0, 1 + initial.length);
  if (training) {
    const saved = [...tensors, ...results].map(save);
    record('CudnnRNN', inputs, outputs, saved, (gradients) => {
      let found: tf.Tensor[] | undefined;
      const compute = () =>
        (found ??= inBackwardScope(() => {
          const flowing = [0, 1, 2].map((k) => gradients[k] ?? tf.zerosLike(saved[5 + k]));
          const given = [...saved.slice(0, 8), ...flowing, ...saved.slice(8)];
          return nativeOp('CudnnRNNBackpropV3')!(attributes, given, 4);
        }));
      const result = (k: number) => () => compute()[k];
      return { steps: result(0), state0: result(1), state1: result(2), weights: result(3) };
    });
  }
  const [sequence, ...state] = outputs;
  return { steps: sequence as tf.Tensor3D, state: state.map((tensor) => tf.reshape(tensor, [batch, units])) };
}

/** cuDNN's one vector of weights: each gate's matrix transposed, input before recurrence, then the biases of both. */
function packedWeights({ cell, kernel, recurrentKernel, bias, units }: RecurrentCall): tf.Tensor1D {
  const { gates } = networks[cell as FusedCell];
  const inOrder = (rows: tf.Tensor) => {
    if (!gates) return rows.rank === 1 ? (rows as tf.Tensor1D) : tf.reshape<tf.Rank.R1>(rows, [-1]);
    const blocks = tf.reshape(rows, [gates.length, rows.size / gates.length]);
    return tf.reshape<tf.Rank.R1>(tf.gather(blocks, tf.tensor1d(gates, 'int32')), [-1]);
  };
  const columns = cells[cell].gates * units;
  const none = () => tf.fill([columns], 0);
  const biases = bias?.rank === 2 ? tf.unstack(bias) : [bias ?? none(), none()];
  const matrices = [kernel!, recurrentKernel].map((matrix) => inOrder(tf.transpose(matrix)));
  return tf.concat1d([...matrices, ...biases.map(inOrder)]);
}
