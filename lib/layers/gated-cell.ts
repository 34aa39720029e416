/** What the LSTM and GRU cells have beyond the simple one: an activation of the gates, and the choice of what dropout draws for each. */
import type { tf } from '../backend';
import type { Activations, Cell } from '../kernels';
import type { GatedCellArgs } from './cell-args';
import { RecurrentCell } from './recurrent-cell';
import { type Activation, getActivation } from './identifiers';
import type { Config } from './stock';

export abstract class GatedCell extends RecurrentCell {
  readonly recurrentActivation: Activation;
  readonly implementation: number;

  constructor(args: GatedCellArgs, formula: Cell) {
    super(args, formula);
    const { recurrentActivation = 'sigmoid' } = args;
    this.recurrentActivation = getActivation(recurrentActivation);
    this.implementation = args.implementation ?? 2;
  }

  protected override get activations(): Activations {
    return { ...super.activations, recurrentActivation: (x: tf.Tensor) => this.recurrentActivation.apply(x) };
  }

  override get dropsEachGate(): boolean {
    return this.implementation === 1 || this.recurrentDropout !== 0;
  }

  /** Whether the activations are those that a kernel computes. */
  get hasKernelActivations(): boolean {
    return this.activation.getClassName() === 'tanh' && this.recurrentActivation.getClassName() === 'sigmoid';
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      recurrentActivation: this.recurrentActivation.getClassName(),
      implementation: this.implementation,
    };
  }
}
