import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { tf } from '../../lib/backend';
import * as torch from '../../lib/torch';
import { close, closeEach, fixture, recurrent } from './fixture';

before(() => tf.ready());

const tolerance = 1e-4;
const hundred = Array.from({ length: 100 }, (_, i) => i);

describe('100 steps go the way of PyTorch', () => {
  for (const { optimizer, options, clip, losses } of fixture.linearRuns) {
    test(`Linear by ${optimizer} ${JSON.stringify(options)}${clip ? `, gradients clipped to ${clip}` : ''}`, () => {
      torch.manualSeed(1);
      const layer = new torch.Linear(4, 2);
      const [x, y] = [torch.randn([8, 4]), torch.randn([8, 2])];
      const descent = new torch[optimizer as 'Adam'](layer.parameters(), options);
      const mse = new torch.MSELoss();
      const step = () => descent.step(() => mse.forward(layer.forward(x), y), { clipGradNorm: clip ?? undefined });
      closeEach(hundred.map(step), losses, tolerance);
    });
  }

  for (const { name, args, losses } of fixture.sequenceRuns) {
    test(`${name} ${JSON.stringify(args)} by Adam`, () => {
      torch.manualSeed(2);
      const module = recurrent(name, args);
      const head = new torch.Linear(args.hiddenSize * (args.bidirectional ? 2 : 1), 1);
      const [x, y] = [torch.randn([16, 12, args.inputSize]), torch.randn([16, 1])];
      const adam = new torch.Adam([...module.parameters(), ...head.parameters()], { lr: 0.01 });
      const mse = new torch.MSELoss();
      const forward = () => head.forward(torch.select((module as torch.GRU).forward(x)[0], 1, -1));
      closeEach(
        hundred.map(() => adam.step(() => mse.forward(forward(), y))),
        losses,
        tolerance,
      );
    });
  }

  test('Embedding, packed LSTM, cross-entropy and shuffled batches', () => {
    torch.manualSeed(3);
    const embedding = new torch.Embedding(12, 5, { paddingIdx: 0 });
    const lstm = new torch.LSTM({ inputSize: 5, hiddenSize: 6, batchFirst: true });
    const head = new torch.Linear(6, 3);
    const drawn = torch.randint<tf.Rank.R2>(1, 12, [20, 7]);
    const classes = torch.randint(0, 3, [20]);
    const lengths = torch.randint<tf.Rank.R1>(1, 8, [20]);
    const inside = tf.less(tf.range(0, 7).expandDims(0), lengths.toFloat().expandDims(1));
    const words = drawn.mul(inside.toInt());
    const parameters = [embedding, lstm, head].flatMap((module) => module.parameters());
    const adam = new torch.Adam(parameters, { lr: 0.01 });
    const criterion = new torch.CrossEntropyLoss();
    const loader = new torch.DataLoader([words, classes, lengths], { batchSize: 8, shuffle: true });
    const losses: number[] = [];
    while (losses.length < 100) {
      for (const [w, c, n] of loader) {
        const loss = adam.step(() => {
          const vectors = embedding.forward(w) as tf.Tensor3D;
          const options = { batchFirst: true, enforceSorted: false };
          const [, [h]] = lstm.forward(torch.packPaddedSequence(vectors, n.dataSync(), options));
          return criterion.forward(head.forward(torch.select(h, 0, -1)), c);
        });
        losses.push(loss);
      }
    }
    closeEach(losses, fixture.wordsRun.losses, tolerance);
    close(torch.select(embedding.weight as tf.Tensor2D, 0, 0), fixture.wordsRun.paddingVector, 0);
  });
});

describe('an optimizer', () => {
  test('leaves a parameter alone that the loss does not depend on', () => {
    const [a, b] = [tf.variable(tf.scalar(1)), tf.variable(tf.scalar(1))];
    new torch.Adam([a, b], { lr: 0.5, weightDecay: 1 }).step(() => a.square());
    assert.notEqual(a.dataSync()[0], 1);
    assert.equal(b.dataSync()[0], 1);
  });

  test('follows a learning rate that changes', () => {
    const a = tf.variable(tf.scalar(1));
    const sgd = new torch.SGD([a], { lr: 0.25 });
    assert.equal(
      sgd.step(() => a.square().asScalar()),
      1,
    );
    sgd.lr = 0;
    assert.equal(
      sgd.step(() => a.square().asScalar()),
      0.25,
    );
    assert.equal(a.dataSync()[0], 0.5);
  });

  test('holds the same number of tensors after every step, and none after dispose', () => {
    const lstm = new torch.LSTM({ inputSize: 2, hiddenSize: 3 });
    const x = tf.ones([4, 5, 2]);
    const before = tf.memory().numTensors;
    for (const Optimizer of [torch.Adam, torch.AdamW, torch.SGD]) {
      const optimizer = new Optimizer(lstm.parameters(), {
        lr: 0.01,
        ...(Optimizer === torch.SGD && { momentum: 0.9 }),
      });
      const step = () => optimizer.step(() => lstm.forward(x)[0].sum(), { clipGradNorm: 1 });
      step();
      const after = tf.memory().numTensors;
      for (let i = 0; i < 5; i++) step();
      assert.equal(tf.memory().numTensors, after);
      optimizer.dispose();
      assert.equal(tf.memory().numTensors, before);
    }
  });

  test('refuses settings that make no sense, and closures without a loss', () => {
    const a = tf.variable(tf.ones([2]));
    assert.throws(() => new torch.Adam([]), /needs parameters; got none/);
    assert.throws(() => new torch.Adam([a], { lr: -1 }), /lr is a number of 0 or more; got -1/);
    assert.throws(() => new torch.Adam([a], { betas: [0.9, 1] }), /betas are two numbers from 0 to below 1/);
    assert.throws(() => new torch.SGD([a], { nesterov: true }), /nesterov needs a momentum/);
    assert.throws(() => new torch.SGD([a]).step(() => a.square()), /scalar tensor; got a tensor of shape \[2\]/);
    assert.throws(() => new torch.SGD([a]).step(() => a.sum(), { clipGradNorm: NaN }), /clipGradNorm/);
  });
});
