/** The operations of lib/native refuse what does not fit with a sentence, and the process lives on. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { nativeOp, tf, type NativeOp } from '../../lib/backend';
import { lstm } from '../../lib/kernels';

const skip = !nativeOp('LabRecurrent') && 'lib/native is not built';

type Change = Partial<{ attributes: Parameters<NativeOp>[0]; inputs: tf.Tensor[] }>;

function forward(change: Change): void {
  const attributes = {
    cell: 'lstm',
    kernels: 1,
    biases: 1,
    states: 2,
    masks: 1,
    recurrent_masks: 1,
    lookups: 0,
    reverse: false,
    zero_output: false,
    training: true,
    sequence: true,
  };
  const inputs = [
    tf.zeros([2, 3, 4]),
    tf.zeros([4, 20]),
    tf.zeros([5, 20]),
    tf.zeros([20]),
    tf.zeros([2, 5]),
    tf.zeros([2, 5]),
    tf.zeros([2, 3], 'bool'),
    tf.zeros([2, 5]),
  ];
  const given = { attributes: { ...attributes, ...change.attributes }, inputs: change.inputs ?? inputs };
  tf.dispose([...nativeOp('LabRecurrent')!(given.attributes, given.inputs, 6), ...inputs, ...given.inputs]);
}

const shapes: Record<string, number[]> = {
  x: [2, 3, 4],
  kernel: [4, 20],
  recurrent_kernel: [5, 20],
  bias: [20],
  h: [2, 5],
  c: [2, 5],
  mask: [2, 3],
  dropout: [2, 5],
};
const wrong: Record<string, number[][]> = {
  x: [[2, 3], [2, 3, 5], [], [0, 3, 4]],
  kernel: [[4, 19], [80], [20, 4]],
  recurrent_kernel: [[5, 5], [5], [20, 5], [0, 0], [0, 20], []],
  bias: [[19], [1, 20], []],
  h: [[2, 4], [3, 5], [5]],
  c: [[2, 4], [10]],
  mask: [[3, 2], [6], [2, 4]],
  dropout: [[2, 6], [5], [2, 15], [2, 21]],
};

describe('LabRecurrent', { skip }, () => {
  test('takes what fits', () => forward({}));

  for (const [name, all] of Object.entries(wrong)) {
    for (const shape of all) {
      test(`refuses ${name} of shape [${shape}]`, () => {
        const inputs = Object.keys(shapes).map((each) =>
          tf.zeros(each === name ? shape : shapes[each], each === 'mask' ? 'bool' : 'float32'),
        );
        assert.throws(() => forward({ inputs }), /shape|must be|out of range/);
      });
    }
  }

  test('refuses other types, numbers of inputs and cells', () => {
    const all = (dtype: 'float32' | 'int32') => Object.values(shapes).map((shape) => tf.zeros(shape, dtype));
    assert.throws(() => forward({ inputs: all('int32') }));
    assert.throws(() => forward({ inputs: all('float32').slice(0, 5) }));
    assert.throws(() => forward({ inputs: [] }));
    assert.throws(() => forward({ attributes: { cell: 'transformer' } }));
    assert.throws(() => forward({ attributes: { states: 1 } }));
  });

  test('refuses look-ups that do not fit', () => {
    const all = (x: number[], ids: tf.Tensor) => [
      tf.zeros(x),
      ...Object.entries(shapes)
        .slice(1)
        .map(([name, shape]) => tf.zeros(shape, name === 'mask' ? 'bool' : 'float32')),
      ids,
    ];
    const attributes = { lookups: 1 };
    forward({ attributes, inputs: all([9, 4], tf.zeros([2, 3], 'int32')) });
    forward({ attributes, inputs: all([2, 4], tf.zeros([2, 3], 'int32')) });
    const ids = (value: number) => tf.fill([2, 3], value, 'int32');
    assert.throws(() => forward({ attributes, inputs: all([2, 3, 4], ids(0)) }), /must be \[rows, features\]/);
    assert.throws(
      () => forward({ attributes, inputs: all([9, 4], tf.zeros([6], 'int32')) }),
      /must be \[batch, time\]/,
    );
    assert.throws(() => forward({ attributes, inputs: all([9, 5], ids(0)) }), /shape/);
    assert.throws(() => forward({ attributes, inputs: all([9, 4], ids(9)) }), /9 lies outside the table of 9 rows/);
    assert.throws(() => forward({ attributes, inputs: all([9, 4], ids(-1)) }), /-1 lies outside the table/);
    assert.throws(() => forward({ attributes, inputs: all([0, 4], ids(0)) }), /0 lies outside the table of 0 rows/);
    assert.throws(() => forward({ attributes, inputs: all([9, 4], tf.zeros([2, 3])) }));
  });

  test('takes an input without features as one of zeros', () => {
    const [recurrentKernel, bias] = [tf.ones<tf.Rank.R2>([3, 12]), tf.ones([12])];
    const outputOf = (features: number) =>
      lstm(tf.zeros([2, 4, features]), { kernel: tf.ones([features, 12]), recurrentKernel, bias }).output.dataSync();
    assert.deepEqual(outputOf(0), outputOf(2));
  });

  test('works on after all that', () => {
    const state = lstm(tf.ones([1, 2, 1]), { kernel: tf.ones([1, 4]), recurrentKernel: tf.ones([1, 4]) }).state;
    assert.ok(state.every((tensor) => Number.isFinite(tensor.dataSync()[0])));
  });
});

describe('the other operations', { skip }, () => {
  test('refuse what does not fit', () => {
    const grad = nativeOp('LabEmbeddingGrad')!;
    assert.throws(() => grad({ rows: 3 }, [tf.tensor1d([3], 'int32'), tf.zeros([1, 2])], 1), /outside the table/);
    assert.throws(() => grad({ rows: 3 }, [tf.tensor1d([-1], 'int32'), tf.zeros([1, 2])], 1), /outside the table/);
    assert.throws(() => grad({ rows: -1 }, [tf.tensor1d([0], 'int32'), tf.zeros([1, 2])], 1));
    assert.throws(() => grad({ rows: 3 }, [tf.tensor1d([0, 1], 'int32'), tf.zeros([1, 2])], 1), /each index/);
    const softmaxGrad = nativeOp('LabSoftmaxGrad')!;
    assert.throws(() => softmaxGrad({}, [tf.zeros([2, 3]), tf.zeros([3, 2])], 1), /expected a gradient of shape/);
    assert.throws(() => nativeOp('LabSoftmax')!({}, [tf.scalar(1)], 1), /at least one axis/);
    const multiply = nativeOp('LabMatMul')!;
    const attributes = { biases: 0, transpose_a: false, transpose_b: false, activation: 'linear' };
    assert.throws(() => multiply(attributes, [tf.zeros([2, 3]), tf.zeros([2, 3])], 1), /do not fit/);
    assert.throws(() => multiply(attributes, [tf.zeros([3]), tf.zeros([3])], 1), /two matrices/);
    assert.throws(() => multiply(attributes, [tf.zeros([2, 2, 3]), tf.zeros([2, 3, 3])], 1), /one matrix/);
    assert.throws(
      () => multiply({ ...attributes, biases: 1 }, [tf.zeros([2, 3]), tf.zeros([3, 4]), tf.zeros([3])], 1),
      /bias/,
    );
  });
});

describe('LabGenerate', { skip }, () => {
  const [tokens, features, units] = [6, 4, 5];
  const sizes: Record<string, number[]> = {
    tokens: [2],
    uniforms: [3],
    settings: [3],
    dense: [units, tokens],
    denseBias: [tokens],
    table: [tokens, features],
    kernel: [features, 4 * units],
    recurrentKernel: [units, 4 * units],
    bias: [4 * units],
    h: [1, units],
    c: [1, units],
  };
  const generate = (change: Record<string, number[] | tf.Tensor> = {}, attributes: Parameters<NativeOp>[0] = {}) => {
    const inputs = Object.entries({ ...sizes, ...change }).map(([name, given]) =>
      Array.isArray(given) ? tf.ones(given, name === 'tokens' ? 'int32' : 'float32') : given,
    );
    const all = { cells: 'lstm', tables: 1, layers: 1, states: 2, ...attributes };
    tf.dispose([...nativeOp('LabGenerate')!(all, inputs, 4), ...inputs]);
  };

  test('takes what fits, with and without biases', () => {
    generate();
    generate({ bias: [0], denseBias: [0] });
    generate({ uniforms: [0] });
  });

  const wrong: Record<string, number[][]> = {
    tokens: [[0], [1, 2], []],
    uniforms: [[1, 3], []],
    settings: [[2], []],
    dense: [[4, 6], [5, 0], [5, 7], [30]],
    denseBias: [[5], [1, 6], []],
    table: [[6, 5], [6], [0, 4]],
    kernel: [[4, 19], [5, 20], [80], []],
    recurrentKernel: [[5, 19], [4, 20], [0, 0], [100]],
    bias: [[19], [2, 20], []],
    h: [[1, 4], [2, 5], [5]],
    c: [[1, 4], []],
  };
  for (const [name, shapes] of Object.entries(wrong)) {
    for (const shape of shapes)
      test(`refuses ${name} of shape [${shape}]`, () => assert.throws(() => generate({ [name]: shape })));
  }

  test('refuses tokens that there are not, other cells and other numbers of inputs', () => {
    for (const token of [-1, tokens])
      assert.throws(() => generate({ tokens: tf.tensor1d([token], 'int32') }), /lies outside the table of 6 rows/);
    assert.throws(() => generate({}, { cells: 'transformer' }), /no cell/);
    assert.throws(() => generate({}, { cells: 'lstm lstm' }), /names 2 layers/);
    assert.throws(() => generate({}, { cells: 'gru' }));
    assert.throws(() => generate({}, { states: 1 }));
  });
});
