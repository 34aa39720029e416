/** The LSTM with layer normalization (Ba, Kiros and Hinton 2016, equations 20 to 22 of its supplement). Walked step by step. */
import { tf } from '../../backend';
import { normalize, type Recur } from '../../kernels';
import { getInitializer } from '../identifiers';
import { LSTMCell, type LSTMCellArgs } from '../lstm';
import type { DropoutMasks, Step } from '../projected-cell';
import { RNN, type RecurrentArgs } from '../rnn';
import type { Config } from '../stock';

/** Options of {@link layerNormLSTMCell}. */
export interface LayerNormLSTMCellArgs extends LSTMCellArgs {
  /** Added to variances. Default: 0.001, as in Keras's `LayerNormalization`. */
  epsilon?: number;
}

/**
 * One step of an LSTM whose products and carry are normalized, each over its last axis; gates i, f, c, o, state `[h, c]`.
 *
 *     i, f, g, o = α₁∘N(x·W) + α₂∘N(h·U) + b    c' = σ(f)∘c + σ(i)∘tanh(g)    h' = σ(o)∘tanh(α₃∘N(c') + β₃)    N(z) = (z - mean) / √(variance + ε)
 *
 * The paper's shifts β₁ and β₂ only add to b, so they are no weights of their own. Weights: kernel, recurrent kernel, the gains α₁, α₂
 * `[4 * units]` and α₃ `[units]`, β₃ `[units]`, bias.
 */
export class LayerNormLSTMCell extends LSTMCell {
  static override readonly className: string = 'LayerNormLSTMCell';
  readonly epsilon: number;
  private kernelGain?: tf.LayerVariable;
  private recurrentGain?: tf.LayerVariable;
  private carryGain?: tf.LayerVariable;
  private carryShift?: tf.LayerVariable;

  constructor(args: LayerNormLSTMCellArgs) {
    super(args);
    this.epsilon = args.epsilon ?? 1e-3;
  }

  protected override addStateWeights(): void {
    super.addStateWeights();
    const { units, gates } = this;
    const [ones, zeros] = [getInitializer('ones'), getInitializer('zeros')];
    this.kernelGain = this.add('kernel_gain', [gates * units], ones);
    this.recurrentGain = this.add('recurrent_gain', [gates * units], ones);
    this.carryGain = this.add('carry_gain', [units], ones);
    this.carryShift = this.add('carry_shift', [units], zeros);
  }

  private normalized<T extends tf.Tensor>(z: T, gain: tf.LayerVariable | undefined): T {
    return normalize(z, this.epsilon).mul(this.read(gain));
  }

  override product(x: tf.Tensor, kernel: tf.Tensor2D, masks?: tf.Tensor2D[]): tf.Tensor {
    return this.normalized(super.product(x, kernel, masks), this.kernelGain);
  }

  protected override recurrence(masks?: tf.Tensor2D[]): Recur {
    const recur = super.recurrence(masks);
    return (h, from, to) => this.normalized(recur(h, from, to), this.recurrentGain);
  }

  override stepper(masks: DropoutMasks): Step {
    const recur = this.recurrence(masks.recurrent);
    const { activation, recurrentActivation: open } = this.activations;
    const shift = this.read(this.carryShift);
    return (x, [h, c]) => {
      const [i, f, g, o] = tf.split(x.add(recur(h, 0, 4)), 4, 1);
      const carry = tf.add<tf.Tensor2D>(open(f).mul(c), open(i).mul(activation(g)));
      return [open(o).mul(activation(this.normalized(carry, this.carryGain).add(shift))), carry];
    };
  }

  override getConfig(): Config {
    return { ...super.getConfig(), epsilon: this.epsilon };
  }
}

/** Options of {@link layerNormLSTM}. */
export interface LayerNormLSTMArgs extends LayerNormLSTMCellArgs, RecurrentArgs {}

/** A layer of LSTM cells with layer normalization over `[batch, time, features]`. */
export class LayerNormLSTM extends RNN {
  static override readonly className = 'LayerNormLSTM';

  constructor(args: LayerNormLSTMArgs) {
    super({ ...args, cell: new LayerNormLSTMCell({ ...args, name: undefined }) });
  }
}
