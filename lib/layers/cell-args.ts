/** The arguments of the cells and of the layers made of them: Keras 3's names and defaults. */
import type {
  ActivationIdentifier,
  ConstraintIdentifier,
  InitializerIdentifier,
  RegularizerIdentifier,
} from './identifiers';
import type { LayerArgs } from './stock';

/** The arguments that all cells take: Keras 3's names and defaults. */
export interface ProjectedCellArgs extends LayerArgs {
  /** Size of the state and of the output. */
  units: number;
  /** Whether a bias is added. Default: true. */
  useBias?: boolean;
  /** Of `kernel` `[features, gates * units]`. Default: glorotUniform. */
  kernelInitializer?: InitializerIdentifier;
  /** Default: zeros. */
  biasInitializer?: InitializerIdentifier;
  /** Penalty of `kernel`, added to the loss. Default: none. */
  kernelRegularizer?: RegularizerIdentifier | null;
  /** Penalty of the bias, added to the loss. Default: none. */
  biasRegularizer?: RegularizerIdentifier | null;
  /** What `kernel` is made to satisfy after each step. Default: nothing. */
  kernelConstraint?: ConstraintIdentifier | null;
  /** What the bias is made to satisfy after each step. Default: nothing. */
  biasConstraint?: ConstraintIdentifier | null;
  /** Fraction of the inputs dropped in training, the same ones at every step. Default: 0. */
  dropout?: number;
  /** Seed of all dropout. Default: drawn from the global seed. */
  seed?: number | null;
}

/** The arguments of cells whose state goes back into their gates. */
export interface CellArgs extends ProjectedCellArgs {
  /** Of the candidate and the output; `null` is the identity. Default: tanh. */
  activation?: ActivationIdentifier | null;
  /** Of `recurrentKernel` `[units, gates * units]`. Default: orthogonal. */
  recurrentInitializer?: InitializerIdentifier;
  /** Penalty of `recurrentKernel`, added to the loss. Default: none. */
  recurrentRegularizer?: RegularizerIdentifier | null;
  /** What `recurrentKernel` is made to satisfy after each step. Default: nothing. */
  recurrentConstraint?: ConstraintIdentifier | null;
  /** Fraction of the previous output dropped in training, the same units at every step. Default: 0. */
  recurrentDropout?: number;
}

/** The arguments of cells with gates. */
export interface GatedCellArgs extends CellArgs {
  /**
   * Of the gates; `null` is the identity. Default: sigmoid. `hardSigmoid` is TensorFlow.js's, clip(0.2 x + 0.5), as in Keras 2;
   * Keras 3 has another slope.
   */
  recurrentActivation?: ActivationIdentifier | null;
  /** 1 draws a dropout mask for each gate, 2 one for all; `recurrentDropout` implies 1, as in Keras. Default: 2. */
  implementation?: number;
}
