/** Layers with Keras 3's names, defaults and numbers, at the speed of the kernels. */
import { tf } from '../backend';
import { AdaptiveSoftmax, type AdaptiveSoftmaxArgs } from './adaptive-softmax';
import { AdditiveAttention, type AdditiveAttentionArgs } from './attention/additive';
import { Attention, type AttentionArgs } from './attention/dot-product';
import { MultiHeadAttention, type MultiHeadAttentionArgs } from './attention/multi-head';
import { AttentionPooling, type AttentionPoolingArgs } from './attention/pooling';
import { BatchNormalization, type BatchNormalizationArgs } from './batch-normalization';
import { Bidirectional, type BidirectionalArgs } from './bidirectional';
import { Dropout, type DropoutArgs } from './dropout';
import { Embedding, type EmbeddingArgs } from './embedding';
import type { CellArgs, ProjectedCellArgs } from './cell-args';
import { GRU, GRUCell, type GRUArgs, type GRUCellArgs } from './gru';
import { Orthogonal } from './initializers';
import { LayerNormalization, type LayerNormalizationArgs } from './layer-normalization';
import { LSTM, LSTMCell, type LSTMArgs, type LSTMCellArgs } from './lstm';
import { GlobalAveragePooling1D } from './pooling';
import { Masking, type MaskingArgs } from './masking';
import { Maximum, Minimum, Multiply } from './merging';
import { PositionEmbedding, type PositionEmbeddingArgs } from './position-embedding';
import { RNN, type RNNArgs } from './rnn';
import { SimpleRNN, SimpleRNNCell, type SimpleRNNArgs } from './simple-rnn';
import { Slice, type SliceArgs } from './slice';
import { Softmax, type SoftmaxArgs } from './softmax';
import { StackedRNNCells, type StackedRNNCellsArgs } from './stacked-cells';
import { TiedDense, type TiedDenseArgs } from './tied-dense';
import { TimeDistributed, type TimeDistributedArgs } from './time-distributed';
import type { LayerArgs } from './stock';
import {
  LayerNormLSTM,
  LayerNormLSTMCell,
  type LayerNormLSTMArgs,
  type LayerNormLSTMCellArgs,
} from './variants/layer-norm-lstm';
import { MinGRU, MinGRUCell, type MinGRUArgs } from './variants/min-gru';
import { MinLSTM, MinLSTMCell, type MinLSTMArgs } from './variants/min-lstm';
import {
  PeepholeLSTM,
  PeepholeLSTMCell,
  type PeepholeLSTMArgs,
  type PeepholeLSTMCellArgs,
} from './variants/peephole-lstm';
import { SLSTM, SLSTMCell, type SLSTMArgs, type SLSTMCellArgs } from './variants/slstm';
import { checked } from './factory';
import * as keras from './keras-defaults';
import './registration';

export { maskOf } from './masks';
export { suitsCard } from './suits-card';
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
export {
  BatchNormalization,
  LayerNormalization,
  Masking,
  Maximum,
  Minimum,
  Multiply,
  PositionEmbedding,
  Slice,
  Softmax,
};
export { AdaptiveSoftmax, StackedRNNCells, TiedDense, TimeDistributed };
export { LayerNormLSTM, LayerNormLSTMCell, MinGRU, MinGRUCell, MinLSTM, MinLSTMCell };
export { PeepholeLSTM, PeepholeLSTMCell, SLSTM, SLSTMCell };
export type { LayerNormLSTMArgs, LayerNormLSTMCellArgs, MinGRUArgs, MinLSTMArgs, ProjectedCellArgs };
export type { PeepholeLSTMArgs, PeepholeLSTMCellArgs, SLSTMArgs, SLSTMCellArgs };
export { AdditiveAttention, Attention, AttentionPooling, MultiHeadAttention };
export type { AdditiveAttentionArgs, AttentionArgs, AttentionPoolingArgs, MultiHeadAttentionArgs };
export type { BidirectionalArgs, CellArgs, DropoutArgs, EmbeddingArgs, GRUArgs, GRUCellArgs, LSTMArgs, LSTMCellArgs };
export type {
  BatchNormalizationArgs,
  LayerNormalizationArgs,
  MaskingArgs,
  PositionEmbeddingArgs,
  SliceArgs,
  SoftmaxArgs,
};
export type { RNNArgs, SimpleRNNArgs, StackedRNNCellsArgs, TimeDistributedArgs };

/** An LSTM layer over `[batch, time, features]`. */
export const lstm = checked('lstm', (args: LSTMArgs): LSTM => new LSTM(args));

/**
 * A GRU layer over `[batch, time, features]`. With `resetAfter`, the default as in Keras, plain TensorFlow.js cannot load a saved
 * model ("GRUCell does not support reset_after"); give `resetAfter: false` where that matters.
 */
export const gru = checked('gru', (args: GRUArgs): GRU => new GRU(args));

/** A simple recurrent layer over `[batch, time, features]`. */
export const simpleRNN = checked('simpleRNN', (args: SimpleRNNArgs): SimpleRNN => new SimpleRNN(args));

/** One step of an LSTM; give it to `rnn`. */
export const lstmCell = checked('lstmCell', (args: LSTMCellArgs): LSTMCell => new LSTMCell(args));

/** One step of a GRU; give it to `rnn`. */
export const gruCell = checked('gruCell', (args: GRUCellArgs): GRUCell => new GRUCell(args));

/** One step of a simple recurrent network; give it to `rnn`. */
export const simpleRNNCell = checked('simpleRNNCell', (args: CellArgs): SimpleRNNCell => new SimpleRNNCell(args));

/** An LSTM whose gates see the state of the cell, over `[batch, time, features]`; plain TensorFlow.js has no such layer. */
export const peepholeLSTM = checked('peepholeLSTM', (args: PeepholeLSTMArgs): PeepholeLSTM => new PeepholeLSTM(args));

/** One step of an LSTM with peepholes; give it to `rnn`. */
export const peepholeLSTMCell = checked(
  'peepholeLSTMCell',
  (args: PeepholeLSTMCellArgs): PeepholeLSTMCell => new PeepholeLSTMCell(args),
);

/** An LSTM with layer normalization, over `[batch, time, features]`; plain TensorFlow.js has no such layer. */
export const layerNormLSTM = checked(
  'layerNormLSTM',
  (args: LayerNormLSTMArgs): LayerNormLSTM => new LayerNormLSTM(args),
);

/** One step of an LSTM with layer normalization; give it to `rnn`. */
export const layerNormLSTMCell = checked(
  'layerNormLSTMCell',
  (args: LayerNormLSTMCellArgs): LayerNormLSTMCell => new LayerNormLSTMCell(args),
);

/** A minGRU over `[batch, time, features]`, all steps at once; plain TensorFlow.js has no such layer. */
export const minGRU = checked('minGRU', (args: MinGRUArgs): MinGRU => new MinGRU(args));

/** One step of a minGRU; give it to `rnn`. */
export const minGRUCell = checked('minGRUCell', (args: ProjectedCellArgs): MinGRUCell => new MinGRUCell(args));

/** A minLSTM over `[batch, time, features]`, all steps at once; plain TensorFlow.js has no such layer. */
export const minLSTM = checked('minLSTM', (args: MinLSTMArgs): MinLSTM => new MinLSTM(args));

/** One step of a minLSTM; give it to `rnn`. */
export const minLSTMCell = checked('minLSTMCell', (args: ProjectedCellArgs): MinLSTMCell => new MinLSTMCell(args));

/** An sLSTM, with exponential gates, over `[batch, time, features]`; plain TensorFlow.js has no such layer. */
export const sLSTM = checked('sLSTM', (args: SLSTMArgs): SLSTM => new SLSTM(args));

/** One step of an sLSTM; give it to `rnn`. */
export const sLSTMCell = checked('sLSTMCell', (args: SLSTMCellArgs): SLSTMCell => new SLSTMCell(args));

/** Cells run as one, each on the output of the one before it. */
export const stackedRNNCells = checked(
  'stackedRNNCells',
  (args: StackedRNNCellsArgs): StackedRNNCells => new StackedRNNCells(args),
);

/** A recurrent layer made of any cell, or of several stacked ones. */
export const rnn = checked('rnn', (args: RNNArgs): RNN => new RNN(args));

/** A recurrent layer read in both directions. */
export const bidirectional = checked(
  'bidirectional',
  (args: BidirectionalArgs): Bidirectional => new Bidirectional(args),
);

/** A layer applied to every step of `[batch, time, …]`. */
export const timeDistributed = checked(
  'timeDistributed',
  (args: TimeDistributedArgs): TimeDistributed => new TimeDistributed(args),
);

/** A table of vectors: indices `[batch, time]` to `[batch, time, outputDim]`. */
export const embedding = checked('embedding', (args: EmbeddingArgs): Embedding => new Embedding(args));

/** A Dense layer that shares the table of an embedding: the last layer of a language model with tied weights. */
export const tiedDense = checked('tiedDense', (args: TiedDenseArgs): TiedDense => new TiedDense(args));

/** Probabilities of many classes, the most frequent first, at a cost that grows with few of them. */
export const adaptiveSoftmax = checked(
  'adaptiveSoftmax',
  (args: AdaptiveSoftmaxArgs): AdaptiveSoftmax => new AdaptiveSoftmax(args),
);

/** Sets a fraction of the numbers to zero in training. */
export const dropout = checked('dropout', (args: DropoutArgs): Dropout => new Dropout(args));

/** Attention of several heads over `[query, value]`, `[query, value, key]`, or of one input over itself. */
export const multiHeadAttention = checked(
  'multiHeadAttention',
  (args: MultiHeadAttentionArgs): MultiHeadAttention => new MultiHeadAttention(args),
);

/** Additive attention over `[query, value]` or `[query, value, key]`. */
export const additiveAttention = checked(
  'additiveAttention',
  (args?: AdditiveAttentionArgs): AdditiveAttention => new AdditiveAttention(args),
);

/** Dot-product attention over `[query, value]` or `[query, value, key]`. */
export const attention = checked('attention', (args?: AttentionArgs): Attention => new Attention(args));

/** Pools `[batch, time, features]` to `[batch, features]` by attention to a learned query. */
export const attentionPooling = checked(
  'attentionPooling',
  (args?: AttentionPoolingArgs): AttentionPooling => new AttentionPooling(args),
);

/** The mean over time of the steps that count: `[batch, time, features]` to `[batch, features]`. */
export const globalAveragePooling1d = checked(
  'globalAveragePooling1d',
  (args?: LayerArgs): GlobalAveragePooling1D => new GlobalAveragePooling1D(args),
);

/** Mean 0 and variance 1 over a batch; masked steps do not count. */
export const batchNormalization = checked(
  'batchNormalization',
  (args?: BatchNormalizationArgs): BatchNormalization => new BatchNormalization(args),
);

/** Mean 0 and variance 1 over the last axis of each example, or over `axis`. */
export const layerNormalization = checked(
  'layerNormalization',
  (args?: LayerNormalizationArgs): LayerNormalization => new LayerNormalization(args),
);

/** A learned vector for each place of `[batch, time, features]`, to be added to what stands there. */
export const positionEmbedding = checked(
  'positionEmbedding',
  (args: PositionEmbeddingArgs): PositionEmbedding => new PositionEmbedding(args),
);

/** A part of `[batch, time, …]` along an axis: `{ index: -1 }` is the last step. */
export const slice = checked('slice', (args?: SliceArgs): Slice => new Slice(args));

/** Masks the steps whose features all are `maskValue`. */
export const masking = checked('masking', (args: MaskingArgs = {}): Masking => new Masking(args));

/** The element-wise product of several inputs. */
export const multiply = checked('multiply', (args: LayerArgs = {}): tf.layers.Layer => new Multiply(args));

/** The element-wise maximum of several inputs. */
export const maximum = checked('maximum', (args: LayerArgs = {}): tf.layers.Layer => new Maximum(args));

/** The element-wise minimum of several inputs. */
export const minimum = checked('minimum', (args: LayerArgs = {}): tf.layers.Layer => new Minimum(args));

/** Softmax along an axis, the last unless told. */
export const softmax = checked('softmax', (args?: SoftmaxArgs): Softmax => new Softmax(args));

/** A fully connected layer, `activation(x·kernel + bias)`; kernelInitializer glorotUniform as in Keras. */
export const dense = checked('dense', keras.dense);

/** A convolution over time, `[batch, time, features]`; kernelInitializer glorotUniform as in Keras. */
export const conv1d = checked('conv1d', keras.conv1d);

/** A convolution over pictures, `[batch, height, width, channels]`; kernelInitializer glorotUniform as in Keras. */
export const conv2d = checked('conv2d', keras.conv2d);

/** A convolution over volumes, `[batch, depth, height, width, channels]`; kernelInitializer glorotUniform as in Keras. */
export const conv3d = checked('conv3d', keras.conv3d);

/** The transpose of a convolution over pictures; kernelInitializer glorotUniform as in Keras. */
export const conv2dTranspose = checked('conv2dTranspose', keras.conv2dTranspose);

/** The transpose of a convolution over volumes; kernelInitializer glorotUniform as in Keras. */
export const conv3dTranspose = checked('conv3dTranspose', keras.conv3dTranspose);

/** A convolution of each channel on its own; depthwiseInitializer glorotUniform as in Keras. */
export const depthwiseConv2d = checked('depthwiseConv2d', keras.depthwiseConv2d);

/** A convolution of each channel, then one across channels; both initializers glorotUniform as in Keras. */
export const separableConv2d = checked('separableConv2d', keras.separableConv2d);

/** An LSTM whose products are convolutions, over `[batch, time, height, width, channels]`; Keras's defaults. */
export const convLstm2d = checked('convLstm2d', keras.convLstm2d);

/** One step of `convLstm2d`. */
export const convLstm2dCell = checked('convLstm2dCell', keras.convLstm2dCell);

/** Drops whole features of `[batch, time, features]` in training. */
export const spatialDropout1d = checked(
  'spatialDropout1d',
  tf.layers.spatialDropout1d as unknown as (args: DropoutArgs) => tf.layers.Layer,
);

export const RNNCell = tf.layers.RNNCell;
export type RNNCell = tf.layers.RNNCell;
export const Layer = tf.layers.Layer;
export type Layer = tf.layers.Layer;

export const input = checked('input', tf.layers.input);
export const inputLayer = checked('inputLayer', tf.layers.inputLayer);
export const activation = checked('activation', tf.layers.activation);
export const add = checked('add', tf.layers.add);
export const alphaDropout = checked('alphaDropout', tf.layers.alphaDropout);
export const average = checked('average', tf.layers.average);
export const averagePooling1d = checked('averagePooling1d', tf.layers.averagePooling1d);
export const averagePooling2d = checked('averagePooling2d', tf.layers.averagePooling2d);
export const averagePooling3d = checked('averagePooling3d', tf.layers.averagePooling3d);
export const categoryEncoding = checked('categoryEncoding', tf.layers.categoryEncoding);
export const centerCrop = checked('centerCrop', tf.layers.centerCrop);
export const concatenate = checked('concatenate', tf.layers.concatenate);
export const cropping2D = checked('cropping2D', tf.layers.cropping2D);
export const dot = checked('dot', tf.layers.dot);
export const elu = checked('elu', tf.layers.elu);
export const flatten = checked('flatten', tf.layers.flatten);
export const gaussianDropout = checked('gaussianDropout', tf.layers.gaussianDropout);
export const gaussianNoise = checked('gaussianNoise', tf.layers.gaussianNoise);
export const globalAveragePooling2d = checked('globalAveragePooling2d', tf.layers.globalAveragePooling2d);
export const globalMaxPooling1d = checked('globalMaxPooling1d', tf.layers.globalMaxPooling1d);
export const globalMaxPooling2d = checked('globalMaxPooling2d', tf.layers.globalMaxPooling2d);
export const leakyReLU = checked('leakyReLU', tf.layers.leakyReLU);
export const maxPooling1d = checked('maxPooling1d', tf.layers.maxPooling1d);
export const maxPooling2d = checked('maxPooling2d', tf.layers.maxPooling2d);
export const maxPooling3d = checked('maxPooling3d', tf.layers.maxPooling3d);
export const permute = checked('permute', tf.layers.permute);
export const prelu = checked('prelu', tf.layers.prelu);
export const randomWidth = checked('randomWidth', tf.layers.randomWidth);
export const reLU = checked('reLU', tf.layers.reLU);
export const repeatVector = checked('repeatVector', tf.layers.repeatVector);
export const rescaling = checked('rescaling', tf.layers.rescaling);
export const reshape = checked('reshape', tf.layers.reshape);
export const resizing = checked('resizing', tf.layers.resizing);
export const thresholdedReLU = checked('thresholdedReLU', tf.layers.thresholdedReLU);
export const upSampling2d = checked('upSampling2d', tf.layers.upSampling2d);
export const zeroPadding2d = checked('zeroPadding2d', tf.layers.zeroPadding2d);

/** Other names of the same. */
export {
  averagePooling1d as avgPool1d,
  averagePooling2d as avgPool2d,
  averagePooling3d as avgPool3d,
  averagePooling1d as avgPooling1d,
  averagePooling2d as avgPooling2d,
  averagePooling3d as avgPooling3d,
  globalMaxPooling1d as globalMaxPool1d,
  maxPooling1d as maxPool1d,
  globalMaxPooling2d as globalMaxPool2d,
  maxPooling2d as maxPool2d,
};
