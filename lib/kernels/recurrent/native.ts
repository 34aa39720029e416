/** The tier of our own: lib/native's operations, one for a whole sequence and one for its gradient. */
import { nativeOp, tf } from '../../backend';
import type { RecurrentCall, RecurrentOutputs } from './call';
import { lookupOf, within, type Lookup } from '../embedding';
import { inBackwardScope, isRecording, record, save, type InputGradients } from '../../mends/tape';
import type { CellName } from './types';

const names: Partial<Record<CellName, string>> = {
  lstm: 'lstm',
  gruResetAfter: 'gru',
  rnnTanh: 'rnn_tanh',
  rnnRelu: 'rnn_relu',
};

/** Whether lib/native has this cell; not the GRU with its reset gate before the product. */
export const hasNativeCell = (cell: CellName): boolean => cell in names;

/** Runs a cell over a whole sequence as one operation, which reads the rows of a table itself where the input is a look-up. */
export function runNative(call: RecurrentCall): RecurrentOutputs {
  const { x, kernel, recurrentKernel, bias, options } = call;
  const present = (tensor: tf.Tensor | undefined) => (tensor ? [tensor] : []);
  const mask = options.mask && (options.mask.dtype === 'bool' ? options.mask : options.mask.toBool());
  const recording = isRecording();
  const source = inputOf(x);
  const common = {
    cell: names[call.cell]!,
    kernels: kernel ? 1 : 0,
    states: call.state?.length ?? 0,
    masks: mask ? 1 : 0,
    recurrent_masks: options.recurrentMask ? 1 : 0,
    reverse: options.reverse ?? false,
    zero_output: options.zeroOutputForMask ?? false,
  };
  const before = [...present(kernel), recurrentKernel];
  const after = [...(call.state ?? []), ...present(mask), ...present(options.recurrentMask)];
  const attributes = {
    ...common,
    lookups: source.ids.length,
    biases: bias ? 1 : 0,
    training: recording,
    sequence: options.returnSequences ?? false,
  };
  const tensors = [source.x, ...before, ...present(bias), ...after, ...source.ids];
  const forward = () => nativeOp('LabRecurrent')!(attributes, tensors, 6);
  const [sequence, output, h, c, gates, cells] = source.lookup ? within(source.lookup, forward) : forward();
  const lstm = call.cell === 'lstm';
  const leftovers = [gates, cells];
  if (!options.returnSequences) leftovers.push(sequence);
  if (!lstm) leftovers.push(c);
  if (mask && mask !== options.mask) leftovers.push(mask);
  const state = (lstm ? [h, c] : [h]) as tf.Tensor2D[];
  const outputs: RecurrentOutputs = { output: output as tf.Tensor2D, state };
  if (options.returnSequences) outputs.sequence = sequence as tf.Tensor3D;

  if (recording) {
    const own = [sequence, gates, cells];
    const savedX = save(x);
    const given = [...before, ...after].map(save);
    const kept = own.map(save);
    const saved = [savedX, ...given, ...kept];
    const inputs: Record<string, tf.Tensor> = { x };
    if (kernel) inputs.kernel = kernel;
    inputs.recurrentKernel = recurrentKernel;
    if (bias) inputs.bias = bias;
    call.state?.forEach((tensor, k) => (inputs[`state${k}`] = tensor));
    const targets = [...(outputs.sequence ? [outputs.sequence] : []), outputs.output, ...state];
    record('LabRecurrent', inputs, targets, saved, (flowing) => {
      const gradients = [...(outputs.sequence ? [] : [null]), ...flowing];
      const [dSequence, dOutput, dH, dC] = gradients.map((gradient) => present(gradient ?? undefined));
      let results: tf.Tensor[] | undefined;
      let withX = false;
      const compute = (needX: boolean) => {
        if (results && (withX || !needX)) return results;
        withX = needX;
        const input = inputOf(savedX);
        const attributes = {
          ...common,
          lookups: input.ids.length,
          d_sequences: dSequence.length,
          d_outputs: dOutput.length,
          d_hs: dH.length,
          d_cs: dC?.length ?? 0,
          need_x: needX,
          need_state: call.state !== undefined,
          need_bias: bias !== undefined,
        };
        const flow = [...dSequence, ...dOutput, ...dH, ...(dC ?? [])];
        const tensors = [input.x, ...given, ...input.ids, ...kept, ...flow];
        results = inBackwardScope(() => nativeOp('LabRecurrentGrad')!(attributes, tensors, 6));
        return results;
      };
      // The tape asks in the order of the inputs, so for x first, if at all: what follows knows whether it is needed.
      const asked: InputGradients = { x: () => compute(true)[0] };
      ['kernel', 'recurrentKernel', 'bias', 'state0', 'state1'].forEach((name, k) => {
        asked[name] = () => compute(false)[k + 1];
      });
      return asked;
    });
  }
  tf.dispose(leftovers);
  return outputs;
}

/** What the operation reads for x: a table and the rows of every step where x is a look-up whose rows nobody has written, else x. */
function inputOf(x: tf.Tensor): { x: tf.TensorInfo; ids: tf.TensorInfo[]; lookup?: Lookup } {
  const lookup = lookupOf(x);
  return lookup?.ids.shape.length === 2 ? { x: lookup.table, ids: [lookup.ids], lookup } : { x, ids: [] };
}
