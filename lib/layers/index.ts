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
import { Maximum, Minimum, Multiply, Subtract } from './merging';
import { Normalization, type NormalizationArgs } from './normalization';
import { PositionEmbedding, type PositionEmbeddingArgs } from './position-embedding';
import { RNN, type RNNArgs } from './rnn';
import { SequenceMask } from './sequence-mask';
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
import { ZeroPadding1D, type ZeroPadding1DArgs } from './zero-padding1d';
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
  Normalization,
  PositionEmbedding,
  SequenceMask,
  Slice,
  Softmax,
  Subtract,
  ZeroPadding1D,
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
  NormalizationArgs,
  PositionEmbeddingArgs,
  SliceArgs,
  SoftmaxArgs,
  ZeroPadding1DArgs,
};
export type { RNNArgs, SimpleRNNArgs, StackedRNNCellsArgs, TimeDistributedArgs };

/**
 * An LSTM layer over `[batch, time, features]`.
 *
 * @example
 * const layer = layers.lstm({ units: 8, returnSequences: true, inputShape: [20, 3] });
 * const model = tf.sequential({ layers: [layer] });
 * console.log(model.outputShape, model.countParams()); // [ null, 20, 8 ] 384
 * console.log(layer.getWeights().map(({ shape }) => shape)); // [ [ 3, 32 ], [ 8, 32 ], [ 32 ] ]
 */
export const lstm = checked('lstm', (args: LSTMArgs): LSTM => new LSTM(args));

/**
 * A GRU layer over `[batch, time, features]`. With `resetAfter`, the default as in Keras, plain TensorFlow.js cannot load a saved
 * model ("GRUCell does not support reset_after"); give `resetAfter: false` where that matters.
 *
 * @example
 * const model = tf.sequential({ layers: [layers.gru({ units: 8, inputShape: [20, 3] })] });
 * console.log(model.outputShape, model.countParams()); // [ null, 8 ] 312
 * const old = layers.gru({ units: 8, inputShape: [20, 3], resetAfter: false });
 * console.log(tf.sequential({ layers: [old] }).countParams()); // 288
 */
export const gru = checked('gru', (args: GRUArgs): GRU => new GRU(args));

/**
 * A simple recurrent layer over `[batch, time, features]`.
 *
 * @example
 * const ones = { kernelInitializer: 'ones', recurrentInitializer: 'ones' } as const;
 * const layer = layers.simpleRNN({ units: 1, activation: 'linear', ...ones });
 * console.log(String(layer.apply(tf.tensor3d([[[1], [2], [3]]])))); // Tensor [[6],]
 */
export const simpleRNN = checked('simpleRNN', (args: SimpleRNNArgs): SimpleRNN => new SimpleRNN(args));

/**
 * One step of an LSTM; give it to `rnn`.
 *
 * @example
 * const cell = layers.lstmCell({ units: 8 });
 * const model = tf.sequential({ layers: [layers.rnn({ cell, inputShape: [20, 3] })] });
 * console.log(model.outputShape, cell.stateSize); // [ null, 8 ] [ 8, 8 ]
 */
export const lstmCell = checked('lstmCell', (args: LSTMCellArgs): LSTMCell => new LSTMCell(args));

/**
 * One step of a GRU; give it to `rnn`.
 *
 * @example
 * const cell = layers.gruCell({ units: 8 });
 * const model = tf.sequential({ layers: [layers.rnn({ cell, inputShape: [20, 3] })] });
 * console.log(model.outputShape, cell.stateSize); // [ null, 8 ] 8
 */
export const gruCell = checked('gruCell', (args: GRUCellArgs): GRUCell => new GRUCell(args));

/**
 * One step of a simple recurrent network; give it to `rnn`.
 *
 * @example
 * const cell = layers.simpleRNNCell({ units: 8 });
 * const model = tf.sequential({ layers: [layers.rnn({ cell, inputShape: [20, 3] })] });
 * console.log(model.outputShape, model.countParams()); // [ null, 8 ] 96
 */
export const simpleRNNCell = checked('simpleRNNCell', (args: CellArgs): SimpleRNNCell => new SimpleRNNCell(args));

/**
 * An LSTM whose gates see the state of the cell, over `[batch, time, features]`; plain TensorFlow.js has no such layer.
 *
 * @example
 * const model = tf.sequential({ layers: [layers.peepholeLSTM({ units: 8, inputShape: [20, 3] })] });
 * console.log(model.outputShape, model.countParams()); // [ null, 8 ] 408
 */
export const peepholeLSTM = checked('peepholeLSTM', (args: PeepholeLSTMArgs): PeepholeLSTM => new PeepholeLSTM(args));

/**
 * One step of an LSTM with peepholes; give it to `rnn`.
 *
 * @example
 * const layer = layers.rnn({ cell: layers.peepholeLSTMCell({ units: 8 }), returnSequences: true });
 * console.log(layer.computeOutputShape([4, 20, 3])); // [ 4, 20, 8 ]
 */
export const peepholeLSTMCell = checked(
  'peepholeLSTMCell',
  (args: PeepholeLSTMCellArgs): PeepholeLSTMCell => new PeepholeLSTMCell(args),
);

/**
 * An LSTM with layer normalization, over `[batch, time, features]`; plain TensorFlow.js has no such layer.
 *
 * @example
 * const model = tf.sequential({ layers: [layers.layerNormLSTM({ units: 8, inputShape: [20, 3] })] });
 * console.log(model.outputShape, model.countParams()); // [ null, 8 ] 464
 */
export const layerNormLSTM = checked(
  'layerNormLSTM',
  (args: LayerNormLSTMArgs): LayerNormLSTM => new LayerNormLSTM(args),
);

/**
 * One step of an LSTM with layer normalization; give it to `rnn`.
 *
 * @example
 * const layer = layers.rnn({ cell: layers.layerNormLSTMCell({ units: 8 }), returnSequences: true });
 * console.log(layer.computeOutputShape([4, 20, 3])); // [ 4, 20, 8 ]
 */
export const layerNormLSTMCell = checked(
  'layerNormLSTMCell',
  (args: LayerNormLSTMCellArgs): LayerNormLSTMCell => new LayerNormLSTMCell(args),
);

/**
 * A minGRU over `[batch, time, features]`, all steps at once; plain TensorFlow.js has no such layer.
 *
 * @example
 * const model = tf.sequential({ layers: [layers.minGRU({ units: 8, inputShape: [20, 3] })] });
 * console.log(model.outputShape, model.countParams()); // [ null, 8 ] 64
 */
export const minGRU = checked('minGRU', (args: MinGRUArgs): MinGRU => new MinGRU(args));

/**
 * One step of a minGRU; give it to `rnn`.
 *
 * @example
 * const layer = layers.rnn({ cell: layers.minGRUCell({ units: 8 }), returnSequences: true });
 * console.log(layer.computeOutputShape([4, 20, 3])); // [ 4, 20, 8 ]
 */
export const minGRUCell = checked('minGRUCell', (args: ProjectedCellArgs): MinGRUCell => new MinGRUCell(args));

/**
 * A minLSTM over `[batch, time, features]`, all steps at once; plain TensorFlow.js has no such layer.
 *
 * @example
 * const model = tf.sequential({ layers: [layers.minLSTM({ units: 8, inputShape: [20, 3] })] });
 * console.log(model.outputShape, model.countParams()); // [ null, 8 ] 96
 */
export const minLSTM = checked('minLSTM', (args: MinLSTMArgs): MinLSTM => new MinLSTM(args));

/**
 * One step of a minLSTM; give it to `rnn`.
 *
 * @example
 * const layer = layers.rnn({ cell: layers.minLSTMCell({ units: 8 }), returnSequences: true });
 * console.log(layer.computeOutputShape([4, 20, 3])); // [ 4, 20, 8 ]
 */
export const minLSTMCell = checked('minLSTMCell', (args: ProjectedCellArgs): MinLSTMCell => new MinLSTMCell(args));

/**
 * An sLSTM, with exponential gates, over `[batch, time, features]`; plain TensorFlow.js has no such layer.
 *
 * @example
 * const model = tf.sequential({ layers: [layers.sLSTM({ units: 8, inputShape: [20, 3] })] });
 * console.log(model.outputShape, model.countParams()); // [ null, 8 ] 384
 */
export const sLSTM = checked('sLSTM', (args: SLSTMArgs): SLSTM => new SLSTM(args));

/**
 * One step of an sLSTM; give it to `rnn`.
 *
 * @example
 * const layer = layers.rnn({ cell: layers.sLSTMCell({ units: 8 }), returnSequences: true });
 * console.log(layer.computeOutputShape([4, 20, 3])); // [ 4, 20, 8 ]
 */
export const sLSTMCell = checked('sLSTMCell', (args: SLSTMCellArgs): SLSTMCell => new SLSTMCell(args));

/**
 * Cells run as one, each on the output of the one before it.
 *
 * @example
 * const cells = [layers.lstmCell({ units: 8 }), layers.gruCell({ units: 4 })];
 * const layer = layers.rnn({ cell: layers.stackedRNNCells({ cells }), returnState: true });
 * console.log(layer.computeOutputShape([2, 20, 3])); // [ [ 2, 4 ], [ 2, 8 ], [ 2, 8 ], [ 2, 4 ] ]
 */
export const stackedRNNCells = checked(
  'stackedRNNCells',
  (args: StackedRNNCellsArgs): StackedRNNCells => new StackedRNNCells(args),
);

/**
 * A recurrent layer made of any cell, or of several stacked ones.
 *
 * @example
 * const cell = [layers.lstmCell({ units: 8 }), layers.lstmCell({ units: 4 })];
 * const model = tf.sequential({ layers: [layers.rnn({ cell, inputShape: [20, 3] })] });
 * console.log(model.outputShape, model.countParams()); // [ null, 4 ] 592
 */
export const rnn = checked('rnn', (args: RNNArgs): RNN => new RNN(args));

/**
 * A recurrent layer read in both directions.
 *
 * @example
 * const layer = layers.bidirectional({ layer: layers.lstm({ units: 8 }), inputShape: [20, 3] });
 * console.log(tf.sequential({ layers: [layer] }).outputShape); // [ null, 16 ]
 * const summed = layers.bidirectional({ layer: layers.lstm({ units: 8 }), mergeMode: 'sum', inputShape: [20, 3] });
 * console.log(tf.sequential({ layers: [summed] }).outputShape); // [ null, 8 ]
 */
export const bidirectional = checked(
  'bidirectional',
  (args: BidirectionalArgs): Bidirectional => new Bidirectional(args),
);

/**
 * A layer applied to every step of `[batch, time, …]`.
 *
 * @example
 * const layer = layers.timeDistributed({ layer: layers.dense({ units: 2 }), inputShape: [20, 3] });
 * const model = tf.sequential({ layers: [layer] });
 * console.log(model.outputShape, model.countParams()); // [ null, 20, 2 ] 8
 */
export const timeDistributed = checked(
  'timeDistributed',
  (args: TimeDistributedArgs): TimeDistributed => new TimeDistributed(args),
);

/**
 * A table of vectors: indices `[batch, time]` to `[batch, time, outputDim]`.
 *
 * @example
 * const words = layers.embedding({ inputDim: 1000, outputDim: 16, maskZero: true });
 * const model = tf.sequential({ layers: [words, layers.lstm({ units: 8 })] });
 * const [short, padded] = [[[5, 7]], [[5, 7, 0, 0]]].map((review) => model.predict(tf.tensor(review)) as tf.Tensor);
 * console.log(padded.shape, short.sub(padded).abs().max().dataSync()[0] < 1e-6); // [ 1, 8 ] true
 */
export const embedding = checked('embedding', (args: EmbeddingArgs): Embedding => new Embedding(args));

/**
 * A Dense layer that shares the table of an embedding: the last layer of a language model with tied weights.
 *
 * @example
 * const embedding = layers.embedding({ inputDim: 1000, outputDim: 16, inputLength: 20 });
 * const recurrent = layers.lstm({ units: 16, returnSequences: true });
 * const last = layers.tiedDense({ embedding, activation: 'softmax' });
 * const model = tf.sequential({ layers: [embedding, recurrent, last] });
 * console.log(model.outputShape, model.countParams()); // [ null, 20, 1000 ] 19112
 */
export const tiedDense = checked('tiedDense', (args: TiedDenseArgs): TiedDense => new TiedDense(args));

/**
 * Probabilities of many classes, the most frequent first, at a cost that grows with few of them.
 *
 * @example
 * const head = layers.adaptiveSoftmax({ units: 10_000, cutoffs: [500, 2500], inputShape: [64] });
 * const model = tf.sequential({ layers: [head] });
 * console.log(model.outputShape, model.countParams()); // [ null, 10000 ] 95408
 * console.log(64 * 10_000); // 640000
 */
export const adaptiveSoftmax = checked(
  'adaptiveSoftmax',
  (args: AdaptiveSoftmaxArgs): AdaptiveSoftmax => new AdaptiveSoftmax(args),
);

/**
 * Sets a fraction of the numbers to zero in training.
 *
 * @example
 * const layer = layers.dropout({ rate: 0.5, seed: 1 });
 * console.log(String(layer.apply(tf.ones([1, 4])))); // Tensor [[1, 1, 1, 1],]
 * const kept = layer.apply(tf.ones([100, 100]), { training: true }) as tf.Tensor; // what stays is doubled
 * console.log(kept.max().dataSync()[0], Math.round(kept.mean().dataSync()[0])); // 2 1
 */
export const dropout = checked('dropout', (args: DropoutArgs): Dropout => new Dropout(args));

/**
 * Attention of several heads over `[query, value]`, `[query, value, key]`, or of one input over itself.
 *
 * @example
 * const layer = layers.multiHeadAttention({ numHeads: 2, keyDim: 8 });
 * const steps = tf.input({ shape: [20, 16] });
 * const model = tf.model({ inputs: steps, outputs: layer.apply([steps, steps]) as tf.SymbolicTensor });
 * console.log(model.outputShape, model.countParams()); // [ null, 20, 16 ] 1088
 */
export const multiHeadAttention = checked(
  'multiHeadAttention',
  (args: MultiHeadAttentionArgs): MultiHeadAttention => new MultiHeadAttention(args),
);

/**
 * Additive attention over `[query, value]` or `[query, value, key]`.
 *
 * @example
 * const [query, value] = [tf.ones([1, 2, 4]), tf.ones([1, 3, 4])];
 * const y = layers.additiveAttention().apply([query, value]) as tf.Tensor;
 * console.log(y.shape); // [ 1, 2, 4 ]
 */
export const additiveAttention = checked(
  'additiveAttention',
  (args?: AdditiveAttentionArgs): AdditiveAttention => new AdditiveAttention(args),
);

/**
 * Dot-product attention over `[query, value]` or `[query, value, key]`.
 *
 * @example
 * const query = tf.tensor3d([[[10, 0]]]); // fits the first value far better than the second
 * const value = tf.tensor3d([[[1, 0], [0, 1]]]);
 * const y = layers.attention().apply([query, value]) as tf.Tensor;
 * console.log(y.mul(1000).round().arraySync()); // [ [ [ 1000, 0 ] ] ]
 */
export const attention = checked('attention', (args?: AttentionArgs): Attention => new Attention(args));

/**
 * Pools `[batch, time, features]` to `[batch, features]` by attention to a learned query.
 *
 * @example
 * const model = tf.sequential({
 *   layers: [layers.lstm({ units: 8, returnSequences: true, inputShape: [20, 3] }), layers.attentionPooling()],
 * });
 * console.log(model.outputShape); // [ null, 8 ]
 */
export const attentionPooling = checked(
  'attentionPooling',
  (args?: AttentionPoolingArgs): AttentionPooling => new AttentionPooling(args),
);

/**
 * The mean over time of the steps that count: `[batch, time, features]` to `[batch, features]`.
 *
 * @example
 * const x = tf.tensor3d([[[1, 10], [3, 30]]]);
 * console.log(String(layers.globalAveragePooling1d().apply(x))); // Tensor [[2, 20],]
 */
export const globalAveragePooling1d = checked(
  'globalAveragePooling1d',
  (args?: LayerArgs): GlobalAveragePooling1D => new GlobalAveragePooling1D(args),
);

/**
 * Mean 0 and variance 1 over a batch; masked steps do not count.
 *
 * @example
 * const layer = layers.batchNormalization({ momentum: 0.9 });
 * const y = layer.apply(tf.tensor2d([[1], [3]]), { training: true }) as tf.Tensor;
 * console.log(y.round().arraySync()); // [ [ -1 ], [ 1 ] ]
 */
export const batchNormalization = checked(
  'batchNormalization',
  (args?: BatchNormalizationArgs): BatchNormalization => new BatchNormalization(args),
);

/**
 * Mean 0 and variance 1 over the last axis of each example, or over `axis`.
 *
 * @example
 * const y = layers.layerNormalization().apply(tf.tensor2d([[1, 3], [10, 30]])) as tf.Tensor;
 * console.log(y.round().arraySync()); // [ [ -1, 1 ], [ -1, 1 ] ]
 */
export const layerNormalization = checked(
  'layerNormalization',
  (args?: LayerNormalizationArgs): LayerNormalization => new LayerNormalization(args),
);

/**
 * Features with mean 0 and variance 1, by what `adapt` has seen of them; plain TensorFlow.js has no such layer.
 *
 * @example
 * const layer = layers.normalization();
 * layer.adapt(tf.tensor2d([[1, 10], [3, 30]]));
 * console.log((layer.apply(tf.tensor2d([[2, 40]])) as tf.Tensor).arraySync()); // [ [ 0, 2 ] ]
 */
export const normalization = checked(
  'normalization',
  (args?: NormalizationArgs): Normalization => new Normalization(args),
);

/**
 * A learned vector for each place of `[batch, time, features]`, to be added to what stands there.
 *
 * @example
 * const model = tf.sequential({ layers: [layers.positionEmbedding({ sequenceLength: 20, inputShape: [20, 3] })] });
 * console.log(model.outputShape, model.countParams()); // [ null, 20, 3 ] 60
 */
export const positionEmbedding = checked(
  'positionEmbedding',
  (args: PositionEmbeddingArgs): PositionEmbedding => new PositionEmbedding(args),
);

/**
 * A part of `[batch, time, …]` along an axis: `{ index: -1 }` is the last step.
 *
 * @example
 * const x = tf.tensor3d([[[1], [2], [3]]]);
 * console.log(String(layers.slice({ index: -1 }).apply(x))); // Tensor [[3],]
 */
export const slice = checked('slice', (args?: SliceArgs): Slice => new Slice(args));

/**
 * `[x, counts]` gives `x` `[batch, time, …]` with a mask: `counts` are the lengths of the rows `[batch]` or `[batch, 1]`, or `[batch, time]`
 * with 0 for each step that does not count. Plain TensorFlow.js has no such layer.
 *
 * @example
 * const [x, lengths] = [tf.ones([2, 3, 1]), tf.tensor2d([[3], [1]])];
 * const last = layers.simpleRNN({ units: 1, activation: 'linear', kernelInitializer: 'ones', recurrentInitializer: 'ones' });
 * console.log(String(last.apply(layers.sequenceMask().apply([x, lengths]) as tf.Tensor))); // Tensor [[3], [1]]
 */
export const sequenceMask = checked('sequenceMask', (args?: LayerArgs): SequenceMask => new SequenceMask(args));

/**
 * Steps of zeros before and behind `[batch, time, features]`; plain TensorFlow.js has this for pictures only.
 *
 * @example
 * const y = layers.zeroPadding1d({ padding: [2, 0] }).apply(tf.tensor3d([[[1], [2]]])) as tf.Tensor;
 * console.log(y.shape, y.flatten().arraySync()); // [ 1, 4, 1 ] [ 0, 0, 1, 2 ]
 */
export const zeroPadding1d = checked(
  'zeroPadding1d',
  (args?: ZeroPadding1DArgs): ZeroPadding1D => new ZeroPadding1D(args),
);

/**
 * Masks the steps whose features all are `maskValue`.
 *
 * @example
 * const model = tf.sequential({
 *   layers: [layers.masking({ maskValue: -1, inputShape: [null as never, 1] }), layers.globalAveragePooling1d()],
 * });
 * const y = model.predict(tf.tensor3d([[[4], [6], [-1]]])) as tf.Tensor; // the mean of two steps, not of three
 * console.log(y.arraySync()); // [ [ 5 ] ]
 */
export const masking = checked('masking', (args: MaskingArgs = {}): Masking => new Masking(args));

/**
 * The element-wise product of several inputs.
 *
 * @example
 * console.log(String(layers.multiply().apply([tf.tensor2d([[1, 2]]), tf.tensor2d([[3, 4]])]))); // Tensor [[3, 8],]
 */
export const multiply = checked('multiply', (args: LayerArgs = {}): Multiply => new Multiply(args));

/**
 * The first of two inputs without the second; plain TensorFlow.js has no such layer.
 *
 * @example
 * console.log(String(layers.subtract().apply([tf.tensor2d([[5, 2]]), tf.tensor2d([[3, 4]])]))); // Tensor [[2, -2],]
 */
export const subtract = checked('subtract', (args: LayerArgs = {}): Subtract => new Subtract(args));

/**
 * The element-wise maximum of several inputs.
 *
 * @example
 * console.log(String(layers.maximum().apply([tf.tensor2d([[1, 4]]), tf.tensor2d([[3, 2]])]))); // Tensor [[3, 4],]
 */
export const maximum = checked('maximum', (args: LayerArgs = {}): Maximum => new Maximum(args));

/**
 * The element-wise minimum of several inputs.
 *
 * @example
 * console.log(String(layers.minimum().apply([tf.tensor2d([[1, 4]]), tf.tensor2d([[3, 2]])]))); // Tensor [[1, 2],]
 */
export const minimum = checked('minimum', (args: LayerArgs = {}): Minimum => new Minimum(args));

/**
 * Softmax along an axis, the last unless told.
 *
 * @example
 * console.log(String(layers.softmax().apply(tf.tensor2d([[5, 5, 5, 5]])))); // Tensor [[0.25, 0.25, 0.25, 0.25],]
 */
export const softmax = checked('softmax', (args?: SoftmaxArgs): Softmax => new Softmax(args));

/**
 * A fully connected layer, `activation(x·kernel + bias)`; kernelInitializer glorotUniform as in Keras.
 *
 * @example
 * const layer = layers.dense({ units: 2, activation: 'relu', kernelInitializer: 'ones' });
 * console.log(String(layer.apply(tf.tensor2d([[1, 2, 3]])))); // Tensor [[6, 6],]
 */
export const dense = checked('dense', keras.dense);

/**
 * A convolution over time, `[batch, time, features]`; kernelInitializer glorotUniform as in Keras.
 *
 * @example
 * const layer = layers.conv1d({ filters: 4, kernelSize: 3, padding: 'same', inputShape: [20, 3] });
 * const model = tf.sequential({ layers: [layer] });
 * console.log(model.outputShape, model.countParams()); // [ null, 20, 4 ] 40
 */
export const conv1d = checked('conv1d', keras.conv1d);

/**
 * A convolution over pictures, `[batch, height, width, channels]`; kernelInitializer glorotUniform as in Keras.
 *
 * @example
 * const model = tf.sequential({ layers: [layers.conv2d({ filters: 4, kernelSize: 3, inputShape: [28, 28, 1] })] });
 * console.log(model.outputShape, model.countParams()); // [ null, 26, 26, 4 ] 40
 */
export const conv2d = checked('conv2d', keras.conv2d);

/**
 * A convolution over volumes, `[batch, depth, height, width, channels]`; kernelInitializer glorotUniform as in Keras.
 *
 * @example
 * const model = tf.sequential({ layers: [layers.conv3d({ filters: 4, kernelSize: 3, inputShape: [8, 28, 28, 1] })] });
 * console.log(model.outputShape, model.countParams()); // [ null, 6, 26, 26, 4 ] 112
 */
export const conv3d = checked('conv3d', keras.conv3d);

/**
 * The transpose of a convolution over pictures; kernelInitializer glorotUniform as in Keras.
 *
 * @example
 * const layer = layers.conv2dTranspose({ filters: 4, kernelSize: 3, strides: 2, padding: 'same' });
 * console.log(layer.computeOutputShape([1, 7, 7, 8])); // [ 1, 14, 14, 4 ]
 */
export const conv2dTranspose = checked('conv2dTranspose', keras.conv2dTranspose);

/**
 * The transpose of a convolution over volumes; kernelInitializer glorotUniform as in Keras.
 *
 * @example
 * const layer = layers.conv3dTranspose({ filters: 4, kernelSize: 3, strides: 2, padding: 'same' });
 * console.log(layer.computeOutputShape([1, 4, 7, 7, 8])); // [ 1, 8, 14, 14, 4 ]
 */
export const conv3dTranspose = checked('conv3dTranspose', keras.conv3dTranspose);

/**
 * A convolution of each channel on its own; depthwiseInitializer glorotUniform as in Keras.
 *
 * @example
 * const model = tf.sequential({ layers: [layers.depthwiseConv2d({ kernelSize: 3, inputShape: [28, 28, 8] })] });
 * console.log(model.outputShape, model.countParams()); // [ null, 26, 26, 8 ] 80
 */
export const depthwiseConv2d = checked('depthwiseConv2d', keras.depthwiseConv2d);

/**
 * A convolution of each channel, then one across channels; both initializers glorotUniform as in Keras.
 *
 * @example
 * const layer = layers.separableConv2d({ filters: 4, kernelSize: 3, inputShape: [28, 28, 8] });
 * const model = tf.sequential({ layers: [layer] });
 * console.log(model.outputShape, model.countParams()); // [ null, 26, 26, 4 ] 108
 */
export const separableConv2d = checked('separableConv2d', keras.separableConv2d);

/**
 * An LSTM whose products are convolutions, over `[batch, time, height, width, channels]`; Keras's defaults.
 *
 * @example
 * const layer = layers.convLstm2d({ filters: 4, kernelSize: 3, inputShape: [10, 28, 28, 1] });
 * const model = tf.sequential({ layers: [layer] });
 * console.log(model.outputShape, model.countParams()); // [ null, 26, 26, 4 ] 736
 */
export const convLstm2d = checked('convLstm2d', keras.convLstm2d);

/**
 * One step of `convLstm2d`.
 *
 * @example
 * const cell = layers.convLstm2dCell({ filters: 4, kernelSize: 3 });
 * console.log(cell.getClassName()); // ConvLSTM2DCell
 */
export const convLstm2dCell = checked('convLstm2dCell', keras.convLstm2dCell);

/**
 * Drops whole features of `[batch, time, features]` in training.
 *
 * @example
 * const layer = layers.spatialDropout1d({ rate: 0.5, seed: 1 });
 * const y = layer.apply(tf.ones([1, 5, 100]), { training: true }) as tf.Tensor;
 * console.log(y.max(1).equal(y.min(1)).all().dataSync()[0]); // 1
 */
export const spatialDropout1d = checked(
  'spatialDropout1d',
  tf.layers.spatialDropout1d as unknown as (args: DropoutArgs) => tf.layers.Layer,
);

/**
 * The class of TensorFlow.js that a cell of your own extends, to be given to `rnn`.
 *
 * @example
 * class Sum extends layers.RNNCell {
 *   static className = 'Sum';
 *   readonly stateSize = 1;
 *   override call([x, total]: tf.Tensor[]) {
 *     return [x.add(total), x.add(total)];
 *   }
 * }
 * const layer = layers.rnn({ cell: new Sum({}), returnSequences: true });
 * console.log(String(layer.apply(tf.tensor3d([[[1], [2], [3]]])))); // Tensor [[[1], [3], [6]]]
 */
export const RNNCell = tf.layers.RNNCell;
export type RNNCell = tf.layers.RNNCell;
/**
 * The class of TensorFlow.js that a layer of your own extends.
 *
 * @example
 * class Double extends layers.Layer {
 *   static className = 'Double';
 *   override call(x: tf.Tensor | tf.Tensor[]) {
 *     return tf.mul(Array.isArray(x) ? x[0] : x, 2);
 *   }
 * }
 * console.log(String(new Double({}).apply(tf.tensor1d([1, 2])))); // Tensor [2, 4]
 */
export const Layer = tf.layers.Layer;
export type Layer = tf.layers.Layer;

/**
 * The beginning of a model with several inputs or outputs: a tensor without numbers, of the shape of one example.
 *
 * @example
 * const a = layers.input({ shape: [20, 3] });
 * const model = tf.model({ inputs: a, outputs: layers.lstm({ units: 8 }).apply(a) as tf.SymbolicTensor });
 * console.log(model.outputShape); // [ null, 8 ]
 */
export const input = checked('input', tf.layers.input);
/**
 * The first layer of a sequential model, which states the shape of one example.
 *
 * @example
 * const model = tf.sequential({ layers: [layers.inputLayer({ inputShape: [20, 3] }), layers.lstm({ units: 8 })] });
 * console.log(model.inputs[0].shape); // [ null, 20, 3 ]
 */
export const inputLayer = checked('inputLayer', tf.layers.inputLayer);
/**
 * An activation function as a layer.
 *
 * @example
 * console.log(String(layers.activation({ activation: 'relu' }).apply(tf.tensor1d([-1, 2])))); // Tensor [0, 2]
 */
export const activation = checked('activation', tf.layers.activation);
/**
 * The element-wise sum of several inputs.
 *
 * @example
 * console.log(String(layers.add().apply([tf.tensor2d([[1, 2]]), tf.tensor2d([[3, 4]])]))); // Tensor [[4, 6],]
 */
export const add = checked('add', tf.layers.add);
/**
 * Dropout that keeps the mean and the variance of its inputs, for SELU.
 *
 * @example
 * const layer = layers.alphaDropout({ rate: 0.1 });
 * console.log(String(layer.apply(tf.ones([1, 2])))); // Tensor [[1, 1],]
 */
export const alphaDropout = checked('alphaDropout', tf.layers.alphaDropout);
/**
 * The element-wise mean of several inputs.
 *
 * @example
 * console.log(String(layers.average().apply([tf.tensor2d([[1, 2]]), tf.tensor2d([[3, 4]])]))); // Tensor [[2, 3],]
 */
export const average = checked('average', tf.layers.average);
/**
 * The mean of each stretch of steps, `[batch, time, features]`.
 *
 * @example
 * const x = tf.tensor3d([[[1], [3], [10], [20]]]);
 * console.log(String(layers.averagePooling1d({ poolSize: 2 }).apply(x))); // Tensor [[[2 ], [15]]]
 */
export const averagePooling1d = checked('averagePooling1d', tf.layers.averagePooling1d);
/**
 * The mean of each patch of a picture, `[batch, height, width, channels]`.
 *
 * @example
 * console.log(layers.averagePooling2d({ poolSize: 2 }).computeOutputShape([1, 28, 28, 8])); // [ 1, 14, 14, 8 ]
 */
export const averagePooling2d = checked('averagePooling2d', tf.layers.averagePooling2d);
/**
 * The mean of each block of a volume, `[batch, depth, height, width, channels]`.
 *
 * @example
 * console.log(layers.averagePooling3d({ poolSize: 2 }).computeOutputShape([1, 8, 28, 28, 8])); // [ 1, 4, 14, 14, 8 ]
 */
export const averagePooling3d = checked('averagePooling3d', tf.layers.averagePooling3d);
/**
 * Integers as one-hot, multi-hot or counted vectors.
 *
 * @example
 * const layer = layers.categoryEncoding({ numTokens: 4, outputMode: 'count' });
 * console.log(String(layer.apply(tf.tensor2d([[0, 2, 2]], [1, 3], 'int32')))); // Tensor [[1, 0, 2, 0],]
 */
export const categoryEncoding = checked('categoryEncoding', tf.layers.categoryEncoding);
/**
 * The middle of a picture, `[batch, height, width, channels]`.
 *
 * @example
 * console.log(layers.centerCrop({ height: 20, width: 10 }).computeOutputShape([1, 28, 28, 3])); // [ 1, 20, 10, 3 ]
 */
export const centerCrop = checked('centerCrop', tf.layers.centerCrop);
/**
 * Several inputs side by side, along the last axis unless told.
 *
 * @example
 * console.log(String(layers.concatenate().apply([tf.tensor2d([[1, 2]]), tf.tensor2d([[3]])]))); // Tensor [[1, 2, 3],]
 */
export const concatenate = checked('concatenate', tf.layers.concatenate);
/**
 * A picture without its rim, `[batch, height, width, channels]`.
 *
 * @example
 * console.log(layers.cropping2D({ cropping: 4 }).computeOutputShape([1, 28, 28, 3])); // [ 1, 20, 20, 3 ]
 */
export const cropping2D = checked('cropping2D', tf.layers.cropping2D);
/**
 * The dot product of two inputs along axes of theirs.
 *
 * @example
 * const [a, b] = [tf.tensor2d([[1, 2]]), tf.tensor2d([[3, 4]])];
 * console.log(String(layers.dot({ axes: -1 }).apply([a, b]))); // Tensor [[11],]
 */
export const dot = checked('dot', tf.layers.dot);
/**
 * `x` above 0, `alpha (exp(x) - 1)` below.
 *
 * @example
 * const y = layers.elu().apply(tf.tensor1d([-100, 2])) as tf.Tensor;
 * console.log(y.arraySync()); // [ -1, 2 ]
 */
export const elu = checked('elu', tf.layers.elu);
/**
 * All numbers of an example in one row.
 *
 * @example
 * console.log(layers.flatten().computeOutputShape([2, 20, 3])); // [ 2, 60 ]
 */
export const flatten = checked('flatten', tf.layers.flatten);
/**
 * Multiplies with noise of mean 1 in training.
 *
 * @example
 * console.log(String(layers.gaussianDropout({ rate: 0.5 }).apply(tf.ones([1, 2])))); // Tensor [[1, 1],]
 */
export const gaussianDropout = checked('gaussianDropout', tf.layers.gaussianDropout);
/**
 * Adds noise of mean 0 in training.
 *
 * @example
 * console.log(String(layers.gaussianNoise({ stddev: 0.1 }).apply(tf.ones([1, 2])))); // Tensor [[1, 1],]
 */
export const gaussianNoise = checked('gaussianNoise', tf.layers.gaussianNoise);
/**
 * The mean of each channel over a picture: `[batch, height, width, channels]` to `[batch, channels]`.
 *
 * @example
 * console.log(layers.globalAveragePooling2d({}).computeOutputShape([2, 28, 28, 8])); // [ 2, 8 ]
 */
export const globalAveragePooling2d = checked('globalAveragePooling2d', tf.layers.globalAveragePooling2d);
/**
 * The maximum over time: `[batch, time, features]` to `[batch, features]`.
 *
 * @example
 * console.log(String(layers.globalMaxPooling1d().apply(tf.tensor3d([[[1, 20], [3, 10]]])))); // Tensor [[3, 20],]
 */
export const globalMaxPooling1d = checked('globalMaxPooling1d', tf.layers.globalMaxPooling1d);
/**
 * The maximum of each channel over a picture: `[batch, height, width, channels]` to `[batch, channels]`.
 *
 * @example
 * console.log(layers.globalMaxPooling2d({}).computeOutputShape([2, 28, 28, 8])); // [ 2, 8 ]
 */
export const globalMaxPooling2d = checked('globalMaxPooling2d', tf.layers.globalMaxPooling2d);
/**
 * `x` above 0, `alpha x` below.
 *
 * @example
 * console.log(String(layers.leakyReLU({ alpha: 0.5 }).apply(tf.tensor1d([-2, 2])))); // Tensor [-1, 2]
 */
export const leakyReLU = checked('leakyReLU', tf.layers.leakyReLU);
/**
 * The maximum of each stretch of steps, `[batch, time, features]`.
 *
 * @example
 * const x = tf.tensor3d([[[1], [3], [10], [20]]]);
 * console.log(String(layers.maxPooling1d({ poolSize: 2 }).apply(x))); // Tensor [[[3 ], [20]]]
 */
export const maxPooling1d = checked('maxPooling1d', tf.layers.maxPooling1d);
/**
 * The maximum of each patch of a picture, `[batch, height, width, channels]`.
 *
 * @example
 * console.log(layers.maxPooling2d({ poolSize: 2 }).computeOutputShape([1, 28, 28, 8])); // [ 1, 14, 14, 8 ]
 */
export const maxPooling2d = checked('maxPooling2d', tf.layers.maxPooling2d);
/**
 * The maximum of each block of a volume, `[batch, depth, height, width, channels]`.
 *
 * @example
 * console.log(layers.maxPooling3d({ poolSize: 2 }).computeOutputShape([1, 8, 28, 28, 8])); // [ 1, 4, 14, 14, 8 ]
 */
export const maxPooling3d = checked('maxPooling3d', tf.layers.maxPooling3d);
/**
 * The axes of an example in another order, counted from 1.
 *
 * @example
 * console.log(layers.permute({ dims: [2, 1] }).computeOutputShape([4, 20, 3])); // [ 4, 3, 20 ]
 */
export const permute = checked('permute', tf.layers.permute);
/**
 * `x` above 0, a learned multiple of it below.
 *
 * @example
 * console.log(String(layers.prelu({ alphaInitializer: 'ones' }).apply(tf.tensor2d([[-2, 2]])))); // Tensor [[-2, 2],]
 */
export const prelu = checked('prelu', tf.layers.prelu);
/**
 * Pictures stretched or squeezed at random in training, `[batch, height, width, channels]`.
 *
 * @example
 * const layer = layers.randomWidth({ factor: [0.5, 0.5], seed: 1 });
 * const wider = layer.apply(tf.ones([1, 10, 10, 3])) as tf.Tensor;
 * console.log(wider.shape); // [ 1, 10, 15, 3 ]
 */
export const randomWidth = checked('randomWidth', tf.layers.randomWidth);
/**
 * `x` above 0, 0 below.
 *
 * @example
 * console.log(String(layers.reLU({ maxValue: 6 }).apply(tf.tensor1d([-1, 2, 9])))); // Tensor [0, 2, 6]
 */
export const reLU = checked('reLU', tf.layers.reLU);
/**
 * A vector at each of `n` steps: `[batch, features]` to `[batch, n, features]`.
 *
 * @example
 * console.log(String(layers.repeatVector({ n: 2 }).apply(tf.tensor2d([[1, 2]])))); // Tensor [[[1, 2], [1, 2]]]
 */
export const repeatVector = checked('repeatVector', tf.layers.repeatVector);
/**
 * `scale x + offset`.
 *
 * @example
 * console.log(String(layers.rescaling({ scale: 2, offset: 1 }).apply(tf.tensor1d([10, 20])))); // Tensor [21, 41]
 */
export const rescaling = checked('rescaling', tf.layers.rescaling);
/**
 * The numbers of an example in another shape.
 *
 * @example
 * console.log(layers.reshape({ targetShape: [4, 3] }).computeOutputShape([2, 12])); // [ 2, 4, 3 ]
 */
export const reshape = checked('reshape', tf.layers.reshape);
/**
 * Pictures in another size, `[batch, height, width, channels]`.
 *
 * @example
 * const y = layers.resizing({ height: 14, width: 14 }).apply(tf.ones([1, 28, 28, 3])) as tf.Tensor;
 * console.log(y.shape); // [ 1, 14, 14, 3 ]
 */
export const resizing = checked('resizing', tf.layers.resizing);
/**
 * `x` above `theta`, 0 below.
 *
 * @example
 * console.log(String(layers.thresholdedReLU({ theta: 1 }).apply(tf.tensor1d([0.5, 2])))); // Tensor [0, 2]
 */
export const thresholdedReLU = checked('thresholdedReLU', tf.layers.thresholdedReLU);
/**
 * Each point of a picture several times, `[batch, height, width, channels]`.
 *
 * @example
 * console.log(layers.upSampling2d({ size: [2, 2] }).computeOutputShape([1, 14, 14, 3])); // [ 1, 28, 28, 3 ]
 */
export const upSampling2d = checked('upSampling2d', tf.layers.upSampling2d);
/**
 * A rim of zeros around a picture, `[batch, height, width, channels]`.
 *
 * @example
 * console.log(layers.zeroPadding2d({ padding: 2 }).computeOutputShape([1, 28, 28, 3])); // [ 1, 32, 32, 3 ]
 */
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
