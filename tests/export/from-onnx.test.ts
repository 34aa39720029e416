/** Graphs of ONNX that PyTorch, tf2onnx and this library have written, as models; files that are damaged, or ask for what no layer does. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { tf } from '../../lib/backend';
import { convert } from '../../lib/cli/convert';
import { inspect } from '../../lib/cli/inspect';
import { fromKeras, fromONNX, toONNX } from '../../lib/export';
import { decodeModel, encodeModel } from '../../lib/export/onnx/proto';
import * as layers from '../../lib/layers';
import { fill, inputsOf, maskedReaders, maskedWords, otherModels, outputsOf, recurrentModels } from './models';
import { mutations } from './mutations';
import { fixtureFile, temporaryFolder } from './peers';
import { assertSame, type Values, valuesOf } from './values';

interface Case {
  file: string;
  inputs: Values[];
  outputs: Values[];
}
const cases = JSON.parse(fs.readFileSync(fixtureFile('onnx.json'), 'utf8')) as Case[];
const fixture = (name: string) => fixtureFile(path.join('onnx', name));
const folder = temporaryFolder();
const put = (name: string, content: Uint8Array | string): string => {
  const file = path.join(folder, name);
  fs.writeFileSync(file, content);
  return file;
};
const tensorsOf = (values: Values[]) => values.map((x) => tf.tensor(x.values, x.shape, x.dtype as 'float32'));
const kindsOf = (model: tf.LayersModel) => model.layers.map((layer) => layer.getClassName()).join(' ');

describe('a graph of PyTorch or tf2onnx gives what ONNX Runtime gives', () => {
  for (const { file, inputs, outputs } of cases) {
    test(file, async () => {
      const model = await fromONNX(fixture(file));
      assertSame(outputsOf(model, tensorsOf(inputs)).map(valuesOf), outputs, file);
      model.dispose();
    });
  }

  test('and none is left out', () => assert.ok(cases.length >= 24, String(cases.length)));
});

describe('a graph becomes the layers that one would have written', () => {
  const expected: Record<string, string> = {
    'classifier-script.onnx': 'InputLayer Embedding Bidirectional Bidirectional Slice Dense',
    'classifier-dynamo.onnx': 'InputLayer Embedding Bidirectional Bidirectional Slice Dense',
    'gru-script.onnx': 'InputLayer Embedding GRU Dense',
    'hidden-script.onnx': 'InputLayer Embedding Bidirectional Bidirectional Dense',
    'tagger-dynamo.onnx': 'InputLayer Embedding LSTM Dense',
    'forecaster-script.onnx': 'InputLayer Conv1D GRU GRU LayerNormalization Dense BatchNormalization Dense',
    'keras-classifier.onnx': 'InputLayer Embedding LSTM LSTM Dense',
    'packed-script.onnx': 'InputLayer Embedding Bidirectional GlobalMaxPooling1D Concatenate Dense',
    'unsorted-script.onnx': 'InputLayer Embedding GRU GlobalMaxPooling1D Concatenate Dense',
    'heads-script.onnx': 'InputLayer LSTM MultiHeadAttention Add GlobalAveragePooling1D Dense',
    'heads-dynamo.onnx': 'InputLayer LSTM MultiHeadAttention Add GlobalAveragePooling1D Dense',
    'causal-script.onnx':
      'InputLayer Embedding MultiHeadAttention Add LayerNormalization Dense Dense Add LayerNormalization Dense',
    'cross-script.onnx': 'InputLayer InputLayer LSTM LSTM MultiHeadAttention Concatenate Dense',
    'given-unsorted-script.onnx': 'InputLayer InputLayer SequenceMask GRU',
    'sentiment-script.onnx': 'InputLayer Embedding InputLayer SequenceMask Bidirectional Bidirectional Dense',
    'padded-script.onnx': 'InputLayer Embedding Reshape MultiHeadAttention Dense',
    'padding-script.onnx': 'InputLayer ZeroPadding1D ZeroPadding1D Conv1D ZeroPadding1D Conv1D GRU',
    'older-script.onnx':
      'InputLayer Embedding PositionEmbedding Add LayerNormalization GRU LayerNormalization Activation Dense Reshape Activation Reshape Dot Reshape',
    'learned-script.onnx': 'InputLayer Slice Rescaling Dense Dense LSTM Slice Rescaling Dense Dense Bidirectional',
    'keras-gru.onnx': 'InputLayer GRU',
    'keras-masked.onnx': 'InputLayer Embedding Bidirectional LSTM GRU Dense',
    'keras-masking.onnx': 'InputLayer Masking LSTM SimpleRNN RepeatVector GRU',
    'keras-handover.onnx': 'InputLayer InputLayer GRU GRU Dense',
    'keras-heads.onnx': 'InputLayer LSTM MultiHeadAttention Add GlobalAveragePooling1D Dense',
    'keras-biases.onnx': 'InputLayer LSTM MultiHeadAttention Add GlobalAveragePooling1D Dense',
    'keras-normalized.onnx': 'InputLayer LSTM LayerNormalization GRU LayerNormalization LSTM LayerNormalization',
    'keras-bidirectional.onnx': 'InputLayer Bidirectional Bidirectional BatchNormalization Dense',
  };
  for (const [file, kinds] of Object.entries(expected))
    test(file, async () => assert.equal(kindsOf(await fromONNX(fixture(file))), kinds));

  test('with the names of PyTorch', async () => {
    const { layers: found } = await fromONNX(fixture('forecaster-script.onnx'));
    assert.deepEqual(
      found.map(({ name }) => name),
      ['input0', 'conv', 'gru', 'gru_1', 'norm', 'head_0', 'head_2', 'head_3'],
    );
  });

  test('of the one length that its exporter has written into it, where its input says any', async () => {
    const { inputs } = await fromONNX(fixture('language-model-dynamo.onnx'));
    assert.deepEqual(
      inputs.map(({ shape }) => shape),
      [
        [null, 6],
        [null, 2, 4],
        [null, 2, 4],
      ],
    );
  });

  test('that take any batch and number of steps', async () => {
    const model = await fromONNX(fixture('classifier-script.onnx'));
    for (const shape of [
      [1, 1],
      [5, 40],
    ])
      assert.deepEqual((model.predict(tf.ones(shape, 'int32')) as tf.Tensor).shape, [shape[0], 2]);
  });
});

/** Layers that leave as operators of which no layer is made again. */
const notRead =
  /^(?!MultiHeadAttention, query|masked MultiHead).*ttention|a masked decoder|^Bidirectional of (two layers|stacked cells)$|^dot$|3d$|global.*2d$/;

test('what toONNX writes comes back, for every layer that is read', async () => {
  const file = path.join(folder, 'round.onnx');
  let count = 0;
  for (const [name, make] of Object.entries({ ...recurrentModels, ...otherModels })) {
    const model = fill(make());
    try {
      await toONNX(model, file);
    } catch {
      continue; // tests/export/onnx.test.ts says which layers cannot go
    }
    if (notRead.test(name)) {
      await assert.rejects(
        fromONNX(file),
        /round\.onnx: Node ".+" (is an? \w+ that cannot become a layer: |compares the steps of several heads|reads time backwards)/,
        name,
      );
      continue;
    }
    const back = await fromONNX(file);
    const inputs = inputsOf(model);
    assertSame(outputsOf(back, inputs).map(valuesOf), outputsOf(model, inputs).map(valuesOf), name);
    count++;
  }
  assert.ok(count >= 46, String(count));
});

test('attention of several heads comes back as one layer, with its projections and of any length', async () => {
  const [x, memory] = [tf.input({ shape: [null, 4] }), tf.input({ shape: [null, 3] })];
  const own = layers.multiHeadAttention({ numHeads: 2, keyDim: 3 }).apply(x) as tf.SymbolicTensor;
  const other = layers.multiHeadAttention({ numHeads: 3, keyDim: 2, valueDim: 4, useBias: false, outputShape: 5 });
  const model = fill(
    tf.model({ inputs: [x, memory], outputs: [own, other.apply([own, memory]) as tf.SymbolicTensor] }),
  );
  const file = path.join(folder, 'heads.onnx');
  await toONNX(model, file);
  const back = await fromONNX(file);
  assert.equal(kindsOf(back), 'InputLayer MultiHeadAttention InputLayer MultiHeadAttention');
  const inputs = [tf.randomNormal([2, 7, 4]), tf.randomNormal([2, 5, 3])];
  assertSame(outputsOf(back, inputs).map(valuesOf), outputsOf(model, inputs).map(valuesOf), 'heads');
});

test('masks come back as those of Embedding and Masking, wherever they begin and end', async () => {
  const tokens = maskedWords();
  const x = tf.input({ shape: [null], dtype: 'int32' });
  const vectors = layers.embedding({ inputDim: 7, outputDim: 4, maskZero: true }).apply(x) as tf.SymbolicTensor;
  const outputs = maskedReaders().flatMap((layer) => layer.apply(vectors) as tf.SymbolicTensor[]);
  const steps = tf.input({ shape: [5, 2] });
  const kept = layers.masking({ maskValue: -1 }).apply(steps) as tf.SymbolicTensor;
  outputs.push(layers.lstm({ units: 2, returnSequences: true }).apply(kept) as tf.SymbolicTensor);
  const model = fill(tf.model({ inputs: [x, steps], outputs }));
  const file = path.join(folder, 'masks.onnx');
  await toONNX(model, file);
  const numbers = tf.where(tokens.expandDims(2).equal(0), -1, tf.randomNormal([4, 5, 2], 0, 1, 'float32', 3));
  const back = await fromONNX(file);
  const inputs = [tokens, numbers];
  assertSame(outputsOf(back, inputs).map(valuesOf), outputsOf(model, inputs).map(valuesOf), 'masks');
  assert.ok(back.layers.some((layer) => (layer as { maskZero?: boolean }).maskZero));
});

test('sequenceMask comes back, of lengths and of a number for each step', async () => {
  const counts = {
    1: tf.tensor2d([[3], [1], [0], [5]], undefined, 'int32'),
    5: maskedWords(),
  };
  for (const [width, told] of Object.entries(counts)) {
    const [x, given] = [
      tf.input({ shape: [null, 3] }),
      tf.input({ shape: [width === '1' ? 1 : null], dtype: 'int32' }),
    ];
    const masked = layers.sequenceMask().apply([x, given]) as tf.SymbolicTensor;
    const outputs = maskedReaders().flatMap((layer) => layer.apply(masked) as tf.SymbolicTensor[]);
    const model = fill(tf.model({ inputs: [x, given], outputs }));
    const file = path.join(folder, 'sequence-mask.onnx');
    await toONNX(model, file);
    const back = await fromONNX(file);
    const inputs = [tf.randomNormal([4, 5, 3], 0, 1, 'float32', 3), told];
    assertSame(outputsOf(back, inputs).map(valuesOf), outputsOf(model, inputs).map(valuesOf), `sequenceMask ${width}`);
    assert.ok(back.layers.some((layer) => layer.getClassName() === 'SequenceMask'));
  }
});

test('tokens of one step are masked as any other', async () => {
  const x = tf.input({ shape: [1], dtype: 'int32' });
  const vectors = layers.embedding({ inputDim: 7, outputDim: 4, maskZero: true }).apply(x);
  const model = fill(tf.model({ inputs: x, outputs: layers.lstm({ units: 3 }).apply(vectors) as tf.SymbolicTensor }));
  const file = path.join(folder, 'one-step.onnx');
  await toONNX(model, file);
  const back = await fromONNX(file);
  const inputs = [tf.tensor2d([[3], [0], [1]], undefined, 'int32')];
  assertSame(outputsOf(back, inputs).map(valuesOf), outputsOf(model, inputs).map(valuesOf), 'one step');
  assert.equal(kindsOf(back), 'InputLayer Embedding LSTM');
});

test('GELU is one activation, in whatever order its exporter has written it out', async () => {
  const scalar = (name: string, value: number) =>
    floats(name, [], { rawData: new Uint8Array(Float32Array.of(value).buffer) });
  const parts = [scalar('root', Math.SQRT2), scalar('inverse', Math.SQRT1_2), scalar('one', 1), scalar('half', 0.5)];
  const share = [node('Erf', ['scaled'], ['e']), node('Add', ['e', 'one'], ['share'])];
  const orders: Record<string, object[]> = {
    torch: [
      node('Div', ['x', 'root'], ['scaled']),
      ...share,
      node('Mul', ['x', 'share'], ['both']),
      node('Mul', ['both', 'half'], ['y']),
    ],
    keras: [
      node('Mul', ['x', 'inverse'], ['scaled']),
      ...share,
      node('Mul', ['x', 'half'], ['part']),
      node('Mul', ['share', 'part'], ['y']),
    ],
  };
  const ours = [
    node('Mul', ['x', 'inverse'], ['scaled']),
    ...share,
    node('Mul', ['share', 'half'], ['part']),
    node('Mul', ['x', 'part'], ['y']),
  ];
  const x = tf.tensor3d([-3, -0.5, 0, 0.1, 1, 4], [2, 1, 3]);
  for (const [what, nodes] of Object.entries({ ...orders, ours })) {
    const model = await fromONNX(put(`gelu-${what}.onnx`, await encodeModel(graphOf(nodes, parts))));
    assert.equal(kindsOf(model), 'InputLayer Activation', what);
    assertSame(
      outputsOf(model, [x]).map(valuesOf),
      [layers.activation({ activation: 'gelu' }).apply(x) as tf.Tensor].map(valuesOf),
      what,
    );
  }
  const alone = graphOf([node('Erf', ['x'], ['y'])], []);
  await assert.rejects(
    fromONNX(put('erf.onnx', await encodeModel(alone))),
    /Node "erf" takes the error function, which is a layer only within GELU\.$/,
  );
});

test('attention to padding, which a layer would leave out, is refused', async () => {
  const x = tf.input({ shape: [null], dtype: 'int32' });
  const table = (maskZero: boolean) => layers.embedding({ inputDim: 7, outputDim: 4, maskZero }).apply(x);
  const seen = layers.lstm({ units: 3 }).apply(table(true)) as tf.SymbolicTensor;
  const attended = layers.multiHeadAttention({ numHeads: 2, keyDim: 2 }).apply(table(false)) as tf.SymbolicTensor;
  const file = path.join(folder, 'padding.onnx');
  await toONNX(fill(tf.model({ inputs: x, outputs: [seen, attended] })), file);
  assert.match(kindsOf(await fromONNX(file)), /MultiHeadAttention/);
  const graph = await decodeModel(fs.readFileSync(file));
  const tables = graph.graph!.node.filter((one) => one.opType === 'Gather' && one.input[0].includes('embedding'));
  const [masked, other] = tables.map(({ output }) => output[0]);
  for (const one of graph.graph!.node) one.input = one.input.map((name) => (name === other ? masked : name));
  const shared = put('padding.onnx', await encodeModel({ irVersion: 8, ...graph }));
  await assert.rejects(fromONNX(shared), /Node "\w+" attends to padding as well, which the layer here leaves out\.$/);
});

test('a layer that the graph gives no mask sees none, where another does', async () => {
  const x = tf.input({ shape: [null], dtype: 'int32' });
  const table = layers.embedding({ inputDim: 7, outputDim: 4, maskZero: true });
  const seen = layers.lstm({ units: 3 }).apply(table.apply(x)) as tf.SymbolicTensor;
  const model = fill(tf.model({ inputs: x, outputs: seen }));
  const file = path.join(folder, 'seen.onnx');
  await toONNX(model, file);
  const graph = await decodeModel(fs.readFileSync(file));
  const [inner] = graph.graph!.node.filter((one) => one.opType === 'Gather' && one.input[0].includes('embedding'));
  const lstm = graph.graph!.node.find((one) => one.opType === 'LSTM')!;
  graph.graph!.node.push(
    { ...node('Transpose', [inner.output[0]], ['unmasked'], [{ name: 'perm', type: 7, ints: [1, 0, 2] }]) } as never,
    { ...lstm, name: 'other/LSTM', input: ['unmasked', ...lstm.input.slice(1, 4)], output: ['', 'end'] },
    { ...node('Squeeze', ['end', 'first'], ['other']) } as never,
  );
  graph.graph!.initializer.push(ints('first', 0) as never);
  graph.graph!.output.push({ ...graph.graph!.output[0], name: 'other' });
  const back = await fromONNX(put('seen.onnx', await encodeModel({ irVersion: 8, ...graph })));
  const tokens = tf.tensor2d([[3, 1, 0, 0]], undefined, 'int32');
  const [masked, whole] = outputsOf(back, [tokens]);
  assertSame([valuesOf(masked)], outputsOf(model, [tokens]).map(valuesOf), 'masked');
  assert.ok(whole.sub(masked).abs().max().dataSync()[0] > 1e-3);
});

test('layers.slice comes back, and what it cuts from the end of an axis', async () => {
  const x = tf.input({ shape: [null, 4] });
  const cuts = [
    { index: -2 },
    { start: 1 },
    { start: 1, end: 3 },
    { end: -1 },
    { start: -2 },
    { axis: 2, start: 1, end: 3 },
    { axis: 2, index: 0 },
  ];
  const model = tf.model({ inputs: x, outputs: cuts.map((cut) => layers.slice(cut).apply(x) as tf.SymbolicTensor) });
  const file = path.join(folder, 'slices.onnx');
  await toONNX(model, file);
  const inputs = inputsOf(model);
  assertSame(outputsOf(await fromONNX(file), inputs).map(valuesOf), outputsOf(model, inputs).map(valuesOf), 'slices');
});

describe('lstm-lab', () => {
  test('converts a graph of PyTorch to Keras', async () => {
    for (const name of ['classifier-script', 'tagger-dynamo', 'language-model-script', 'seq2seq-script']) {
      const { file, inputs, outputs } = cases.find((one) => one.file === `${name}.onnx`)!;
      const keras = path.join(folder, `${name}.keras`);
      assert.match(await convert(fixture(file), keras), /parameters, as Keras 3/);
      assertSame(outputsOf(await fromKeras(keras), tensorsOf(inputs)).map(valuesOf), outputs, name);
    }
  });

  test('inspects one', async () => {
    const text = await inspect(fixture('gru-script.onnx'));
    assert.match(text, /ONNX, Functional.*\n[^]*rnn +GRU +\[\?, 3\] +\d+\n[^]*It can go to Keras 3/);
  });
});

const node = (opType: string, input: string[], output: string[], attribute: object[] = []) => ({
  opType,
  input,
  output,
  name: `a ${opType}`,
  attribute,
});
const tensorType = (...sizes: (number | string)[]) => ({
  tensorType: {
    elemType: 1,
    shape: { dim: sizes.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size })) },
  },
});
const graphOf = (nodes: object[], initializer: object[] = [], type: object = tensorType('batch', 'time', 3)) => ({
  irVersion: 8,
  opsetImport: [{ domain: '', version: 17 }],
  graph: { name: 'g', node: nodes, initializer, input: [{ name: 'x', type }], output: [{ name: 'y' }] },
});
const floats = (name: string, dims: number[], more: object = {}) => ({
  name,
  dims,
  dataType: 1,
  rawData: new Uint8Array(4 * dims.reduce((a, b) => a * b, 1)),
  ...more,
});
const ints = (name: string, ...numbers: number[]) => ({
  name,
  dims: [numbers.length],
  dataType: 7,
  rawData: new Uint8Array(BigInt64Array.from(numbers, BigInt).buffer),
});
const beside = (location: string, offset = 0) => ({
  rawData: new Uint8Array(0),
  dataLocation: 1,
  externalData: [
    { key: 'location', value: location },
    { key: 'offset', value: String(offset) },
  ],
});

describe('a file is refused in one sentence', () => {
  const matMul = node('MatMul', ['x', 'w'], ['y']);
  const doubled = Array.from({ length: 40 }, (_, k) =>
    node('Concat', [`c${k}`, `c${k}`], [`c${k + 1}`], [{ name: 'axis', i: 0, type: 2 }]),
  );
  const refusals: Record<string, [model: object | string, sentence: RegExp]> = {
    'that is a text': ['no model', /is no whole file of ONNX|holds no graph/],
    'that is empty': ['', /holds no graph of ONNX/],
    'with an operator that no layer does': [
      graphOf([node('Einsum', ['x'], ['y'])]),
      /Node "a Einsum" is an Einsum that cannot become a layer: no layer does what it does/,
    ],
    'with an operator of others': [
      graphOf([{ ...node('FusedLSTM', ['x'], ['y']), domain: 'com.acme' }]),
      /is a com\.acme\.FusedLSTM that/,
    ],
    'whose operators form a circle': [
      graphOf([node('Relu', ['a'], ['y']), node('Tanh', ['y'], ['a'])]),
      /the node "a \w+" \(\w+\) depends on itself/,
    ],
    'whose operator takes what nothing makes': [
      graphOf([node('Relu', ['z'], ['y'])]),
      /it takes "z", which nothing makes/,
    ],
    'whose output is made of weights alone': [
      graphOf([node('Identity', ['w'], ['y'])], [floats('w', [2])]),
      /the output "y" does not come from a layer/,
    ],
    'that declares 100 GB': [
      graphOf([matMul], [floats('w', [3, 1], { dims: [3, 1e10] })]),
      /"w" declares 30000000000 numbers/,
    ],
    'with a negative size': [graphOf([matMul], [floats('w', [3, 1], { dims: [3, -1] })]), /integers of 0 or more/],
    'whose bytes do not fit': [graphOf([matMul], [floats('w', [3, 1], { dims: [3, 2] })]), /has 12 bytes; .* needs 24/],
    'whose weight does not fit the input': [graphOf([matMul], [floats('w', [4, 2])]), /does not fit its input/],
    'whose weights lie outside its folder': [
      graphOf([matMul], [floats('w', [3, 1], beside('../../etc/passwd'))]),
      /names another outside that folder, \.\.\/\.\.\/etc\/passwd/,
    ],
    'whose weights lie in a file that is missing': [
      graphOf([matMul], [floats('w', [3, 1], beside('none.data'))]),
      /none\.data does not exist/,
    ],
    'whose weights lie beyond the end of their file': [
      graphOf([matMul], [floats('w', [3, 1], beside('short.data', 8))]),
      /takes bytes 8 to 20 of short\.data, which has 12/,
    ],
    'that makes 2^40 numbers of one': [
      graphOf([...doubled, node('Add', ['x', 'c40'], ['y'])], [floats('c0', [1])]),
      /it makes \d+ numbers of constants, which is more than/,
    ],
    'that repeats one number without end': [
      graphOf(
        [node('Expand', ['w', 's'], ['e']), node('Add', ['x', 'e'], ['y'])],
        [floats('w', [1]), ints('s', 1e5, 1e5)],
      ),
      /it makes 10000000000 numbers of constants/,
    ],
    'with an axis that its input does not have': [
      graphOf([node('Squeeze', ['x', 'axes'], ['y'])], [ints('axes', 7)]),
      /it has no axis 7, only 3/,
    ],
    'that works along the batch': [
      graphOf([node('Gather', ['x', 'i'], ['a']), node('Gather', ['a', 'i'], ['y'])], [{ ...ints('i', 0), dims: [] }]),
      /cannot become a layer: it takes a part along the batch/,
    ],
    'whose input has no shape': [graphOf([matMul], [], {}), /the input "x" has no shape/],
    'whose input is one number': [
      graphOf([node('Relu', ['x'], ['y'])], [], tensorType()),
      /the input "x" has no batch/,
    ],
    'with weights of another size than their recurrent layer': [
      graphOf([node('LSTM', ['x', 'w', 'r'], ['y'])], [floats('w', [1, 8, 3]), floats('r', [1, 8, 3])]),
      /it has a weight of the shape \[1,8,3\], where \[1,12,3\] is needed/,
    ],
  };
  fs.writeFileSync(path.join(folder, 'short.data'), new Uint8Array(12));
  for (const [what, [model, sentence]] of Object.entries(refusals)) {
    test(what, async () => {
      const before = tf.memory().numTensors;
      const file = put('refused.onnx', typeof model === 'string' ? model : await encodeModel(model));
      await assert.rejects(fromONNX(file), (error: Error) => {
        assert.match(error.message, sentence);
        assert.ok(error.message.startsWith(folder) && !error.message.includes('\n'), error.message);
        return true;
      });
      assert.equal(tf.memory().numTensors, before);
    });
  }

  const scalar = (name: string, value: number, dataType = 7) => ({
    name,
    dims: [],
    dataType,
    rawData: new Uint8Array(dataType === 7 ? BigInt64Array.of(BigInt(value)).buffer : Uint8Array.of(value).buffer),
  });
  const named = (name: string) => ({ name });
  /** A loop over the steps of `x` `[time, batch, features]` with the state `h`, whose body is these operators. */
  const looping = (body: object[], steps = 4, more: object = {}) => {
    const graph = {
      node: body,
      initializer: [scalar('one', 1)],
      input: ['i', 'go', 't', 'h'].map(named),
      output: ['go', 'u', 'n', 'n'].map(named),
      ...more,
    };
    const g = [{ name: 'body', g: graph, type: 5 }];
    const nodes = [
      node('Transpose', ['x'], ['s'], [{ name: 'perm', ints: [1, 0, 2], type: 7 }]),
      node('Loop', ['steps', 'yes', 'zero', 'h0'], ['t1', 'h1', 'y'], g),
    ];
    return graphOf(
      nodes,
      [scalar('steps', steps), scalar('yes', 1, 9), scalar('zero', 0), floats('h0', [2, 2])],
      tensorType('batch', 4, 3),
    );
  };
  const reading = [node('Gather', ['s', 't'], ['xt']), node('Add', ['t', 'one'], ['u'])];
  const rising = (count: number) => ({
    rawData: new Uint8Array(Float32Array.from({ length: count }, (_, k) => k / 9 - 0.3).buffer),
  });
  const weights = [floats('w', [3, 2], rising(6)), floats('r', [2, 2], rising(4)), scalar('one', 1)];
  const products = [
    node('MatMul', ['xt', 'w'], ['a']),
    node('MatMul', ['h', 'r'], ['b']),
    node('Add', ['a', 'b'], ['c']),
  ];
  const loops: Record<string, [model: object, sentence: RegExp]> = {
    'whose step is that of no layer': [
      looping([...reading, ...products, node('Mul', ['c', 'c'], ['n'])], 4, { initializer: weights }),
      /is a Loop that cannot become a layer: it walks through time .*, and its step is that of no layer; of a model of Keras/,
    ],
    'that walks more steps than there are': [
      looping([...reading, ...products, node('Tanh', ['c'], ['n'])], 9, { initializer: weights }),
      /is a Loop that .* walks \[9\] steps of \[4\]/,
    ],
    'that reads no sequence': [
      looping([node('Add', ['t', 'one'], ['u']), node('Tanh', ['h'], ['n'])]),
      /reads 0 sequences/,
    ],
    'whose body depends on itself': [
      looping([...reading, node('Tanh', ['m'], ['n']), node('Tanh', ['n'], ['m'])]),
      /is a Loop that cannot become a layer: /,
    ],
    'without a body': [looping([], 4, { output: [], input: [] }), /is a Loop that cannot become a layer: /],
    'with an operator that no cell has': [
      looping([...reading, ...products, node('Einsum', ['c'], ['n'])], 4, { initializer: weights }),
      /is a Loop that .* its loop has an operator Einsum/,
    ],
    'with a thousand operators in it': [
      looping(Array.from({ length: 3000 }, (_, k) => node('Tanh', [`q${k}`], [`q${k + 1}`]))),
      /it has 3000 operators in its loop/,
    ],
  };
  for (const [what, [model, sentence]] of Object.entries(loops))
    test(`with a loop ${what}`, async () => {
      const before = tf.memory().numTensors;
      const file = put('loop.onnx', await encodeModel(model));
      await assert.rejects(fromONNX(file), (error: Error) => {
        assert.match(error.message, sentence);
        assert.ok(error.message.startsWith(folder) && !error.message.includes('\n'), error.message);
        return true;
      });
      assert.equal(tf.memory().numTensors, before);
    });
});

for (const name of [
  'classifier-script.onnx',
  'keras-classifier.onnx',
  'language-model-script.onnx',
  'seq2seq-dynamo.onnx',
  'heads-script.onnx',
  'unsorted-script.onnx',
  'sentiment-script.onnx',
  'attended-script.onnx',
  'padding-script.onnx',
  'keras-masked.onnx',
]) {
  test(`${name}: changed, cut and lengthened files are read or refused in a sentence`, async () => {
    const before = tf.memory().numTensors;
    for (const damaged of mutations(fs.readFileSync(fixture(name)), 100)) {
      const file = put(`mutated-${name}`, damaged);
      try {
        (await fromONNX(file)).dispose();
      } catch (error) {
        assert.ok(error instanceof Error && error.message.startsWith(file), String((error as Error).stack));
        assert.ok(error.message.length < 600 && !error.message.includes('\n'), error.message);
      }
    }
    assert.equal(tf.memory().numTensors, before);
  });
}
