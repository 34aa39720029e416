/**
 * Puts this library's classes where TensorFlow.js looks a class up by name, so that `tf.loadLayersModel` makes them: they carry
 * the stock names ("LSTM", "GRU", …), and a process without this library loads the same files with its own classes.
 */
import { tf } from '../backend';
import { AdditiveAttention } from './attention/additive';
import { Attention } from './attention/dot-product';
import { MultiHeadAttention } from './attention/multi-head';
import { AttentionPooling } from './attention/pooling';
import { Bidirectional } from './bidirectional';
import { Dropout } from './dropout';
import { Embedding } from './embedding';
import { GlobalAveragePooling1D } from './pooling';
import { GRU, GRUCell } from './gru';
import { Orthogonal } from './initializers';
import './mask-propagation';
import { LSTM, LSTMCell } from './lstm';
import { RNN } from './rnn';
import { SimpleRNN, SimpleRNNCell } from './simple-rnn';
import { StackedRNNCells } from './stacked-cells';
import { TimeDistributed } from './time-distributed';

const classes = [
  AdditiveAttention,
  Attention,
  AttentionPooling,
  MultiHeadAttention,
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
  StackedRNNCells,
  TimeDistributed,
];

for (const layer of classes) {
  tf.serialization.registerClass(
    layer as unknown as tf.serialization.SerializableConstructor<tf.serialization.Serializable>,
  );
}
