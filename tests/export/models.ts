/** A small model around every layer of `layers`, and of every form that a graph can have. */
import { tf } from '../../lib/backend';
import * as layers from '../../lib/layers';

type Symbolic = tf.SymbolicTensor;
type Make = () => tf.LayersModel;

const chain = (x: Symbolic, ...stack: tf.layers.Layer[]): Symbolic =>
  stack.reduce((y, layer) => layer.apply(y) as Symbolic, x);
const model = (inputs: Symbolic | Symbolic[], outputs: Symbolic | Symbolic[]) => tf.model({ inputs, outputs });
const over =
  (shape: (number | null)[], ...stack: (() => tf.layers.Layer)[]): Make =>
  () => {
    const inputs = tf.input({ shape });
    return model(inputs, chain(inputs, ...stack.map((make) => make())));
  };
const sequence = (...stack: (() => tf.layers.Layer)[]) => over([5, 4], ...stack);
const picture = (...stack: (() => tf.layers.Layer)[]) => over([6, 5, 2], ...stack);
const volume = (...stack: (() => tf.layers.Layer)[]) => over([4, 4, 4, 2], ...stack);
const masked =
  (...stack: (() => tf.layers.Layer)[]): Make =>
  () => {
    const inputs = tf.input({ shape: [null], dtype: 'int32' });
    const vectors = layers.embedding({ inputDim: 7, outputDim: 4, maskZero: true });
    return model(inputs, chain(inputs, vectors, ...stack.map((make) => make())));
  };
const merged =
  (merge: () => tf.layers.Layer): Make =>
  () => {
    const inputs = [tf.input({ shape: [5, 4] }), tf.input({ shape: [5, 4] })];
    return model(inputs, merge().apply(inputs) as Symbolic);
  };

/** Words with zeros in front, behind, between and nothing else, which `maskZero` leaves out. */
export const maskedWords = (): tf.Tensor2D =>
  tf.tensor2d([[1, 2, 3, 4, 5], [0, 0, 3, 4, 0], [1, 0, 2, 0, 3], [0, 0, 0, 0, 0]], undefined, 'int32'); // prettier-ignore

/** A reader of masked sequences of every kind. */
export function maskedReaders(): tf.layers.Layer[] {
  const common = { units: 3, returnSequences: true, returnState: true };
  return [
    layers.lstm(common),
    layers.lstm({ ...common, goBackwards: true }),
    layers.gru({ ...common, goBackwards: true, zeroOutputForMask: true, resetAfter: false }),
    layers.simpleRNN({ ...common, zeroOutputForMask: true, activation: 'relu' }),
    layers.bidirectional({ layer: layers.lstm(common), mergeMode: 'ave' }),
    layers.bidirectional({ layer: layers.gru({ units: 3 }), mergeMode: null }),
    layers.rnn({ cell: [layers.lstmCell({ units: 2 }), layers.gruCell({ units: 3 })], returnState: true }),
    layers.globalAveragePooling1d(),
  ];
}

/** Networks of words and series, as lessons and strangers build them. */
export const recurrentModels: Record<string, Make> = {
  LSTM: sequence(() => layers.lstm({ units: 3 })),
  'LSTM, every option': sequence(() =>
    layers.lstm({
      units: 3,
      activation: 'relu',
      recurrentActivation: 'tanh',
      useBias: false,
      dropout: 0.1,
      recurrentDropout: 0.2,
      returnSequences: true,
      goBackwards: true,
      kernelRegularizer: 'l2',
      recurrentConstraint: 'maxNorm',
    }),
  ),
  GRU: sequence(() => layers.gru({ units: 3, returnSequences: true })),
  'GRU, reset before': sequence(() => layers.gru({ units: 3, resetAfter: false })),
  SimpleRNN: sequence(() => layers.simpleRNN({ units: 3, activation: 'elu' })),
  'any length': over([null, 4], () => layers.lstm({ units: 3, returnSequences: true })),
  'a cell': sequence(() => layers.rnn({ cell: layers.lstmCell({ units: 3 }) })),
  'stacked cells': sequence(() =>
    layers.rnn({
      cell: [layers.gruCell({ units: 3 }), layers.simpleRNNCell({ units: 2 }), layers.gruCell({ units: 2 })],
    }),
  ),
  'Bidirectional of stacked cells': sequence(() =>
    layers.bidirectional({
      layer: layers.rnn({
        cell: [layers.lstmCell({ units: 3 }), layers.lstmCell({ units: 2 })],
        returnSequences: true,
      }),
    }),
  ),
  'Bidirectional LSTM': masked(
    () => layers.bidirectional({ layer: layers.lstm({ units: 3, returnSequences: true }) }),
    () => layers.bidirectional({ layer: layers.gru({ units: 2 }), mergeMode: 'sum' }),
    () => layers.dropout({ rate: 0.4 }),
    () => layers.dense({ units: 2, activation: 'softmax' }),
  ),
  'Bidirectional of two layers': sequence(() =>
    layers.bidirectional({
      layer: layers.lstm({ units: 2 }),
      backwardLayer: layers.lstm({ units: 2, goBackwards: true, activation: 'relu' }),
    }),
  ),
  'masked LSTM': masked(() => layers.lstm({ units: 3 })),
  'masked GRU sequence': masked(
    () => layers.gru({ units: 3, returnSequences: true, zeroOutputForMask: true }),
    () => layers.globalAveragePooling1d(),
  ),
  Masking: sequence(
    () => layers.masking({ maskValue: 0 }),
    () => layers.lstm({ units: 2 }),
  ),
  'TimeDistributed Dense': masked(
    () => layers.lstm({ units: 3, returnSequences: true }),
    () => layers.timeDistributed({ layer: layers.dense({ units: 2 }) }),
    () => layers.simpleRNN({ units: 2 }),
  ),
  'encoder and decoder': () => {
    const [one, two] = [tf.input({ shape: [null], dtype: 'int32' }), tf.input({ shape: [3, 4] })];
    const vectors = layers.embedding({ inputDim: 7, outputDim: 4, maskZero: true }).apply(one) as Symbolic;
    const encoder = layers.lstm({ units: 3, returnState: true, name: 'encoder' });
    const [, h, c] = encoder.apply(vectors) as Symbolic[];
    const decoder = layers.lstm({ units: 3, returnSequences: true, returnState: true, name: 'decoder' });
    const [sequences] = decoder.apply(two, { initialState: [h, c] }) as Symbolic[];
    return model([one, two], layers.dense({ units: 5, activation: 'softmax' }).apply(sequences) as Symbolic);
  },
  'a masked decoder, joined with what it reads': () => {
    const tokens = [tf.input({ shape: [null], dtype: 'int32' }), tf.input({ shape: [null], dtype: 'int32' })];
    const [source, target] = tokens.map(
      (one) => layers.embedding({ inputDim: 7, outputDim: 4, maskZero: true }).apply(one) as Symbolic,
    );
    const encoded = layers.gru({ units: 3, returnSequences: true, returnState: true }).apply(source) as Symbolic[];
    const decoder = layers.gru({ units: 3, returnSequences: true });
    const decoded = decoder.apply(target, { initialState: encoded[1] }) as Symbolic;
    const context = layers.attention().apply([decoded, encoded[0]]) as Symbolic;
    const joined = layers.concatenate({ name: 'concatenate' } as never).apply([decoded, context]) as Symbolic;
    return model(tokens, chain(joined, layers.spatialDropout1d({ rate: 0.1 }), layers.globalAveragePooling1d()));
  },
  'MultiHeadAttention over itself': sequence(
    () => layers.multiHeadAttention({ numHeads: 2, keyDim: 3, useCausalMask: true }),
    () => layers.globalMaxPooling1d(),
  ),
  'MultiHeadAttention, query, value, key': () => {
    const inputs = [tf.input({ shape: [5, 4] }), tf.input({ shape: [5, 4] }), tf.input({ shape: [5, 4] })];
    const layer = layers.multiHeadAttention({
      numHeads: 2,
      keyDim: 3,
      valueDim: 2,
      useBias: false,
      outputShape: 6,
      returnAttentionScores: true,
    });
    return model(inputs, layer.apply(inputs) as Symbolic[]);
  },
  'masked MultiHeadAttention': () => {
    const [one, two] = [tf.input({ shape: [5], dtype: 'int32' }), tf.input({ shape: [5, 4] })];
    const vectors = layers.embedding({ inputDim: 7, outputDim: 4, maskZero: true }).apply(one) as Symbolic;
    return model([one, two], layers.multiHeadAttention({ numHeads: 2, keyDim: 3 }).apply([two, vectors]) as Symbolic);
  },
  Attention: merged(() => layers.attention({ useScale: true, scoreMode: 'concat' })),
  'Attention, causal': merged(() => layers.attention({ useCausalMask: true })),
  AdditiveAttention: merged(() => layers.additiveAttention()),
  'a layer called twice': () => {
    const inputs = [tf.input({ shape: [5, 4] }), tf.input({ shape: [5, 4] })];
    const layer = layers.lstm({ units: 3 });
    return model(inputs, layers.concatenate().apply(inputs.map((x) => layer.apply(x) as Symbolic)) as Symbolic);
  },
  'two branches': () => {
    const x = tf.input({ shape: [5, 4] });
    const [left, right] = [layers.lstm({ units: 2 }), layers.lstm({ units: 3, returnSequences: true })];
    const deep = chain(x, right, layers.lstm({ units: 2 }), layers.dense({ units: 2 }));
    const added = layers.add().apply([left.apply(x) as Symbolic, deep]) as Symbolic;
    return model(x, [added, chain(x, layers.flatten(), layers.dense({ units: 1 }))]);
  },
  'a sequential model': () =>
    tf.sequential({
      layers: [
        layers.embedding({ inputDim: 7, outputDim: 4, maskZero: true, inputShape: [5] }),
        layers.lstm({ units: 3, returnSequences: true }),
        layers.lstm({ units: 2 }),
        layers.batchNormalization(),
        layers.dense({ units: 1, activation: 'sigmoid' }),
      ],
    }),
  'a model in a model': () => {
    const inner = tf.sequential({
      layers: [layers.dense({ units: 3, inputShape: [4] }), layers.dense({ units: 2, activation: 'tanh' })],
    });
    const [x, y] = [tf.input({ shape: [5, 4] }), tf.input({ shape: [5, 4] })];
    const sum = tf.model({ inputs: y, outputs: chain(y, layers.gru({ units: 2 }), layers.dense({ units: 2 })) });
    const each = layers.timeDistributed({ layer: inner }).apply(x) as Symbolic;
    return model(x, layers.add().apply([chain(each, layers.lstm({ units: 2 })), sum.apply(x) as Symbolic]) as Symbolic);
  },
};

/** Every other layer. */
export const otherModels: Record<string, Make> = {
  activation: sequence(() => layers.activation({ activation: 'softsign' })),
  ...Object.fromEntries(
    (['add', 'average', 'maximum', 'minimum', 'multiply', 'subtract', 'concatenate'] as const).map((name) => [
      name,
      merged(() => layers[name]({})),
    ]),
  ),
  dot: merged(() => layers.dot({ axes: 2, normalize: true })),
  alphaDropout: sequence(() => layers.alphaDropout({ rate: 0.2 })),
  gaussianDropout: sequence(() => layers.gaussianDropout({ rate: 0.2 })),
  gaussianNoise: sequence(() => layers.gaussianNoise({ stddev: 0.2 })),
  spatialDropout1d: sequence(() => layers.spatialDropout1d({ rate: 0.2 })),
  averagePooling1d: sequence(() => layers.averagePooling1d({ poolSize: 2 })),
  averagePooling2d: picture(() => layers.averagePooling2d({ poolSize: 2 })),
  averagePooling3d: volume(() => layers.averagePooling3d({ poolSize: 2 })),
  maxPooling1d: sequence(() => layers.maxPooling1d({ poolSize: 2, padding: 'same' })),
  maxPooling2d: picture(() => layers.maxPooling2d({ poolSize: 2 })),
  maxPooling3d: volume(() => layers.maxPooling3d({ poolSize: 2 })),
  globalAveragePooling2d: picture(() => layers.globalAveragePooling2d({})),
  globalMaxPooling2d: picture(() => layers.globalMaxPooling2d({})),
  batchNormalization: sequence(() => layers.batchNormalization({ scale: false })),
  layerNormalization: sequence(() => layers.layerNormalization({ center: false })),
  centerCrop: picture(() => layers.centerCrop({ height: 2, width: 3 })),
  cropping2D: picture(() =>
    layers.cropping2D({
      cropping: [
        [1, 0],
        [0, 2],
      ],
    }),
  ),
  conv1d: sequence(() => layers.conv1d({ filters: 3, kernelSize: 2, padding: 'same', activation: 'relu' })),
  'conv1d, causal': sequence(() => layers.conv1d({ filters: 3, kernelSize: 3, padding: 'causal' })),
  conv2d: picture(() => layers.conv2d({ filters: 3, kernelSize: [2, 3], strides: 2, padding: 'same' })),
  conv3d: volume(() => layers.conv3d({ filters: 2, kernelSize: 2 })),
  conv2dTranspose: picture(() => layers.conv2dTranspose({ filters: 3, kernelSize: 2, strides: 2 })),
  conv3dTranspose: volume(() => layers.conv3dTranspose({ filters: 2, kernelSize: 2 })),
  depthwiseConv2d: picture(() => layers.depthwiseConv2d({ kernelSize: 2, depthMultiplier: 2 })),
  separableConv2d: picture(() => layers.separableConv2d({ filters: 3, kernelSize: 2 })),
  convLstm2d: over([3, 5, 4, 2], () => layers.convLstm2d({ filters: 2, kernelSize: 2 })),
  normalization: sequence(() => layers.normalization()),
  'normalization, undone': sequence(() => layers.normalization({ mean: 2, variance: 9, invert: true })),
  elu: sequence(() => layers.elu()),
  leakyReLU: sequence(() => layers.leakyReLU({ alpha: 0.3 })),
  prelu: sequence(() => layers.prelu({ alphaInitializer: 'ones' })),
  reLU: sequence(() => layers.reLU({ maxValue: 1 })),
  slice: sequence(() => layers.slice({ index: -2 })),
  'slice, a part of time': sequence(() => layers.slice({ start: 1, end: -1 })),
  softmax: sequence(() => layers.softmax()),
  'softmax along time': sequence(() => layers.softmax({ axis: 1 })),
  flatten: sequence(() => layers.flatten()),
  permute: sequence(() => layers.permute({ dims: [2, 1] })),
  repeatVector: over([4], () => layers.repeatVector({ n: 3 })),
  reshape: sequence(() => layers.reshape({ targetShape: [2, 10] })),
  rescaling: sequence(() => layers.rescaling({ scale: 2, offset: 1 })),
  upSampling2d: picture(() => layers.upSampling2d({ size: [2, 3] })),
  zeroPadding1d: sequence(() => layers.zeroPadding1d({ padding: [2, 1] })),
  zeroPadding2d: picture(() => layers.zeroPadding2d({ padding: 2 })),
};

/** A batch for a model: small numbers, or indices with zeros at the ends of rows. */
export function inputsOf(model: tf.LayersModel, batch = 3, time = 5): tf.Tensor[] {
  return model.inputs.map(({ shape, dtype }, k) => {
    const sizes = shape.map((size, axis) => size ?? (axis === 0 ? batch : time));
    const isTokens =
      dtype === 'int32' ||
      model.layers.some((layer) => layer.getClassName() === 'Embedding' && k === 0 && sizes.length === 2);
    if (!isTokens) return tf.randomNormal(sizes, 0, 1, 'float32', 17 + k);
    const values = Array.from({ length: sizes[0] }, (_, row) =>
      Array.from({ length: sizes[1] }, (_, t) => (t < sizes[1] - row ? 1 + ((row + 3 * t) % 6) : 0)),
    );
    return tf.tensor2d(values, undefined, 'int32');
  });
}

/** Weights that differ from each other and from first ones. */
export function fill(model: tf.LayersModel): tf.LayersModel {
  model.setWeights(
    model.getWeights().map(({ shape }, k) =>
      tf
        .randomUniform(shape, 0.05, 0.6, 'float32', 31 + k)
        .sub(k % 2 ? 0.1 : 0.25)
        .abs(),
    ),
  );
  return model;
}

/** The outputs of a model, one or several, as a list. */
export const outputsOf = (model: tf.LayersModel, inputs: tf.Tensor[]): tf.Tensor[] => [model.predict(inputs)].flat();
