import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { tf } from '../../lib/backend';
import * as layers from '../../lib/layers';
import * as train from '../../lib/train';

interface Run {
  stepsFixed: boolean;
  loss: number[];
  val_loss: number[];
  weights: number[][];
}

const fixture = JSON.parse(readFileSync(path.join(__dirname, 'fixtures', 'text_stream.json'), 'utf8')) as {
  tokens: number;
  size: number;
  units: number;
  batchSize: number;
  steps: number;
  rate: number;
  shapes: number[][];
  start: number[][];
  text: number[];
  validation: number[];
  runs: Run[];
};
const { batchSize, steps } = fixture;

function languageModel(time: number | null): tf.LayersModel {
  const inputs = tf.input({ batchShape: [batchSize, time], dtype: 'int32' });
  const vectors = layers.embedding({ inputDim: fixture.tokens, outputDim: fixture.size }).apply(inputs);
  const h = layers.lstm({ units: fixture.units, stateful: true, returnSequences: true }).apply(vectors);
  const outputs = layers.timeDistributed({ layer: layers.dense({ units: fixture.tokens }) }).apply(h);
  const model = tf.model({ inputs, outputs: outputs as tf.SymbolicTensor });
  model.compile({
    loss: train.losses.sparseCategoricalCrossentropy({ fromLogits: true }),
    optimizer: tf.train.sgd(fixture.rate),
  });
  model.setWeights(fixture.start.map((values, k) => tf.tensor(values, fixture.shapes[k])));
  return model;
}

function assertNear(actual: ArrayLike<number>, expected: number[], what: string): void {
  assert.equal(actual.length, expected.length, what);
  expected.forEach((value, k) =>
    assert.ok(Math.abs(actual[k] - value) < 2e-5, `${what} ${k}: ${actual[k]}, not ${value}`),
  );
}

describe('truncated BPTT over a text gives the losses and weights of PyTorch', () => {
  for (const run of fixture.runs)
    test(
      run.stepsFixed ? 'the model fixes the steps: the rest is left out' : 'any number of steps: nothing is left out',
      async () => {
        const model = languageModel(run.stepsFixed ? steps : null);
        const options = run.stepsFixed ? {} : { steps };
        const before = tf.memory().numTensors;
        const { history } = await train.fit(model, train.textStream(model, fixture.text, options), {
          epochs: 2,
          validationData: train.textStream(model, Int32Array.from(fixture.validation), options),
          verbose: 0,
        });
        if (run.stepsFixed) {
          assertNear(history.loss as number[], run.loss, 'loss');
          assertNear(history.val_loss as number[], run.val_loss, 'val_loss');
        }
        model
          .getWeights()
          .forEach((weight, k) => assertNear(weight.dataSync(), run.weights[k], `weight ${k}, element`));
        assert.equal(tf.memory().numTensors, before, 'tensors left over');
      },
    );
});

test('row k of a batch goes on from row k of the batch before', () => {
  const model = languageModel(null);
  const stream = train.textStream(
    model,
    Array.from({ length: 15 }, (_, k) => k),
    { steps: 3 },
  );
  const read = () =>
    [...(stream() as Iterable<{ xs: tf.Tensor; ys: tf.Tensor }>)].map(({ xs, ys }) => [xs.arraySync(), ys.arraySync()]);
  const expected = [
    [
      [
        [0, 1, 2],
        [7, 8, 9],
      ],
      [
        [1, 2, 3],
        [8, 9, 10],
      ],
    ],
    [
      [
        [3, 4, 5],
        [10, 11, 12],
      ],
      [
        [4, 5, 6],
        [11, 12, 13],
      ],
    ],
    [
      [[6], [13]],
      [[7], [14]],
    ],
  ];
  assert.deepEqual(read(), expected);
  assert.deepEqual(read(), expected);
});

test('says what is wrong', () => {
  const [free, fixed] = [languageModel(null), languageModel(steps)];
  const open = tf.sequential({ layers: [layers.dense({ units: 1, inputShape: [null, 2] as never })] });
  const text = fixture.text;
  assert.throws(() => train.textStream(free, text), /needs steps, since the model's input shape leaves it open/);
  assert.throws(() => train.textStream(open, text, { steps: 2 }), /needs batchSize/);
  assert.throws(() => train.textStream(fixed, text, { steps: 3 }), /steps is 3; the model's input shape fixes 4/);
  assert.throws(() => train.textStream(fixed, [1, 2, 3]), /The text has 3 tokens; 2 parts of at least 4 need 9/);
  assert.throws(
    () => train.textStream(free, text, { step: 3 } as never),
    /train\.textStream has no option "step"; did you mean "steps"/,
  );
});
