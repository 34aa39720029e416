/** Networks that say which token comes next: a table of tokens, recurrent layers above each other, a dense layer. */
import type { tf } from '../../backend';
import type { CellName, RecurrentWeights } from '../recurrent/types';

/** The weights of such a network. */
export interface TokenNetwork {
  /** `[tokens, features]`. Without it the first layer reads tokens as one-hot vectors. */
  table?: tf.Tensor2D;
  /** From the first to the last. */
  layers: { cell: CellName; weights: RecurrentWeights & { kernel: tf.Tensor2D } }[];
  /** `[units, tokens]` */
  dense: tf.Tensor2D;
  /** `[tokens]` */
  denseBias?: tf.Tensor;
}

/** What a network is to do: read `tokens`, then write as many as there are `uniforms`. */
export interface Stretch {
  /** At least one. The last one that was written has not been read yet: the next stretch begins with it. */
  tokens: ArrayLike<number>;
  /** Numbers in [0, 1), of which each decides a token. */
  uniforms: Float32Array;
  /** Numbers of 32 bits on every tier; `topK` of as many tokens as there are means all. */
  settings: { temperature: number; topK: number; topP: number };
  /** The states of all layers, `[1, units]` each: h and c of an LSTM, h of the others. */
  state: tf.Tensor2D[];
}

/** What has come of it. */
export interface Written {
  /** Those that were drawn. */
  tokens: Int32Array;
  /** Of the token that comes after those that were read. */
  logits: Float32Array;
  /** Of each layer one after the other, each `[1, units]`: where reading goes on. */
  state: tf.Tensor2D[];
}
