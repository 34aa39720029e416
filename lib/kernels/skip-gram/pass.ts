/** What a pass of skip-gram with negative sampling (Mikolov et al. 2013) works on, whichever way it is computed. */
import type { tf } from '../../backend';

/** What stays the same during a training. */
export interface SkipGramSettings {
  dim: number;
  window: number;
  negative: number;
  /** Noise words; one is drawn by a random place. */
  table: Int32Array;
  /** For each word, the chance that an occurrence of it is kept. */
  keep: Float32Array;
}

/** The two tables of vectors, `[words, dim]`: of the words themselves and of the words as context. */
export interface SkipGramState {
  input: Float32Array | tf.Tensor2D;
  output: Float32Array | tf.Tensor2D;
}

/** One pass over a stretch of text after another. */
export interface SkipGramPass {
  run(
    tokens: Int32Array,
    state: SkipGramState,
    firstRate: number,
    lastRate: number,
    seed: number,
  ): { state: SkipGramState; pairs: number };
  read(state: SkipGramState): Float32Array;
  dispose(): void;
}
