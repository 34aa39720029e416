/** The tier of our own in TensorFlow: lib/native's operations, one for a whole sequence and one for its gradient. */
import { nativeOp, type tf } from '../../backend';
import { type FusedCell, type SequenceInputs, type SequenceOps, type Walk } from './fused';

/** The names by which lib/native knows the cells. */
export const nativeCells: Record<FusedCell, string> = {
  lstm: 'lstm',
  gruResetAfter: 'gru',
  rnnTanh: 'rnn_tanh',
  rnnRelu: 'rnn_relu',
};

const present = <T>(tensor: T | null | undefined): T[] => (tensor ? [tensor] : []);

/** What both operations are told of the call, and the inputs before and after the bias. */
function common({ cell, reverse, zeroOutput }: Walk, inputs: SequenceInputs) {
  const { x, ids, kernel, recurrentKernel, state, mask, recurrentMask } = inputs;
  return {
    attributes: {
      cell: nativeCells[cell],
      kernels: kernel ? 1 : 0,
      states: state.length,
      masks: mask ? 1 : 0,
      recurrent_masks: recurrentMask ? 1 : 0,
      lookups: ids ? 1 : 0,
      reverse,
      zero_output: zeroOutput,
    },
    before: [x, ...present(kernel), recurrentKernel],
    after: [...state, ...present(mask), ...present(recurrentMask), ...present(ids)],
  };
}

export const nativeSequence: SequenceOps = {
  forward(how, inputs) {
    const { attributes, before, after } = common(how, inputs);
    const { training, sequence } = how;
    const bias = present(inputs.bias);
    const tensors = [...before, ...bias, ...after];
    return nativeOp('LabRecurrent')!({ ...attributes, biases: bias.length, training, sequence }, tensors, 6);
  },

  backward(how, inputs, kept, flowing) {
    const { attributes, before, after } = common(how, inputs);
    const [dSequence, dOutput, dH, dC] = flowing.map((gradient) => present<tf.Tensor>(gradient));
    const needs = {
      d_sequences: dSequence.length,
      d_outputs: dOutput.length,
      d_hs: dH.length,
      d_cs: dC?.length ?? 0,
      need_x: how.needX,
      need_state: how.needState,
      need_bias: how.needBias,
    };
    const tensors = [...before, ...after, ...kept, ...dSequence, ...dOutput, ...dH, ...(dC ?? [])];
    return nativeOp('LabRecurrentGrad')!({ ...attributes, ...needs }, tensors, 6);
  },
};
