/** Recurrent kernels over looked-up rows: the same numbers as over rows that were written, and the table as it was when it was asked. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { nativeOp, tf, wasmKernels } from '../../lib/backend';
import { adamState, embedding, gru, lstm, simpleRNN, type SequenceOptions } from '../../lib/kernels';
import { lookupOf } from '../../lib/kernels/embedding';

const late = (nativeOp('LabRecurrent') ?? wasmKernels()) !== undefined;
const [batch, time, features, units] = [5, 12, 6, 7];

const kernels = {
  lstm: { gates: 4, run: lstm },
  gru: {
    gates: 3,
    run: (x: tf.Tensor3D, weights: Parameters<typeof gru>[1], _state: undefined, options: SequenceOptions) =>
      gru(x, weights, undefined, { ...options, resetAfter: true }),
  },
  rnn: {
    gates: 1,
    run: (x: tf.Tensor3D, weights: Parameters<typeof simpleRNN>[1], _state: undefined, options: SequenceOptions) =>
      simpleRNN(x, weights, undefined, { ...options, activation: 'tanh' }),
  },
};

const random = (shape: number[], seed: number) => tf.randomUniform(shape, -0.8, 0.8, 'float32', seed);
const idsUpTo = (rows: number) => tf.randomUniform<tf.Rank.R2>([batch, time], 0, rows, 'int32', 3);

function near(actual: tf.Tensor, expected: tf.Tensor): void {
  assert.deepEqual(actual.shape, expected.shape);
  const difference = tf.max(tf.abs(tf.sub(actual, expected))).dataSync()[0];
  assert.ok(difference < 2e-5, `differs by ${difference}`);
}

describe('a recurrent kernel over looked-up rows', () => {
  for (const [name, { gates, run }] of Object.entries(kernels)) {
    // A table of 4 rows is projected row by row; one of 50 is read row by row.
    for (const rows of [4, 50]) {
      for (const options of [
        { returnSequences: true },
        { reverse: true },
        { mask: true },
        { returnSequences: true, recurrentMask: true },
      ]) {
        test(`${name}, table of ${rows} rows, ${Object.keys(options).join(' and ')}`, () => {
          tf.tidy(() => {
            const ids = idsUpTo(rows);
            const table = random([rows, features], 1) as tf.Tensor2D;
            const weights = [
              random([features, gates * units], 2),
              random([units, gates * units], 3),
              random(name === 'gru' ? [2, gates * units] : [gates * units], 4),
            ];
            const sequenceOptions: SequenceOptions = {
              returnSequences: 'returnSequences' in options,
              reverse: 'reverse' in options,
              mask:
                'mask' in options
                  ? (tf.randomUniform([batch, time], 0, 2, 'int32', 5).toBool() as tf.Tensor2D)
                  : undefined,
              recurrentMask: 'recurrentMask' in options ? (random([batch, units], 6) as tf.Tensor2D) : undefined,
            };
            const through = (written: boolean) => {
              return (t: tf.Tensor, kernel: tf.Tensor, recurrentKernel: tf.Tensor, bias: tf.Tensor) => {
                const x = embedding(t as tf.Tensor2D, ids);
                const input = (written ? x.mul(1) : x) as tf.Tensor3D;
                assert.equal(lookupOf(input) !== undefined, late && !written);
                const given = { kernel, recurrentKernel, bias } as Parameters<typeof lstm>[1];
                const result = run(input, given, undefined, sequenceOptions);
                if (!written) assert.equal(lookupOf(input) !== undefined, late, 'the rows were written');
                return tf.mul(result.sequence ?? result.output, 1);
              };
            };
            const inputs = [table, ...weights] as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
            near(through(false)(...inputs), through(true)(...inputs));
            const dy = random(sequenceOptions.returnSequences ? [batch, time, units] : [batch, units], 7);
            const actual = tf.grads(through(false))(inputs, dy);
            tf.grads(through(true))(inputs, dy).forEach((expected, k) => near(actual[k], expected));
          });
        });
      }
    }
  }

  test('refuses an index outside the table in the words of whoever reads the rows', () => {
    tf.tidy(() => {
      const words = { name: 'RangeError', message: 'words: the table has rows 0 to 3; it was asked for row 4.' };
      const look = () => embedding(tf.zeros([4, features]), tf.tensor2d([[0, 4]], [1, 2], 'int32'), 'words');
      for (const { gates, run } of Object.values(kernels)) {
        const weights = {
          kernel: tf.zeros<tf.Rank.R2>([features, 2 * gates]),
          recurrentKernel: tf.zeros<tf.Rank.R2>([2, 2 * gates]),
        };
        assert.throws(() => run(look() as tf.Tensor3D, weights, undefined, {}), words);
      }
      assert.throws(() => look().dataSync(), words);
    });
  });
});

describe('looked-up rows', () => {
  test('are those of the table when it was asked, whatever becomes of it', () => {
    const table = tf.variable(tf.tensor2d([1, 2, 3, 4], [2, 2]), true, 'lookups');
    const rows = embedding(table as unknown as tf.Tensor2D, tf.tensor1d([1, 0], 'int32'));
    const later = embedding(table as unknown as tf.Tensor2D, tf.tensor1d([1], 'int32'));
    table.assign(tf.tensor2d([5, 6, 7, 8], [2, 2]));
    assert.deepEqual([...rows.dataSync()], [3, 4, 1, 2]);
    const before = embedding(table as unknown as tf.Tensor2D, tf.tensor1d([1], 'int32'));
    const adam = adamState();
    const numbers = {
      alpha: 1,
      rootScale: 1,
      epsilon: 1e-7,
      beta1: 0.9,
      beta2: 0.999,
      decay: 0,
      squares: 'sum' as const,
    };
    adam.step([{ name: 'lookups', weight: table, gradient: tf.ones([2, 2]) }], numbers);
    assert.deepEqual([...before.dataSync()], [7, 8]);
    assert.notDeepEqual([...table.dataSync()], [5, 6, 7, 8]);
    assert.deepEqual([...later.dataSync()], [3, 4]);
    adam.dispose();
    tf.dispose([table, rows, later, before]);
  });

  test('hold what they are looked up from, and leave nothing behind', () => {
    const table = tf.ones<tf.Rank.R2>([3, 2]);
    const ids = tf.tensor2d([0, 1, 2, 0], [2, 2], 'int32');
    const count = tf.memory().numTensors;
    const buffers = tf.memory().numDataBuffers;
    embedding(table, ids).dispose();
    const rows = embedding(table, ids);
    assert.equal(tf.memory().numTensors, count + 1);
    tf.dispose([table, ids]);
    assert.deepEqual([...rows.dataSync()], Array(8).fill(1));
    rows.dispose();
    assert.deepEqual([tf.memory().numTensors, tf.memory().numDataBuffers], [count - 2, buffers - 2]);
  });
});
