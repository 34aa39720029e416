/** A small model around each layer of `layers`, by the name of its factory. */
import { tf } from '../../lib/backend';
import * as layers from '../../lib/layers';
import { otherModels } from './models';

type Make = () => tf.LayersModel;
type Symbolic = tf.SymbolicTensor;

const over =
  (shape: (number | null)[], ...stack: (() => tf.layers.Layer)[]): Make =>
  () => {
    const x = tf.input({ shape });
    return tf.model({ inputs: x, outputs: stack.reduce<Symbolic>((y, make) => make().apply(y) as Symbolic, x) });
  };
const sequence = (make: () => tf.layers.Layer): Make => over([5, 4], make);
const cell = (make: () => tf.layers.RNNCell): Make => sequence(() => layers.rnn({ cell: make() }));
const words =
  (make: (embedding: tf.layers.Layer) => tf.layers.Layer): Make =>
  () => {
    const x = tf.input({ shape: [5], dtype: 'int32' });
    const embedding = layers.embedding({ inputDim: 7, outputDim: 4 });
    return tf.model({ inputs: x, outputs: make(embedding).apply(embedding.apply(x)) as Symbolic });
  };
const pair = (make: () => tf.layers.Layer): Make => {
  return () => {
    const inputs = [tf.input({ shape: [5, 4] }), tf.input({ shape: [5, 4] })];
    return tf.model({ inputs, outputs: make().apply(inputs) as Symbolic });
  };
};
const units = { units: 3 };

/** A model around each factory of `layers`, by its name. */
export const models: Record<string, Make> = {
  ...otherModels,
  additiveAttention: pair(() => layers.additiveAttention()),
  adaptiveSoftmax: words(() => layers.adaptiveSoftmax({ units: 9, cutoffs: [3], divValue: 2 })),
  attention: pair(() => layers.attention()),
  attentionPooling: sequence(() => layers.attentionPooling()),
  bidirectional: sequence(() => layers.bidirectional({ layer: layers.lstm(units) })),
  categoryEncoding: over([1], () => layers.categoryEncoding({ numTokens: 7, outputMode: 'multiHot' })),
  convLstm2dCell: over([3, 5, 4, 2], () =>
    layers.rnn({ cell: layers.convLstm2dCell({ filters: 2, kernelSize: 2 }) as never }),
  ),
  dense: sequence(() => layers.dense(units)),
  dropout: sequence(() => layers.dropout({ rate: 0.1 })),
  embedding: words(() => layers.activation({ activation: 'tanh' })),
  globalAveragePooling1d: sequence(() => layers.globalAveragePooling1d()),
  globalMaxPooling1d: sequence(() => layers.globalMaxPooling1d()),
  gru: sequence(() => layers.gru(units)),
  gruCell: cell(() => layers.gruCell(units)),
  layerNormLSTM: sequence(() => layers.layerNormLSTM(units)),
  layerNormLSTMCell: cell(() => layers.layerNormLSTMCell(units)),
  lstm: sequence(() => layers.lstm(units)),
  lstmCell: cell(() => layers.lstmCell(units)),
  masking: sequence(() => layers.masking()),
  minGRU: sequence(() => layers.minGRU(units)),
  minGRUCell: cell(() => layers.minGRUCell(units)),
  minLSTM: sequence(() => layers.minLSTM(units)),
  minLSTMCell: cell(() => layers.minLSTMCell(units)),
  multiHeadAttention: sequence(() => layers.multiHeadAttention({ numHeads: 2, keyDim: 2 })),
  peepholeLSTM: sequence(() => layers.peepholeLSTM(units)),
  peepholeLSTMCell: cell(() => layers.peepholeLSTMCell(units)),
  positionEmbedding: sequence(() => layers.positionEmbedding({ sequenceLength: 8 })),
  randomWidth: over([6, 5, 2], () => layers.randomWidth({ factor: 0.1 })),
  resizing: over([6, 5, 2], () => layers.resizing({ height: 3, width: 3 })),
  rnn: cell(() => layers.simpleRNNCell(units)),
  sLSTM: sequence(() => layers.sLSTM(units)),
  sLSTMCell: cell(() => layers.sLSTMCell(units)),
  sequenceMask: () => {
    const inputs = [tf.input({ shape: [5, 4] }), tf.input({ shape: [1] })];
    const marked = layers.sequenceMask().apply(inputs) as Symbolic;
    return tf.model({ inputs, outputs: layers.lstm(units).apply(marked) as Symbolic });
  },
  simpleRNN: sequence(() => layers.simpleRNN(units)),
  simpleRNNCell: cell(() => layers.simpleRNNCell(units)),
  stackedRNNCells: cell(() => layers.stackedRNNCells({ cells: [layers.lstmCell(units), layers.gruCell(units)] })),
  thresholdedReLU: sequence(() => layers.thresholdedReLU({ theta: 0.1 })),
  tiedDense: words((embedding) => layers.tiedDense({ embedding })),
  timeDistributed: sequence(() => layers.timeDistributed({ layer: layers.dense(units) })),
};

/** The factories, without what makes no layer, and without other names of the same. */
export const factories = [
  ...new Map(
    Object.entries(layers)
      .filter(([name, make]) => typeof make === 'function' && /^[a-z]/.test(name))
      .filter(([name]) => !['input', 'inputLayer', 'maskOf', 'suitsCard'].includes(name))
      .map(([name, make]) => [make, name] as const)
      .reverse(),
  ).values(),
].filter((name) => !/^avgPool|^(max|globalMax)Pool\d|^avgPooling/.test(name));

/** A cell of pictures goes into no recurrent layer of sequences, so there is no model around it. */
export const without = ['convLstm2dCell'];
