/** What minGRU and minLSTM share (Feng et al. 2024, arXiv 2410.01201): gates that see only the input, so that all steps run at once. */
import { tf } from '../../backend';
import type { Walk } from '../../kernels';
import { type DropoutMasks, ProjectedCell, type Step } from '../projected-cell';
import { type Batch, RNN } from '../rnn';
import { type LogSteps, keepMasked, logSigmoid, scan } from './linear-recurrence';

/** `log g(x)` of the candidate, where g(x) is x + 0.5 from 0 on and σ(x) below: positive, and continuous with its slope. */
export function logCandidate(x: tf.Tensor): tf.Tensor {
  const positive = tf.relu(x);
  return tf.where(tf.greaterEqual(x, 0), positive.add(0.5).log(), logSigmoid(x));
}

/** A cell of state `[h]` with h' = a∘h + v, where a and v depend on the input alone. */
export abstract class MinimalCell extends ProjectedCell {
  get stateSize(): number {
    return this.units;
  }

  /** log a and log v of `x`, the input's part of the gates `[…, gates * units]`. */
  abstract logSteps(x: tf.Tensor): { logDecay: tf.Tensor; logInput: tf.Tensor };

  override stepper(_masks: DropoutMasks): Step {
    return (x, [h]) => {
      const { logDecay, logInput } = this.logSteps(x);
      return [logDecay.exp().mul(h).add(logInput.exp())];
    };
  }
}

/** A layer of minimal cells that computes all steps of a sequence at once; `layers.rnn` over the cell takes one after another. */
export abstract class MinimalRNN extends RNN {
  protected override walk({ x, states, mask, training }: Batch): Walk {
    if (x.shape[1] === 0) return super.walk({ x, states, mask, training });
    const cell = this.cell as unknown as MinimalCell;
    const masks = cell.drawDropoutMasks(x.shape[0], x.shape[2], training);
    const [input, counts] = this.goBackwards ? [x.reverse(1), mask?.toFloat().reverse(1) as tf.Tensor2D] : [x, mask];
    const steps = cell.logSteps(cell.project(input, masks.input)) as LogSteps;
    const kept = counts ? keepMasked(steps, counts) : steps;
    const h = scan(kept, states?.[0]);
    const state = lastStep(h);
    const sequence = counts ? this.masked(h, counts) : h;
    return { sequence, output: counts ? lastStep(sequence) : state, state: [state] };
  }

  /** The outputs at masked steps: zeros when asked for, and before the first step that counts; else the output before them. */
  private masked(h: tf.Tensor3D, mask: tf.Tensor2D): tf.Tensor3D {
    const counted = this.zeroOutputForMask ? mask : tf.cumsum(mask.toInt(), 1);
    return tf.where(tf.greater(counted.toInt(), 0).expandDims(2), h, tf.zerosLike(h));
  }
}

function lastStep(sequence: tf.Tensor3D): tf.Tensor2D {
  const [batch, time, units] = sequence.shape;
  return sequence.slice([0, time - 1, 0], [batch, 1, units]).reshape([batch, units]);
}
