/** The sLSTM of xLSTM (Beck et al. 2024, arXiv 2405.04517, section 2.2), with one head. Walked step by step. */
import { tf } from '../../backend';
import { LSTMCell, type LSTMCellArgs } from '../lstm';
import type { DropoutMasks, Step } from '../projected-cell';
import { RNN, type RecurrentArgs } from '../rnn';
import type { Config } from '../stock';
import { logSigmoid } from './linear-recurrence';

/** Options of {@link sLSTMCell}. */
export interface SLSTMCellArgs extends Omit<LSTMCellArgs, 'recurrentActivation'> {
  /** σ or exp of the forget gate; the paper leaves the choice. Default: sigmoid. */
  forgetGate?: 'sigmoid' | 'exponential';
}

/**
 * One step of an sLSTM; gates i, f, z, o in the places of an LSTM's i, f, c, o, state `[h, c, n, m]`: n normalizes, m keeps the exponentials
 * in range. h does not depend on m.
 *
 *     f = log σ(f̃) or f̃    m' = max(f + m, ĩ)    c' = exp(f + m - m')∘c + exp(ĩ - m')∘tanh(z̃)    n' = exp(f + m - m')∘n + exp(ĩ - m')    h' = σ(õ)∘c'/n'
 *
 * Where n is 0 nothing has been kept, and m' is ĩ.
 */
export class SLSTMCell extends LSTMCell {
  static override readonly className: string = 'SLSTMCell';
  override readonly stateSize: number[];
  readonly forgetGate: 'sigmoid' | 'exponential';

  constructor(args: SLSTMCellArgs) {
    super(args);
    this.stateSize = [this.units, this.units, this.units, this.units];
    this.forgetGate = args.forgetGate ?? 'sigmoid';
    if (this.forgetGate !== 'sigmoid' && this.forgetGate !== 'exponential')
      throw new Error(`SLSTMCell: forgetGate is "${String(this.forgetGate)}"; give "sigmoid" or "exponential".`);
  }

  override stepper(masks: DropoutMasks): Step {
    const recur = this.recurrence(masks.recurrent);
    const { activation, recurrentActivation: open } = this.activations;
    return (x, [h, c, n, m]) => {
      const [i, f, z, o] = tf.split(x.add(recur(h, 0, 4)), 4, 1) as tf.Tensor2D[];
      const logForget = this.forgetGate === 'sigmoid' ? (logSigmoid(f) as tf.Tensor2D) : f;
      const kept = tf.where(tf.greaterEqual(0, n), i, tf.add(logForget, m)) as tf.Tensor2D;
      const stabilizer = tf.maximum<tf.Tensor2D>(kept, i);
      const forget = kept.sub(stabilizer).exp();
      const enter = i.sub(stabilizer).exp();
      const carry = forget.mul(c).add<tf.Tensor2D>(enter.mul(activation(z)));
      const normalizer = forget.mul(n).add<tf.Tensor2D>(enter);
      return [open(o).mul(carry.div(normalizer)), carry, normalizer, stabilizer];
    };
  }

  override getConfig(): Config {
    const { recurrentActivation: _, ...config } = super.getConfig();
    return { ...config, forgetGate: this.forgetGate };
  }
}

/** Options of {@link sLSTM}. */
export interface SLSTMArgs extends SLSTMCellArgs, RecurrentArgs {}

/** A layer of sLSTM cells over `[batch, time, features]`. */
export class SLSTM extends RNN {
  static override readonly className = 'SLSTM';

  constructor(args: SLSTMArgs) {
    super({ ...args, cell: new SLSTMCell({ ...args, name: undefined }) });
  }
}
