import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { tf } from '../../lib/backend';
import * as layers from '../../lib/layers';

/** Calls a factory as JavaScript does. */
function make(name: string, args: unknown): unknown {
  return (layers as unknown as Record<string, (args: unknown) => unknown>)[name](args);
}

const refusals: [factory: string, args: unknown, sentence: RegExp][] = [
  [
    'lstm',
    { units: 2, return_sequences: true },
    /layers\.lstm has no option "return_sequences"; did you mean "returnSequences"\?/,
  ],
  ['lstm', { units_: 2 }, /layers\.lstm has no option "units_"; did you mean "units"\?/],
  ['gru', { units: 2, reset_after: true }, /did you mean "resetAfter"/],
  ['dense', { units: 2, batch_size: 3 }, /layers\.dense has no option "batch_size"; did you mean "batchSize"\?/],
  ['dense', { unit: 2 }, /did you mean "units"/],
  [
    'embedding',
    { input_dim: 2, output_dim: 3 },
    /"input_dim"; did you mean "inputDim".*"output_dim"; did you mean "outputDim"/,
  ],
  ['conv1d', { filters: 2, kernel_size: 3 }, /did you mean "kernelSize"/],
  ['maxPool1d', { pool_size: 2 }, /did you mean "poolSize"/],
  [
    'input',
    { shape: [2], batch_shape: [1, 2] },
    /layers\.input has no option "batch_shape"; did you mean "batchShape"\?/,
  ],
  ['tiedDense', {}, /layers\.tiedDense needs embedding/],
  ['tiedDense', { embedding: 'words' }, /layers\.tiedDense: embedding is "words", a string; give a layer/],
  ['tiedDense', { embedding: layers.dense({ units: 2 }), units: 3 }, /layers\.tiedDense has no option "units"/],
  ['adaptiveSoftmax', { units: 9 }, /layers\.adaptiveSoftmax needs cutoffs/],
  ['adaptiveSoftmax', { units: 9, cutoffs: [2], div_value: 2 }, /"div_value"; did you mean "divValue"\?/],
  [
    'adaptiveSoftmax',
    { units: 9, cutoffs: [2, 9] },
    /cutoffs is \[2, 9\]; give rising whole numbers above 0 and below 9/,
  ],
  ['adaptiveSoftmax', { units: 9, cutoffs: [4, 4] }, /cutoffs is \[4, 4\]/],
  ['adaptiveSoftmax', { units: 9, cutoffs: [] }, /cutoffs is \[\]/],
  ['adaptiveSoftmax', { units: 9, cutoffs: [2], divValue: 0.5 }, /divValue is 0\.5; give 1 or more/],
  ['adaptiveSoftmax', { units: 9, cutoffs: [2], headBias: 1 }, /headBias is 1; give true or false/],
  ['dense', 64, /layers\.dense takes its options as an object, \{ units: … \}; it was given 64/],
  ['lstm', undefined, /layers\.lstm needs units/],
  ['embedding', { inputDim: 3 }, /layers\.embedding needs outputDim/],
  ['lstm', { units: '64' }, /layers\.lstm: units is "64", a string; give a positive integer/],
  ['lstm', { units: NaN }, /layers\.lstm: units is NaN/],
  ['dense', { units: -3 }, /layers\.dense: units is -3/],
  ['dense', { units: 2.5 }, /layers\.dense: units is 2\.5/],
  ['conv2d', { filters: 2, kernelSize: [3, 0] }, /layers\.conv2d: kernelSize is \[3, 0\]/],
  ['lstm', { units: 2, dropout: 1.5 }, /layers\.lstm: dropout is 1\.5; give a number from 0 to 1/],
  ['spatialDropout1d', { rate: -0.1 }, /layers\.spatialDropout1d: rate is -0\.1/],
  ['lstm', { units: 2, returnSequences: 1 }, /layers\.lstm: returnSequences is 1; give true or false/],
  [
    'dense',
    { units: 2, activation: 'tahn' },
    /layers\.dense: activation: Unknown activation "tahn"; did you mean "tanh"\?/,
  ],
  ['lstm', { units: 2, recurrentActivation: 'hard_sigmoid' }, /did you mean "hardSigmoid"/],
  ['activation', { activation: 'rleu' }, /did you mean "relu"/],
  ['dense', { units: 2, activation: tf.relu }, /the activation is a function; give the name of one/i],
  ['dense', { units: 2, kernelInitializer: 'glorot_uniform' }, /did you mean "glorotUniform"/],
  ['gru', { units: 2, kernelRegularizer: 'l3' }, /Unknown regularizer "l3"/],
  ['dense', { units: 2, inputShape: 5 }, /layers\.dense: inputShape is 5; give a list of positive integers/],
  ['dense', { units: 2, inputShape: [5, NaN] }, /inputShape is \[5, NaN\]/],
  [
    'bidirectional',
    { layer: layers.lstm({ units: 2 }), backwardLayer: layers.lstm({ units: 2 }) },
    /go forwards; give backwardLayer goBackwards: true/,
  ],
  [
    'bidirectional',
    { layer: layers.lstm({ units: 2 }), backwardLayer: layers.lstm({ units: 3, goBackwards: true }) },
    /stateSizes is 2,2 in layer and 3,3 in backwardLayer/,
  ],
  ['bidirectional', { layer: 'lstm' }, /layers\.bidirectional: layer is "lstm", a string; give a layer/],
];

describe('options that a layer does not take are refused in one sentence', () => {
  for (const [factory, args, sentence] of refusals)
    test(String(sentence), () => assert.throws(() => make(factory, args), sentence));
});

describe('layers offers every name of tf.layers', () => {
  test('keys', () => {
    const absent = Object.keys(tf.layers).filter((name) => !(name in layers));
    assert.deepEqual(absent, []);
  });

  test('types', () => {
    const superset: keyof typeof tf.layers extends keyof typeof layers ? true : false = true;
    assert.ok(superset);
  });

  test("what TensorFlow.js makes of the same arguments has the same shape, and Keras's names of functions work", () => {
    const picture = layers.input({ shape: [8, 8, 3] });
    const outputs = [
      layers.avgPool2d({ poolSize: 2 }),
      layers.maxPool2d({}),
      layers.separableConv2d({ filters: 4, kernelSize: 3, activation: 'silu' as 'swish' }),
      layers.depthwiseConv2d({ kernelSize: 3, kernelRegularizer: 'l2' as 'l1l2' }),
      layers.conv2dTranspose({ filters: 2, kernelSize: 3 }),
      layers.upSampling2d({}),
      layers.globalMaxPool2d({}),
    ].map((layer) => (layer.apply(picture) as tf.SymbolicTensor).shape);
    assert.deepEqual(outputs, [
      [null, 4, 4, 3],
      [null, 4, 4, 3],
      [null, 6, 6, 4],
      [null, 6, 6, 3],
      [null, 10, 10, 2],
      [null, 16, 16, 3],
      [null, 3],
    ]);
  });

  test('convLstm2d runs', () => {
    const layer = layers.convLstm2d({ filters: 2, kernelSize: 2 });
    const output = layer.apply(tf.ones([2, 3, 4, 4, 1])) as tf.Tensor;
    assert.deepEqual(output.shape, [2, 3, 3, 2]);
    assert.ok(output.dataSync().every((value) => value !== 0 && Number.isFinite(value)));
  });
});

describe('an argument of a call that would have no effect is refused', () => {
  const x = tf.zeros([2, 3, 4]);
  const self = () => layers.multiHeadAttention({ numHeads: 2, keyDim: 2 });
  const steps = tf.ones([2, 3], 'bool');
  const symbolic = () => tf.input({ shape: [3, 4] });
  const cases: [string, () => unknown, RegExp][] = [
    [
      'an option of the layer',
      () => self().apply(x, { useCausalMask: true }),
      /useCausalMask is an option of the layer/,
    ],
    [
      'its name in Python',
      () => self().apply(x, { return_attention_scores: true }),
      /returnAttentionScores is an option/,
    ],
    ['another spelling', () => layers.gru({ units: 2 }).apply(x, { initial_state: [] }), /did you mean "initialState"/],
    [
      'training, symbolic',
      () => layers.dropout({ rate: 0.5 }).apply(symbolic(), { training: true }),
      /model\.apply\(x, \{ training: true/,
    ],
    [
      'a mask, symbolic',
      () => layers.lstm({ units: 2 }).apply(symbolic(), { mask: steps }),
      /layers\.masking or an embedding/,
    ],
    [
      'an attention mask, symbolic',
      () => self().apply(symbolic(), { attentionMask: steps }),
      /does not keep "attentionMask"/,
    ],
  ];
  for (const [name, call, message] of cases) test(name, () => assert.throws(call, message));

  test('arguments without a value, and training: false, are taken', () => {
    layers.dropout({ rate: 0.5 }).apply(symbolic(), { training: false, mask: undefined });
    layers.lstm({ units: 2 }).apply(symbolic(), { initialState: undefined, mask: null });
  });
});
