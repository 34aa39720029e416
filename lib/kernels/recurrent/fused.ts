/** A whole sequence as one operation, and its gradient as another: what the tiers have in common that compute with lib/native's kernels. */
import { tf } from '../../backend';
import { lookupOf, within, type Lookup } from '../embedding';
import { inBackwardScope, isRecording, record, save, type InputGradients } from '../../mends/tape';
import type { RecurrentCall, RecurrentOutputs } from './call';
import type { CellName } from './types';

/** The cells that lib/native has: all but the GRU with its reset gate before the product. */
export type FusedCell = Exclude<CellName, 'gru'>;

export const isFusedCell = (cell: CellName): cell is FusedCell => cell !== 'gru';

/** How the operations walk over time. */
export interface Walk {
  cell: FusedCell;
  reverse: boolean;
  zeroOutput: boolean;
}

/** The tensors that both operations read. */
export interface SequenceInputs {
  /** `[batch, time, features]`, or with `ids` a table `[rows, features]`. */
  x: tf.TensorInfo;
  /** `[batch, time]`: the rows of the table for every step. */
  ids?: tf.TensorInfo;
  /** None where x is projected already. */
  kernel?: tf.Tensor;
  recurrentKernel: tf.Tensor;
  state: tf.Tensor[];
  /** Boolean. */
  mask?: tf.Tensor;
  recurrentMask?: tf.Tensor;
}

/** The two operations of a tier. */
export interface SequenceOps {
  /**
   * @returns sequence, output, h, c, gates and cells; an empty tensor where one is not wanted: the sequence unless it is asked for or
   * `training`, gates and cells without `training`, and c of a cell that has none
   */
  forward(
    how: Walk & { training: boolean; sequence: boolean },
    inputs: SequenceInputs & { bias?: tf.Tensor },
  ): tf.Tensor[];
  /**
   * @param kept sequence, gates and cells of `forward`
   * @param flowing gradients of sequence, output, h and c; null where none flows
   * @returns the gradients of x, kernel, recurrent kernel, bias, h and c; an empty tensor where one is not needed
   */
  backward(
    how: Walk & { needX: boolean; needState: boolean; needBias: boolean },
    inputs: SequenceInputs,
    kept: tf.Tensor[],
    flowing: (tf.Tensor | null)[],
  ): tf.Tensor[];
}

/** Runs a cell over a whole sequence, reading the rows of a table itself where the input is a look-up. */
export function runFused({ forward, backward }: SequenceOps, call: RecurrentCall): RecurrentOutputs {
  const { x, kernel, recurrentKernel, bias, options } = call;
  const { returnSequences = false, recurrentMask } = options;
  const mask = options.mask && (options.mask.dtype === 'bool' ? options.mask : options.mask.toBool());
  const recording = isRecording();
  const walk: Walk = {
    cell: call.cell as FusedCell,
    reverse: options.reverse ?? false,
    zeroOutput: options.zeroOutputForMask ?? false,
  };
  const given = { kernel, recurrentKernel, state: call.state ?? [], mask, recurrentMask };
  const source = inputOf(x);
  const run = () =>
    forward(
      { ...walk, training: recording, sequence: returnSequences },
      { ...given, x: source.x, ids: source.ids, bias },
    );
  const [sequence, output, h, c, gates, cells] = source.lookup ? within(source.lookup, run) : run();
  const lstm = call.cell === 'lstm';
  const leftovers = [gates, cells];
  if (!returnSequences) leftovers.push(sequence);
  if (!lstm) leftovers.push(c);
  if (mask && mask !== options.mask) leftovers.push(mask);
  const state = (lstm ? [h, c] : [h]) as tf.Tensor2D[];
  const outputs: RecurrentOutputs = { output: output as tf.Tensor2D, state };
  if (returnSequences) outputs.sequence = sequence as tf.Tensor3D;

  if (recording) {
    const saved: tf.Tensor[] = [];
    const keep = <T extends tf.Tensor | undefined>(tensor: T): T => {
      if (tensor) saved.push(save(tensor));
      return tensor && (saved.at(-1) as T);
    };
    const keptX = keep(x);
    const keptInputs = {
      kernel: keep(kernel),
      recurrentKernel: keep(recurrentKernel),
      state: given.state.map(keep),
      mask: keep(mask),
      recurrentMask: keep(recurrentMask),
    };
    const kept = [sequence, gates, cells].map(keep);
    const inputs: Record<string, tf.Tensor> = { x };
    if (kernel) inputs.kernel = kernel;
    inputs.recurrentKernel = recurrentKernel;
    if (bias) inputs.bias = bias;
    call.state?.forEach((tensor, k) => (inputs[`state${k}`] = tensor));
    const targets = [...(returnSequences ? [sequence] : []), output, ...state];
    record('LabRecurrent', inputs, targets, saved, (gradients) => {
      const flowing = returnSequences ? gradients : [null, ...gradients];
      let results: tf.Tensor[] | undefined;
      let withX = false;
      const compute = (needX: boolean) => {
        if (results && (withX || !needX)) return results;
        withX = needX;
        const { x, ids } = inputOf(keptX);
        const how = { ...walk, needX, needState: call.state !== undefined, needBias: bias !== undefined };
        results = inBackwardScope(() => backward(how, { ...keptInputs, x, ids }, kept, flowing));
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

/** What the operations read for x: a table and the rows of every step where x is a look-up whose rows nobody has written, else x. */
function inputOf(x: tf.Tensor): { x: tf.TensorInfo; ids?: tf.TensorInfo; lookup?: Lookup } {
  const lookup = lookupOf(x);
  return lookup?.ids.shape.length === 2 ? { x: lookup.table, ids: lookup.ids, lookup } : { x };
}
