/**
 * Puts this library's classes where TensorFlow.js looks a class up by name, so that `tf.loadLayersModel` makes them: they carry
 * the stock names ("LSTM", "GRU", …), and a process without this library loads the same files with its own classes.
 */
import type { tf } from '../backend';
import { mendCausalConvolution } from '../mends/causal-convolution';
import { mendConv3dTransposeGradient } from '../mends/conv3d-transpose-gradient';
import { mendDepthwiseDilation } from '../mends/depthwise-dilation';
import { mendDilatedConvolutions } from '../mends/dilated-convolutions';
import { mendChangedShapes } from '../mends/changed-shapes';
import { mendChannelsFirstConvolution } from '../mends/channels-first-convolution';
import { mendLoading, registerOwnClass } from '../mends/class-registry';
import { mendEndlessGraphs } from '../mends/endless-graphs';
import { mendEvaluatedLosses } from '../mends/evaluated-losses';
import { markOwn, mendLayerApply } from '../mends/layer-apply';
import { mendRepeatedInputs } from '../mends/repeated-inputs';
import { mendRepeatedOutputs } from '../mends/repeated-outputs';
import { mendResizedShape } from '../mends/resized-shape';
import { mendWeightNames } from '../mends/weight-names';
import { AdaptiveSoftmax } from './adaptive-softmax';
import { AdditiveAttention } from './attention/additive';
import { Attention } from './attention/dot-product';
import { MultiHeadAttention } from './attention/multi-head';
import { AttentionPooling } from './attention/pooling';
import { BatchNormalization } from './batch-normalization';
import { Bidirectional } from './bidirectional';
import { Dropout } from './dropout';
import { Embedding } from './embedding';
import { GlobalAveragePooling1D } from './pooling';
import { GRU, GRUCell } from './gru';
import { Orthogonal } from './initializers';
import { LayerNormalization } from './layer-normalization';
import { LSTM, LSTMCell } from './lstm';
import { Masking } from './masking';
import { Maximum, Minimum, Multiply, Subtract } from './merging';
import { Normalization } from './normalization';
import { PositionEmbedding } from './position-embedding';
import { RNN } from './rnn';
import { SequenceMask } from './sequence-mask';
import { SimpleRNN, SimpleRNNCell } from './simple-rnn';
import { Slice } from './slice';
import { Softmax } from './softmax';
import { StackedRNNCells } from './stacked-cells';
import { TiedDense } from './tied-dense';
import { TimeDistributed } from './time-distributed';
import { LayerNormLSTM, LayerNormLSTMCell } from './variants/layer-norm-lstm';
import { MinGRU, MinGRUCell } from './variants/min-gru';
import { MinLSTM, MinLSTMCell } from './variants/min-lstm';
import { PeepholeLSTM, PeepholeLSTMCell } from './variants/peephole-lstm';
import { SLSTM, SLSTMCell } from './variants/slstm';
import { ZeroPadding1D } from './zero-padding1d';

const variants = [PeepholeLSTM, LayerNormLSTM, MinGRU, MinLSTM, SLSTM];

const classes = [
  AdaptiveSoftmax,
  AdditiveAttention,
  Attention,
  AttentionPooling,
  MultiHeadAttention,
  BatchNormalization,
  Bidirectional,
  Dropout,
  Embedding,
  GlobalAveragePooling1D,
  GRU,
  GRUCell,
  LayerNormalization,
  LSTM,
  LSTMCell,
  Masking,
  Maximum,
  Minimum,
  Multiply,
  Normalization,
  Orthogonal,
  PositionEmbedding,
  RNN,
  SimpleRNN,
  SimpleRNNCell,
  SequenceMask,
  Slice,
  Softmax,
  StackedRNNCells,
  Subtract,
  TiedDense,
  TimeDistributed,
  ...variants,
  PeepholeLSTMCell,
  LayerNormLSTMCell,
  MinGRUCell,
  MinLSTMCell,
  SLSTMCell,
  ZeroPadding1D,
];

const callArguments = new Map<object, string[]>([
  ...[RNN, LSTM, GRU, SimpleRNN, Bidirectional, ...variants].map(
    (recurrent) => [recurrent, ['initialState']] as [object, string[]],
  ),
  [MultiHeadAttention, ['attentionMask']],
]);

for (const constructor of classes) {
  const own = constructor as unknown as tf.serialization.SerializableConstructor<tf.serialization.Serializable>;
  registerOwnClass(own, (config) => 'zeroOutputForMask' in config);
  markOwn(constructor, callArguments.get(constructor) ?? []);
}
mendLoading();
mendEndlessGraphs();
mendWeightNames();
mendLayerApply();
mendRepeatedInputs();
mendRepeatedOutputs();
mendCausalConvolution();
mendConv3dTransposeGradient();
mendDepthwiseDilation();
mendDilatedConvolutions();
mendChannelsFirstConvolution();
mendResizedShape();
mendChangedShapes();
mendEvaluatedLosses();
