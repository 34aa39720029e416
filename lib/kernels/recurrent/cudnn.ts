/** The tier for NVIDIA cards: cuDNN's LSTM through `CudnnRNNV3`, which is recorded as one operation from input to outputs. */
import { nativeOp, tf } from '../../backend';
import { inBackwardScope, isRecording, record, save, withoutRecording } from '../../mends/tape';
import type { RecurrentCall, RecurrentOutputs } from './call';

const attributes = {
  T: { type: 'float32' as const },
  rnn_mode: 'lstm',
  input_mode: 'linear_input',
  direction: 'unidirectional',
  dropout: { float: 0 },
  seed: 0,
  seed2: 0,
  num_proj: 0,
  time_major: true,
};

/** Runs an LSTM over a whole sequence in cuDNN. */
export function runCudnn(call: RecurrentCall): RecurrentOutputs {
  const { x, kernel, recurrentKernel, bias, units, options } = call;
  const [batch, time] = x.shape;
  const training = isRecording();
  const { inputs, results, outputs } = withoutRecording(() => {
    const zeros = tf.zeros([1, batch, units]);
    const [h0, c0] = call.state?.map((state) => tf.expandDims(state, 0)) ?? [zeros, zeros];
    const inputs = [timeFirst(call, x), h0, c0, packedWeights(call), tf.fill([batch], time, 'int32')];
    const results = nativeOp('CudnnRNNV3')!({ ...attributes, is_training: training }, inputs, 5);
    const [steps, h, c] = results;
    const last = tf.reshape<tf.Rank.R2>(tf.slice(steps, [time - 1], [1]), [batch, units]);
    const state = [h, c].map((tensor) => tf.reshape<tf.Rank.R2>(tensor, [batch, units]));
    const sequence = options.returnSequences ? (tf.transpose(steps, [1, 0, 2]) as tf.Tensor3D) : undefined;
    return { inputs, results, outputs: { sequence, output: last, state } };
  });
  if (!training) return outputs;

  const saved = [...inputs, ...results].map(save);
  const given: Record<string, tf.Tensor> = { x, kernel: kernel!, recurrentKernel };
  if (bias) given.bias = bias;
  call.state?.forEach((tensor, k) => (given[`state${k}`] = tensor));
  const { sequence, output, state } = outputs;
  record('CudnnRNN', given, [...(sequence ? [sequence] : []), output, ...state], saved, (flowing) => {
    let found: Record<string, tf.Tensor> | undefined;
    const compute = () =>
      (found ??= inBackwardScope(() =>
        withoutRecording(() => gradients(call, saved, sequence ? flowing : [null, ...flowing])),
      ));
    return Object.fromEntries(Object.keys(given).map((name) => [name, () => compute()[name]]));
  });
  return outputs;
}

/** The gradients of a call's tensors from those of sequence, output, h and c; null where nothing flows. */
function gradients(call: RecurrentCall, saved: tf.Tensor[], flowing: (tf.Tensor | null)[]): Record<string, tf.Tensor> {
  const { x, units } = call;
  const [batch, time, features] = x.shape;
  const [dSequence, dOutput, dH, dC] = flowing;
  const ofState = (given: tf.Tensor | null) => (given ? tf.expandDims(given, 0) : tf.zeros([1, batch, units]));
  let dSteps = dSequence ? tf.transpose(dSequence, [1, 0, 2]) : tf.zeros([time, batch, units]);
  if (dOutput) dSteps = tf.add(dSteps, tf.pad(tf.expandDims(dOutput, 0), [[time - 1, 0], [0, 0], [0, 0]])); // prettier-ignore
  const inputs = [...saved.slice(0, 8), dSteps, ofState(dH), ofState(dC), ...saved.slice(8)];
  const [dx, dh0, dc0, dParameters] = nativeOp('CudnnRNNBackpropV3')!(attributes, inputs, 4);
  const matrix = (from: number, rows: number) => {
    const packed = tf.reshape(tf.slice(dParameters, [from], [4 * units * rows]), [4, units, rows]);
    return tf.reshape(tf.transpose(packed, [2, 0, 1]), [rows, 4 * units]);
  };
  const ordered = tf.transpose(dx, [1, 0, 2]);
  return {
    x: call.options.reverse ? tf.reverse(ordered, 1) : ordered,
    kernel: matrix(0, features),
    recurrentKernel: matrix(4 * units * features, units),
    bias: tf.slice(dParameters, [4 * units * (features + units + 1)], [4 * units]),
    state0: tf.reshape(dh0, [batch, units]),
    state1: tf.reshape(dc0, [batch, units]),
  };
}

function timeFirst({ options }: RecurrentCall, x: tf.Tensor): tf.Tensor {
  return tf.transpose(options.reverse ? tf.reverse(x, 1) : x, [1, 0, 2]);
}

/** cuDNN's one vector of weights: each gate's matrix transposed, input before recurrent, then two biases a gate, of which Keras has one. */
function packedWeights({ kernel, recurrentKernel, bias, units }: RecurrentCall): tf.Tensor {
  const gates = (matrix: tf.Tensor) =>
    tf.reshape(tf.transpose(tf.reshape(matrix, [matrix.shape[0], 4, units]), [1, 2, 0]), [-1]);
  const noBias = tf.zeros([4 * units]);
  return tf.concat([gates(kernel!), gates(recurrentKernel), noBias, bias ?? noBias]);
}
