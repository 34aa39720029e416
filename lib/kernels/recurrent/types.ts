/** What goes into a recurrent kernel and what comes out of it; the words are Keras'. */
import type { tf } from '../../backend';

/** How a kernel walks over time. */
export interface SequenceOptions {
  /**
   * `[batch, time]`, boolean or 0/1, in the order of the input. A step that does not count leaves the state as it is and
   * repeats the output before it (zeros before the first step that counts), as in Keras.
   */
  mask?: tf.Tensor2D;
  /** Walk from the last step to the first. `sequence` is in the order of processing (Keras' `go_backwards`). */
  reverse?: boolean;
  /** Return every output as `sequence`. Without it, inference keeps no more than one step. Default: false. */
  returnSequences?: boolean;
  /**
   * Recurrent dropout: multiplied into the state before the recurrent product of every step.
   * `[batch, units]` for all gates, or `[batch, gates * units]` with a mask for each gate (Keras draws one for each).
   */
  recurrentMask?: tf.Tensor2D;
  /** A step that does not count gives zeros instead of the output before it. Default: false. */
  zeroOutputForMask?: boolean;
}

/** The weights of a recurrent layer, in Keras' shapes and gate order. */
export interface RecurrentWeights {
  /** `[features, gates * units]`. Without it, `x` is taken as already projected: `[batch, time, gates * units]`. */
  kernel?: tf.Tensor2D;
  /** `[units, gates * units]` */
  recurrentKernel: tf.Tensor2D;
  /** `[gates * units]`; for a GRU with `resetAfter` `[2, gates * units]`: the input's bias, then the state's. */
  bias?: tf.Tensor;
}

/** What a recurrent kernel returns. Every tensor passes gradients on. */
export interface RecurrentResult<S extends tf.Tensor2D[]> {
  /** `[batch, time, units]`, in the order of processing; only with `returnSequences`. */
  sequence?: tf.Tensor3D;
  /** `[batch, units]`: the output of the last step processed; zeros when no step counted. */
  output: tf.Tensor2D;
  /** The state after the last step: `[h, c]` of an LSTM, `[h]` of the others, each `[batch, units]`. May share data with `output`. */
  state: S;
}

/** The cells that have a kernel. */
export type CellName = 'lstm' | 'gru' | 'gruResetAfter' | 'rnnTanh' | 'rnnRelu';
