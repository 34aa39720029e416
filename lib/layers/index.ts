/** Layers with Keras 3's names, defaults and numbers, at the speed of the kernels. */
import { tf } from '../backend';
import { AdditiveAttention, type AdditiveAttentionArgs } from './attention/additive';
import { Attention, type AttentionArgs } from './attention/dot-product';
import { MultiHeadAttention, type MultiHeadAttentionArgs } from './attention/multi-head';
import { AttentionPooling, type AttentionPoolingArgs } from './attention/pooling';
import { BatchNormalization, type BatchNormalizationArgs } from './batch-normalization';
import { Bidirectional, type BidirectionalArgs } from './bidirectional';
import { Dropout, type DropoutArgs } from './dropout';
import { Embedding, type EmbeddingArgs } from './embedding';
import type { CellArgs } from './cell-args';
import { GRU, GRUCell, type GRUArgs, type GRUCellArgs } from './gru';
import { Orthogonal } from './initializers';
import { LSTM, LSTMCell, type LSTMArgs, type LSTMCellArgs } from './lstm';
import { GlobalAveragePooling1D } from './pooling';
import { Masking, type MaskingArgs } from './masking';
import { Maximum, Minimum, Multiply } from './merging';
import { RNN, type RNNArgs } from './rnn';
import { SimpleRNN, SimpleRNNCell, type SimpleRNNArgs } from './simple-rnn';
import { Softmax, type SoftmaxArgs } from './softmax';
import { StackedRNNCells, type StackedRNNCellsArgs } from './stacked-cells';
import { TimeDistributed, type TimeDistributedArgs } from './time-distributed';
import type { LayerArgs } from './stock';
import './registration';

export { conv1d, conv2d, dense } from './keras-defaults';
export { maskOf } from './masks';
export {
  Bidirectional,
  Dropout,
  Embedding,
  GlobalAveragePooling1D,
  GRU,
  GRUCell,
  LSTM,
  LSTMCell,
  Orthogonal,
  RNN,
  SimpleRNN,
  SimpleRNNCell,
};
export { BatchNormalization, Masking, Maximum, Minimum, Multiply, Softmax };
export { StackedRNNCells, TimeDistributed };
export { AdditiveAttention, Attention, AttentionPooling, MultiHeadAttention };
export type { AdditiveAttentionArgs, AttentionArgs, AttentionPoolingArgs, MultiHeadAttentionArgs };
export type { BidirectionalArgs, CellArgs, DropoutArgs, EmbeddingArgs, GRUArgs, GRUCellArgs, LSTMArgs, LSTMCellArgs };
export type { BatchNormalizationArgs, MaskingArgs, SoftmaxArgs };
export type { RNNArgs, SimpleRNNArgs, StackedRNNCellsArgs, TimeDistributedArgs };

/** An LSTM layer over `[batch, time, features]`. */
export const lstm = (args: LSTMArgs): LSTM => new LSTM(args);

/**
 * A GRU layer over `[batch, time, features]`. With `resetAfter`, the default as in Keras, plain TensorFlow.js cannot load a saved
 * model ("GRUCell does not support reset_after"); give `resetAfter: false` where that matters.
 */
export const gru = (args: GRUArgs): GRU => new GRU(args);

/** A simple recurrent layer over `[batch, time, features]`. */
export const simpleRNN = (args: SimpleRNNArgs): SimpleRNN => new SimpleRNN(args);

/** One step of an LSTM; give it to `rnn`. */
export const lstmCell = (args: LSTMCellArgs): LSTMCell => new LSTMCell(args);

/** One step of a GRU; give it to `rnn`. */
export const gruCell = (args: GRUCellArgs): GRUCell => new GRUCell(args);

/** One step of a simple recurrent network; give it to `rnn`. */
export const simpleRNNCell = (args: CellArgs): SimpleRNNCell => new SimpleRNNCell(args);

/** Cells run as one, each on the output of the one before it. */
export const stackedRNNCells = (args: StackedRNNCellsArgs): StackedRNNCells => new StackedRNNCells(args);

/** A recurrent layer made of any cell, or of several stacked ones. */
export const rnn = (args: RNNArgs): RNN => new RNN(args);

/** A recurrent layer read in both directions. */
export const bidirectional = (args: BidirectionalArgs): Bidirectional => new Bidirectional(args);

/** A layer applied to every step of `[batch, time, …]`. */
export const timeDistributed = (args: TimeDistributedArgs): TimeDistributed => new TimeDistributed(args);

/** A table of vectors: indices `[batch, time]` to `[batch, time, outputDim]`. */
export const embedding = (args: EmbeddingArgs): Embedding => new Embedding(args);

/** Sets a fraction of the numbers to zero in training. */
export const dropout = (args: DropoutArgs): Dropout => new Dropout(args);

/** Attention of several heads over `[query, value]`, `[query, value, key]`, or of one input over itself. */
export const multiHeadAttention = (args: MultiHeadAttentionArgs): MultiHeadAttention => new MultiHeadAttention(args);

/** Additive attention over `[query, value]` or `[query, value, key]`. */
export const additiveAttention = (args?: AdditiveAttentionArgs): AdditiveAttention => new AdditiveAttention(args);

/** Dot-product attention over `[query, value]` or `[query, value, key]`. */
export const attention = (args?: AttentionArgs): Attention => new Attention(args);

/** Pools `[batch, time, features]` to `[batch, features]` by attention to a learned query. */
export const attentionPooling = (args?: AttentionPoolingArgs): AttentionPooling => new AttentionPooling(args);

/** The mean over time of the steps that count: `[batch, time, features]` to `[batch, features]`. */
export const globalAveragePooling1d = (args?: LayerArgs): GlobalAveragePooling1D => new GlobalAveragePooling1D(args);

/** Mean 0 and variance 1 over a batch; masked steps do not count. */
export const batchNormalization = (args?: BatchNormalizationArgs): BatchNormalization => new BatchNormalization(args);

/** Masks the steps whose features all are `maskValue`. */
export const masking = (args: MaskingArgs = {}): Masking => new Masking(args);

/** The element-wise product of several inputs. */
export const multiply = (args: LayerArgs = {}): tf.layers.Layer => new Multiply(args);

/** The element-wise maximum of several inputs. */
export const maximum = (args: LayerArgs = {}): tf.layers.Layer => new Maximum(args);

/** The element-wise minimum of several inputs. */
export const minimum = (args: LayerArgs = {}): tf.layers.Layer => new Minimum(args);

/** Softmax along an axis, the last unless told. */
export const softmax = (args?: SoftmaxArgs): Softmax => new Softmax(args);

export const {
  activation,
  add,
  average,
  averagePooling1d,
  concatenate,
  dot,
  flatten,
  gaussianNoise,
  globalMaxPooling1d,
  layerNormalization,
  leakyReLU,
  maxPooling1d,
  permute,
  repeatVector,
  reLU,
  reshape,
  spatialDropout1d,
} = tf.layers;
