import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { tf } from '../../lib/backend';
import * as layers from '../../lib/layers';

/** Everything that changes how a sequence is walked. */
const walks = fc.record({
  batch: fc.integer({ min: 1, max: 5 }),
  time: fc.integer({ min: 1, max: 7 }),
  features: fc.integer({ min: 1, max: 9 }),
  units: fc.integer({ min: 1, max: 17 }),
  useBias: fc.boolean(),
  returnSequences: fc.boolean(),
  goBackwards: fc.boolean(),
  zeroOutputForMask: fc.boolean(),
  resetAfter: fc.boolean(),
  initialState: fc.boolean(),
  mask: fc.option(fc.infiniteStream(fc.boolean()), { nil: undefined }),
  seed: fc.integer({ min: 1, max: 1e6 }),
});

type Cell = { units: number; useBias: boolean };

const pairs = {
  lstm: { layer: layers.lstm, cell: layers.lstmCell, own: [] },
  gru: { layer: layers.gru, cell: layers.gruCell, own: ['resetAfter'] },
  simpleRNN: { layer: layers.simpleRNN, cell: layers.simpleRNNCell, own: [] },
} as unknown as Record<
  string,
  { layer: (args: object) => layers.RNN; cell: (args: Cell) => layers.RNNCell; own: 'resetAfter'[] }
>;

describe('the kernels walk as the cells do, step by step', () => {
  for (const [name, { layer, cell, own }] of Object.entries(pairs)) {
    test(name, () => {
      fc.assert(
        fc.property(
          walks,
          ({ batch, time, features, units, useBias, resetAfter, initialState, mask, seed, ...walk }) => {
            tf.tidy(() => {
              const step = { units, useBias, ...(own.includes('resetAfter') ? { resetAfter } : {}) };
              const fused = layer({ ...step, ...walk, returnState: true });
              const generic = layers.rnn({ ...walk, returnState: true, cell: cell(step) });
              const shape = [batch, time, features];
              for (const layer of [fused, generic]) layer.build(shape);
              generic.setWeights(fused.getWeights());
              const x = tf.randomNormal(shape, 0, 1, 'float32', seed);
              const hidden = mask && tf.tensor2d([...mask.take(batch * time)].map(Number), [batch, time], 'bool');
              const sizes = [fused.cell.stateSize].flat();
              const states = sizes.map((size, k) => tf.randomNormal([batch, size], 0, 1, 'float32', seed + k + 1));
              const kwargs = { mask: hidden, ...(initialState ? { initialState: states } : {}) };
              const [one, two] = [fused, generic].map((layer) => layer.apply(x, kwargs) as tf.Tensor[]);
              one.forEach((tensor, k) => {
                assert.deepEqual(tensor.shape, two[k].shape);
                const difference = tensor.sub(two[k]).abs().max().dataSync()[0];
                assert.ok(difference < 1e-5, `output ${k} differs by ${difference}`);
              });
              for (const layer of [fused, generic]) layer.weights.forEach((weight) => weight.dispose());
            });
          },
        ),
        { numRuns: 40 },
      );
    });
  }
});

describe('gradients are the slopes of the loss', () => {
  const made: Record<string, () => tf.layers.Layer> = {
    lstm: () => layers.lstm({ units: 2, returnSequences: true }),
    'lstm with softsign': () => layers.lstm({ units: 2, activation: 'softsign' }),
    gru: () => layers.gru({ units: 2 }),
    simpleRNN: () => layers.simpleRNN({ units: 2, goBackwards: true }),
    bidirectional: () => layers.bidirectional({ layer: layers.gru({ units: 1, resetAfter: false }) }),
    'stacked cells': () => layers.rnn({ cell: [layers.lstmCell({ units: 2 }), layers.gruCell({ units: 1 })] }),
  };
  for (const [name, make] of Object.entries(made)) {
    test(name, () => {
      const layer = make();
      const x = tf.randomNormal([2, 3, 2], 0, 1, 'float32', 5);
      const mask = tf.tensor2d([1, 1, 0, 0, 1, 1], [2, 3], 'bool');
      layer.build(x.shape);
      const variables = layer.weights.map((weight) => weight.read() as tf.Variable);
      variables.forEach((variable, k) => variable.assign(tf.randomNormal(variable.shape, 0, 0.5, 'float32', k + 1)));
      const loss = () => (layer.apply(x, { mask }) as tf.Tensor).square().sum() as tf.Scalar;
      const { grads } = tf.variableGrads(loss, variables);
      for (const variable of variables) assertSlopes(loss, variable, grads[variable.name]);
    });
  }
});

function assertSlopes(loss: () => tf.Scalar, variable: tf.Variable, gradient: tf.Tensor): void {
  const values = variable.dataSync().slice();
  const step = 1e-2;
  gradient.dataSync().forEach((expected, k) => {
    const at = (moved: number) => {
      const changed = values.slice();
      changed[k] = moved;
      variable.assign(tf.tensor(changed, variable.shape));
      return loss().dataSync()[0];
    };
    const slope = (at(values[k] + step) - at(values[k] - step)) / (2 * step);
    variable.assign(tf.tensor(values, variable.shape));
    assert.ok(Math.abs(slope - expected) < 2e-3, `${variable.name} ${k}: ${expected}, differences give ${slope}`);
  });
}

test('a dropout mask for each gate is the same factor in long sequences, in short ones, and in a single step', () => {
  const cell = layers.lstmCell({ units: 4, dropout: 0.5 });
  cell.build([null, 3]);
  const [kernel] = cell.getWeights() as tf.Tensor2D[];
  const masks = [1, 2, 3, 4].map((seed) => tf.randomUniform<tf.Rank.R2>([2, 3], 0, 2, 'float32', seed));
  const x = tf.randomNormal<tf.Rank.R3>([2, 6, 3]);
  const long = cell.product(x, kernel, masks);
  const short = tf.split(x, 2, 1).map((part) => cell.product(part, kernel, masks));
  const steps = tf.unstack(x, 1).map((step) => cell.product(step, kernel, masks));
  const largest = (other: tf.Tensor) => long.sub(other).abs().max().dataSync()[0];
  assert.ok(largest(tf.concat(short, 1)) < 1e-6);
  assert.ok(largest(tf.stack(steps, 1)) < 1e-6);
});
