/** What a pass of skip-gram with negative sampling (Mikolov et al. 2013) works on, whichever way it is computed. */
import type { tf } from '../../backend';

/** What stays the same during a training. */
export interface SkipGramSettings {
  /** Size of a vector. */
  dim: number;
  /** How many words on each side are context, at most. */
  window: number;
  /** Noise words for each pair. */
  negative: number;
  /** Noise words; one is drawn by a random place. */
  table: Int32Array;
  /** For each word, the chance that an occurrence of it is kept. */
  keep: Float32Array;
}

/** The two tables of vectors, `[words, dim]`: of the words themselves and of the words as context. */
export interface SkipGramState {
  /** Of the words themselves. */
  input: Float32Array | tf.Tensor2D;
  /** Of the words as context. */
  output: Float32Array | tf.Tensor2D;
}

/** One pass over a stretch of text after another. */
export interface SkipGramPass {
  /** Trains on a stretch of text; gives the new tables and how many pairs of words were trained. */
  run(
    tokens: Int32Array,
    state: SkipGramState,
    firstRate: number,
    lastRate: number,
    seed: number,
  ): { state: SkipGramState; pairs: number };
  /** The vectors of the words, one after the other. */
  read(state: SkipGramState): Float32Array;
  /** Frees what the pass keeps. */
  dispose(): void;
}
