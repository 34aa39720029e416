/** A recurrent layer whose whole sequence runs in one kernel when the kernel knows its cell. */
import { tf } from '../backend';
import { recurrent } from '../kernels';
import type { CellName, RecurrentResult, RecurrentWeights, SequenceOptions, Walk } from '../kernels';
import type { RecurrentCell } from './recurrent-cell';
import { type Batch, RNN } from './rnn';

export abstract class FusedRNN extends RNN {
  declare readonly cell: RecurrentCell;

  /** The kernels' name of this layer's cell; undefined when its activations are others than the kernel's. */
  abstract get cellName(): CellName | undefined;

  /** Whether a card computes the whole sequence at once: cuDNN knows the cell, and no dropout inside of its steps. */
  get suitsCard(): boolean {
    const { dropout, recurrentDropout, dropsEachGate } = this.cell;
    const isPlain = recurrentDropout === 0 && !(dropout > 0 && dropsEachGate);
    return this.cellName !== undefined && this.cellName !== 'gru' && isPlain;
  }

  protected override walk(batch: Batch): Walk {
    const { cellName } = this;
    if (!cellName) return super.walk(batch);
    const { x, states, mask, training } = batch;
    const { cell } = this;
    const weights = cell.readWeights();
    const masks = cell.drawDropoutMasks(x.shape[0], x.shape[2], training);
    const options: SequenceOptions = {
      mask,
      reverse: this.goBackwards,
      returnSequences: this.returnSequences,
      zeroOutputForMask: this.zeroOutputForMask,
      recurrentMask: masks.recurrent && (tf.concat(masks.recurrent, 1) as tf.Tensor2D),
    };
    return this.run(cellName, x, weights, masks.input, states, options);
  }

  private run(
    cell: CellName,
    x: tf.Tensor3D,
    weights: RecurrentWeights & { kernel: tf.Tensor2D },
    inputMasks: tf.Tensor2D[] | undefined,
    states: tf.Tensor2D[] | undefined,
    options: SequenceOptions,
  ): RecurrentResult<tf.Tensor2D[]> {
    if (!inputMasks) return recurrent(cell, x, weights, states, options);
    if (inputMasks.length === 1) return recurrent(cell, x.mul(inputMasks[0].expandDims(1)), weights, states, options);
    const projected = this.cell.product(x, weights.kernel, inputMasks) as tf.Tensor3D;
    return recurrent(cell, projected, { ...weights, kernel: undefined }, states, options);
  }
}
