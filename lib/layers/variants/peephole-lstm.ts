/** The LSTM with peepholes (Gers and Schmidhuber 2000): its gates see the state of the cell. Walked step by step. */
import { tf } from '../../backend';
import { type Initializer, type InitializerIdentifier, describe, getInitializer } from '../identifiers';
import { LSTMCell, type LSTMCellArgs } from '../lstm';
import type { DropoutMasks, Step } from '../projected-cell';
import { RNN, type RecurrentArgs } from '../rnn';
import type { Config } from '../stock';

/** Options of {@link peepholeLSTMCell}. */
export interface PeepholeLSTMCellArgs extends LSTMCellArgs {
  /** Of `peephole_kernel` `[3, units]`, one weight a unit for the gates i, f and o. Default: zeros, where it is an LSTM. */
  peepholeInitializer?: InitializerIdentifier;
}

/**
 * One step of an LSTM with peepholes p; gates i, f, c, o, state `[h, c]`, weights kernel, recurrent kernel, peephole kernel, bias.
 *
 *     i = σ(x·W + h·U + p∘c + b)   f = σ(… + p∘c)   g = tanh(x·W + h·U + b)   c' = f∘c + i∘g   o = σ(… + p∘c')   h' = o∘tanh(c')
 */
export class PeepholeLSTMCell extends LSTMCell {
  static override readonly className: string = 'PeepholeLSTMCell';
  readonly peepholeInitializer: Initializer;
  private peepholes?: tf.LayerVariable;

  constructor(args: PeepholeLSTMCellArgs) {
    super(args);
    this.peepholeInitializer = getInitializer(args.peepholeInitializer ?? 'zeros');
  }

  protected override addStateWeights(): void {
    super.addStateWeights();
    this.peepholes = this.add('peephole_kernel', [3, this.units], this.peepholeInitializer);
  }

  override stepper(masks: DropoutMasks): Step {
    const recur = this.recurrence(masks.recurrent);
    const { activation, recurrentActivation: open } = this.activations;
    const [pi, pf, po] = tf.split(this.read(this.peepholes), 3) as tf.Tensor2D[];
    return (x, [h, c]) => {
      const [i, f, g, o] = tf.split(x.add(recur(h, 0, 4)), 4, 1);
      const carry = tf.add<tf.Tensor2D>(open(f.add(c.mul(pf))).mul(c), open(i.add(c.mul(pi))).mul(activation(g)));
      return [open(o.add(carry.mul(po))).mul(activation(carry)), carry];
    };
  }

  override getConfig(): Config {
    return { ...super.getConfig(), peepholeInitializer: describe(this.peepholeInitializer) };
  }
}

/** Options of {@link peepholeLSTM}. */
export interface PeepholeLSTMArgs extends PeepholeLSTMCellArgs, RecurrentArgs {}

/** A layer of LSTM cells with peepholes over `[batch, time, features]`. */
export class PeepholeLSTM extends RNN {
  static override readonly className = 'PeepholeLSTM';

  constructor(args: PeepholeLSTMArgs) {
    super({ ...args, cell: new PeepholeLSTMCell({ ...args, name: undefined }) });
  }
}
