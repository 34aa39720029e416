/** Long short-term memory (Hochreiter and Schmidhuber 1997): the cell, and the layer made of it. Computed in kernels/recurrent. */
import { tf } from '../backend';
import * as kernels from '../kernels';
import type { GatedCellArgs } from './cell-args';
import { FusedRNN } from './fused-rnn';
import { GatedCell } from './gated-cell';
import { type Initializer, StockInitializer } from './identifiers';
import type { RecurrentArgs } from './rnn';
import type { Config } from './stock';

/** Options of {@link lstmCell}. */
export interface LSTMCellArgs extends GatedCellArgs {
  /** Whether the bias of the forget gate starts at 1 (Jozefowicz et al. 2015). Default: true. */
  unitForgetBias?: boolean;
}

/** One step of an LSTM (the formula is `lstmCell` in kernels/recurrent/cells.ts); gates i, f, c, o. State `[h, c]`. */
export class LSTMCell extends GatedCell {
  static readonly className: string = 'LSTMCell';
  readonly unitForgetBias: boolean;
  readonly stateSize: number[];

  constructor(args: LSTMCellArgs) {
    super(args, kernels.lstmCell);
    this.unitForgetBias = args.unitForgetBias ?? true;
    this.stateSize = [this.units, this.units];
  }

  protected override get initialBias(): Initializer {
    return this.unitForgetBias ? new ForgetBias(this.biasInitializer, this.units) : this.biasInitializer;
  }

  override getConfig(): Config {
    return { ...super.getConfig(), unitForgetBias: this.unitForgetBias };
  }
}

/** Options of {@link lstm}. */
export interface LSTMArgs extends LSTMCellArgs, RecurrentArgs {}

/** A layer of LSTM cells over `[batch, time, features]`; weights kernel, recurrent kernel, bias in Keras's shapes. */
export class LSTM extends FusedRNN {
  static override readonly className = 'LSTM';

  constructor(args: LSTMArgs) {
    super({ ...args, cell: new LSTMCell({ ...args, name: undefined }) });
  }

  override get cellName(): kernels.CellName | undefined {
    return (this.cell as unknown as LSTMCell).hasKernelActivations ? 'lstm' : undefined;
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
