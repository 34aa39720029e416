/**
 * A tier for NVIDIA cards: cuDNN's LSTM through `CudnnRNNV3`. No card was at hand when it was written, so it is untested and runs only
 * when LSTM_LAB_KERNELS is `cudnn`; on a machine with a card, tests/kernels/parity.test.ts holds it to the same formulas as the others.
 */
import { nativeBackend, tf, type NativeBackend } from '../../backend';
import type { RecurrentCall, RecurrentOutputs } from './call';
import { inBackwardScope, isRecording, record, save } from '../tape';

/** The backend when cuDNN can do what a call asks for: an LSTM without masks, on a card. */
export function cudnnBackend({ cell, kernel, options }: RecurrentCall): NativeBackend | undefined {
  const backend = nativeBackend();
  if (!backend?.isUsingGpuDevice || cell !== 'lstm' || !kernel || options.mask || options.recurrentMask)
    return undefined;
  return backend;
}

/** Runs an LSTM over a whole sequence in cuDNN. */
export function runCudnn(call: RecurrentCall, backend: NativeBackend): RecurrentOutputs {
  const { x, units, options } = call;
  const [batch, time] = x.shape;
  const zeros = tf.zeros([1, batch, units]);
  const [h0, c0] = call.state?.map((state) => tf.expandDims(state, 0)) ?? [zeros, zeros];
  const ordered = tf.transpose(options.reverse ? tf.reverse(x, 1) : x, [1, 0, 2]);
  const [steps, h, c] = cudnnLSTM(backend, ordered, h0, c0, packedWeights(call));
  const state = [h, c].map((tensor) => tf.reshape<tf.Rank.R2>(tensor, [batch, units]));
  const last = tf.reshape<tf.Rank.R2>(tf.slice(steps, [time - 1], [1]), [batch, units]);
  const sequence = options.returnSequences ? (tf.transpose(steps, [1, 0, 2]) as tf.Tensor3D) : undefined;
  return { sequence, output: last, state };
}

/** cuDNN's one vector of weights: each gate's matrix transposed, input before recurrent, then two biases a gate, of which Keras has one. */
function packedWeights({ kernel, recurrentKernel, bias, units }: RecurrentCall): tf.Tensor1D {
  const gates = (matrix: tf.Tensor) => tf.split(matrix, 4, 1).map((gate) => tf.reshape(tf.transpose(gate), [-1]));
  const noBias = tf.zeros([4 * units]);
  return tf.concat([...gates(kernel!), ...gates(recurrentKernel), noBias, bias ?? noBias]) as tf.Tensor1D;
}

/** `[steps, h, c]` of `CudnnRNNV3`, time first. */
function cudnnLSTM(
  backend: NativeBackend,
  x: tf.Tensor,
  h0: tf.Tensor,
  c0: tf.Tensor,
  params: tf.Tensor1D,
): tf.Tensor[] {
  const { binding } = backend;
  const recording = isRecording();
  const lengths = tf.fill([x.shape[1] as number], x.shape[0], 'int32');
  const text = (name: string, value: string) => ({ name, type: binding.TF_ATTR_STRING, value });
  const number = (name: string, value: number) => ({ name, type: binding.TF_ATTR_INT, value });
  const yes = (name: string, value: boolean) => ({ name, type: binding.TF_ATTR_BOOL, value });
  const attributes = [
    { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    ...[text('rnn_mode', 'lstm'), text('input_mode', 'linear_input'), text('direction', 'unidirectional')],
    { name: 'dropout', type: binding.TF_ATTR_FLOAT, value: 0 },
    ...[number('seed', 0), number('seed2', 0), number('num_proj', 0), yes('time_major', true)],
  ];
  const execute = (
    op: string,
    attributes: { name: string; type: number; value: unknown }[],
    inputs: tf.Tensor[],
    count: number,
  ) =>
    binding.executeOp(op, attributes, backend.getInputTensorIds(inputs), count).map((metadata) => {
      // cuDNN's notes to itself are of a type that TensorFlow.js does not know; only their handle is ever used.
      const known = metadata.dtype === binding.TF_FLOAT ? metadata : { ...metadata, dtype: binding.TF_INT32 };
      return backend.createOutputTensor(known);
    });
  const inputs = [x, h0, c0, params, lengths];
  const results = execute('CudnnRNNV3', [...attributes, yes('is_training', recording)], inputs, 5);
  const outputs = results.slice(0, 3);
  if (recording) {
    const saved = [...inputs, ...results].map(save);
    record('CudnnRNN', { x, h0, c0, params }, outputs, saved, (flowing) => {
      let gradients: tf.Tensor[] | undefined;
      const compute = () =>
        (gradients ??= inBackwardScope(() => {
          const given = flowing.map((gradient, k) => gradient ?? tf.zerosLike(outputs[k]));
          const all = [...saved.slice(0, 8), ...given, ...saved.slice(8)];
          return execute('CudnnRNNBackpropV3', attributes, all, 4);
        }));
      return { x: () => compute()[0], h0: () => compute()[1], c0: () => compute()[2], params: () => compute()[3] };
    });
  }
  return outputs;
}
