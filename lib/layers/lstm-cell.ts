/** The cell of an LSTM (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000). */
import { tf } from '../backend';
import type { GatedCellArgs } from './cell-args';
import { GatedCell, type CellWeights, activationOf, recurrentProduct } from './gated-cell';
import { type Activation, type Initializer, StockInitializer, getActivation } from './identifiers';
import type { Config } from './stock';

export interface LSTMCellArgs extends GatedCellArgs {
  /** Whether the bias of the forget gate starts at 1 (Jozefowicz et al. 2015). Default: true. */
  unitForgetBias?: boolean;
}

/**
 * One step of an LSTM; gates i, f, c, o. State `[h, c]`.
 *
 *     i, f, o = σ(x·W + h·U + b)    g = tanh(x·W + h·U + b)    c' = f∘c + i∘g    h' = o∘tanh(c')
 */
export class LSTMCell extends GatedCell {
  static readonly className = 'LSTMCell';
  readonly recurrentActivation: Activation;
  readonly unitForgetBias: boolean;
  readonly implementation: number;
  readonly stateSize: number[];

  constructor(args: LSTMCellArgs) {
    super(args, 4);
    this.recurrentActivation = getActivation(
      args.recurrentActivation === undefined ? 'sigmoid' : args.recurrentActivation,
    );
    this.unitForgetBias = args.unitForgetBias ?? true;
    this.implementation = args.implementation ?? 2;
    this.stateSize = [this.units, this.units];
  }

  protected override get dropsEachGate(): boolean {
    return this.implementation === 1 || this.recurrentDropout !== 0;
  }

  protected override get initialBias(): Initializer {
    return this.unitForgetBias ? new ForgetBias(this.biasInitializer, this.units) : this.biasInitializer;
  }

  step(x: tf.Tensor2D, [h, c]: tf.Tensor2D[], weights: CellWeights, recurrent?: tf.Tensor2D[]): tf.Tensor2D[] {
    const gates = x.add(recurrentProduct(h, weights.recurrentKernel, recurrent));
    const [i, f, g, o] = tf.split(gates, 4, 1);
    const open = (gate: tf.Tensor) => activationOf(gate, this.recurrentActivation);
    const carry = open(f)
      .mul<tf.Tensor2D>(c)
      .add<tf.Tensor2D>(open(i).mul(activationOf(g, this.activation)));
    return [open(o).mul(activationOf(carry, this.activation)), carry];
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      recurrentActivation: this.recurrentActivation.getClassName(),
      unitForgetBias: this.unitForgetBias,
      implementation: this.implementation,
    };
  }
}

/** The bias `[4 * units]` of an LSTM whose forget gate starts open: ones in the second block. */
class ForgetBias extends StockInitializer {
  static readonly className = 'ForgetBias';

  constructor(
    private readonly others: Initializer,
    private readonly units: number,
  ) {
    super();
  }

  override apply(): tf.Tensor {
    return tf.tidy(() =>
      tf.concat([
        this.others.apply([this.units], 'float32'),
        tf.ones([this.units]),
        this.others.apply([2 * this.units], 'float32'),
      ]),
    );
  }
}
