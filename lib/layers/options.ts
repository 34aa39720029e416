/** The options that each factory of `layers` takes, those that it cannot do without first. */

const base = [
  'inputShape',
  'batchInputShape',
  'batchSize',
  'dtype',
  'name',
  'trainable',
  'weights',
  'inputDType',
] as const;

const withBias = [
  'activation',
  'useBias',
  'kernelInitializer',
  'biasInitializer',
  'kernelRegularizer',
  'biasRegularizer',
  'kernelConstraint',
  'biasConstraint',
] as const;

const projectedCell = [...withBias.filter((name) => name !== 'activation'), 'dropout', 'seed', ...base] as const;
const cell = [
  ...withBias,
  'recurrentInitializer',
  'recurrentRegularizer',
  'recurrentConstraint',
  'dropout',
  'recurrentDropout',
  'seed',
  ...base,
] as const;
const gatedCell = [...cell, 'recurrentActivation', 'implementation'] as const;
const peepholeCell = ['peepholeInitializer', 'unitForgetBias', ...gatedCell] as const;
const layerNormCell = ['epsilon', 'unitForgetBias', ...gatedCell] as const;
const slstmCell = ['forgetGate', 'unitForgetBias', 'implementation', ...cell] as const;
const sequence = [
  'returnSequences',
  'returnState',
  'goBackwards',
  'stateful',
  'unroll',
  'zeroOutputForMask',
  'activityRegularizer',
] as const;

const window = ['strides', 'padding', 'dataFormat', 'dilationRate'] as const;
const convolution = [...window, ...withBias, 'activityRegularizer', ...base] as const;
const depthwise = [
  'depthMultiplier',
  'depthwiseInitializer',
  'depthwiseRegularizer',
  'depthwiseConstraint',
  ...convolution,
] as const;
const pointwise = ['pointwiseInitializer', 'pointwiseRegularizer', 'pointwiseConstraint'] as const;
const convCell = [
  ...window,
  ...cell.filter((name) => name !== 'seed'),
  'recurrentActivation',
  'unitForgetBias',
  'implementation',
] as const;
const convSequence = ['returnSequences', 'returnState', 'goBackwards', 'stateful', 'unroll'] as const;

const pooling1d = ['poolSize', 'strides', 'padding', ...base] as const;
const pooling = [...pooling1d, 'dataFormat'] as const;

const normalization = [
  'axis',
  'epsilon',
  'center',
  'scale',
  'betaInitializer',
  'gammaInitializer',
  'betaRegularizer',
  'gammaRegularizer',
  ...base,
] as const;
const queryValue = ['useScale', 'dropout', 'seed', 'useCausalMask', 'returnAttentionScores', ...base] as const;

const takes = <const Required extends readonly string[], const Optional extends readonly string[]>(
  required: Required,
  optional: Optional,
) => ({ required, known: [...required, ...optional] as (Required[number] | Optional[number])[] });

export const options = {
  activation: takes(['activation'], base),
  adaptiveSoftmax: takes(['units', 'cutoffs'], ['divValue', 'headBias', 'kernelInitializer', ...base]),
  add: takes([], base),
  additiveAttention: takes([], queryValue),
  alphaDropout: takes(['rate'], ['noiseShape', ...base]),
  attention: takes([], ['scoreMode', ...queryValue]),
  attentionPooling: takes([], ['units', 'kernelInitializer', 'returnAttentionScores', ...base]),
  average: takes([], base),
  averagePooling1d: takes([], pooling1d),
  averagePooling2d: takes([], pooling),
  averagePooling3d: takes([], pooling),
  batchNormalization: takes(
    [],
    [
      ...normalization,
      'momentum',
      'movingMeanInitializer',
      'movingVarianceInitializer',
      'betaConstraint',
      'gammaConstraint',
    ],
  ),
  bidirectional: takes(['layer'], ['backwardLayer', 'mergeMode', ...base]),
  categoryEncoding: takes(['numTokens'], ['outputMode', ...base]),
  centerCrop: takes(['height', 'width'], base),
  concatenate: takes([], ['axis', ...base]),
  conv1d: takes(['filters', 'kernelSize'], convolution),
  conv2d: takes(['filters', 'kernelSize'], convolution),
  conv2dTranspose: takes(['filters', 'kernelSize'], convolution),
  conv3d: takes(['filters', 'kernelSize'], convolution),
  conv3dTranspose: takes(['filters', 'kernelSize'], convolution),
  convLstm2d: takes(['filters', 'kernelSize'], [...convCell, ...convSequence]),
  convLstm2dCell: takes(['filters', 'kernelSize'], convCell),
  cropping2D: takes(['cropping'], ['dataFormat', ...base]),
  dense: takes(['units'], ['inputDim', 'activityRegularizer', ...withBias, ...base]),
  depthwiseConv2d: takes(['kernelSize'], depthwise),
  dot: takes(['axes'], ['normalize', ...base]),
  dropout: takes(['rate'], ['noiseShape', 'seed', ...base]),
  elu: takes([], ['alpha', ...base]),
  embedding: takes(
    ['inputDim', 'outputDim'],
    [
      'embeddingsInitializer',
      'embeddingsRegularizer',
      'embeddingsConstraint',
      'activityRegularizer',
      'maskZero',
      'inputLength',
      ...base,
    ],
  ),
  flatten: takes([], ['dataFormat', ...base]),
  gaussianDropout: takes(['rate'], base),
  gaussianNoise: takes(['stddev'], base),
  globalAveragePooling1d: takes([], base),
  globalAveragePooling2d: takes([], ['dataFormat', ...base]),
  globalMaxPooling1d: takes([], base),
  globalMaxPooling2d: takes([], ['dataFormat', ...base]),
  gru: takes(['units'], ['resetAfter', ...gatedCell, ...sequence]),
  gruCell: takes(['units'], ['resetAfter', ...gatedCell]),
  input: takes([], ['shape', 'batchShape', 'name', 'dtype', 'sparse']),
  inputLayer: takes([], ['inputShape', 'batchInputShape', 'batchSize', 'dtype', 'sparse', 'name']),
  layerNormalization: takes([], normalization),
  layerNormLSTM: takes(['units'], [...layerNormCell, ...sequence]),
  layerNormLSTMCell: takes(['units'], layerNormCell),
  leakyReLU: takes([], ['alpha', ...base]),
  lstm: takes(['units'], ['unitForgetBias', ...gatedCell, ...sequence]),
  lstmCell: takes(['units'], ['unitForgetBias', ...gatedCell]),
  masking: takes([], ['maskValue', ...base]),
  maxPooling1d: takes([], pooling1d),
  maxPooling2d: takes([], pooling),
  maxPooling3d: takes([], pooling),
  maximum: takes([], base),
  minGRU: takes(['units'], [...projectedCell, ...sequence]),
  minGRUCell: takes(['units'], projectedCell),
  minLSTM: takes(['units'], [...projectedCell, ...sequence]),
  minLSTMCell: takes(['units'], projectedCell),
  minimum: takes([], base),
  multiHeadAttention: takes(
    ['numHeads', 'keyDim'],
    [
      'valueDim',
      'outputShape',
      'dropout',
      'useCausalMask',
      'returnAttentionScores',
      'seed',
      ...withBias.filter((name) => name !== 'activation'),
      ...base,
    ],
  ),
  multiply: takes([], base),
  peepholeLSTM: takes(['units'], [...peepholeCell, ...sequence]),
  peepholeLSTMCell: takes(['units'], peepholeCell),
  permute: takes(['dims'], base),
  normalization: takes([], ['axis', 'mean', 'variance', 'invert', ...base]),
  positionEmbedding: takes(['sequenceLength'], ['initializer', ...base]),
  prelu: takes([], ['alphaInitializer', 'alphaRegularizer', 'alphaConstraint', 'sharedAxes', ...base]),
  randomWidth: takes(['factor'], ['interpolation', 'seed', 'autoVectorize', ...base]),
  reLU: takes([], ['maxValue', ...base]),
  repeatVector: takes(['n'], base),
  rescaling: takes(['scale'], ['offset', ...base]),
  reshape: takes(['targetShape'], base),
  resizing: takes(['height', 'width'], ['interpolation', 'cropToAspectRatio', ...base]),
  rnn: takes(['cell'], [...sequence, ...base]),
  sLSTM: takes(['units'], [...slstmCell, ...sequence]),
  sLSTMCell: takes(['units'], slstmCell),
  sequenceMask: takes([], base),
  separableConv2d: takes(['filters', 'kernelSize'], [...depthwise, ...pointwise]),
  simpleRNN: takes(['units'], [...cell, ...sequence]),
  simpleRNNCell: takes(['units'], cell),
  slice: takes([], ['axis', 'index', 'start', 'end', ...base]),
  softmax: takes([], ['axis', ...base]),
  spatialDropout1d: takes(['rate'], ['seed', ...base]),
  stackedRNNCells: takes(['cells'], base),
  subtract: takes([], base),
  thresholdedReLU: takes([], ['theta', ...base]),
  tiedDense: takes(
    ['embedding'],
    ['activation', 'useBias', 'biasInitializer', 'biasRegularizer', 'biasConstraint', ...base],
  ),
  timeDistributed: takes(['layer'], base),
  upSampling2d: takes([], ['size', 'dataFormat', 'interpolation', ...base]),
  zeroPadding1d: takes([], ['padding', ...base]),
  zeroPadding2d: takes([], ['padding', 'dataFormat', ...base]),
};
