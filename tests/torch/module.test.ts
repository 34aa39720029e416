import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { tf } from '../../lib/backend';
import * as torch from '../../lib/torch';
import { close, fixture, within } from './fixture';

before(() => tf.ready());

type Args = number[] | torch.RecurrentArgs;
const make = (name: string, args: Args): torch.Module => {
  const Class = (torch as unknown as Record<string, new (...args: unknown[]) => torch.Module>)[name];
  return Array.isArray(args) ? new Class(...args) : new Class(args);
};

class Net extends torch.Module {
  lstm = new torch.LSTM({ inputSize: 1, hiddenSize: 2, batchFirst: true });
  heads = [new torch.Linear(2, 1), new torch.Linear(2, 3)];
  dropout = new torch.Dropout(0.1);
  scale = tf.tidy(() => tf.variable(tf.scalar(2)));
  forward(x: tf.Tensor3D): tf.Tensor2D {
    return this.heads[1].forward(torch.select(this.lstm.forward(x)[0], 1, -1)).mul(this.scale);
  }
}

describe('modules made after manualSeed', () => {
  for (const { seed, modules } of fixture.initial) {
    test(`have PyTorch's names, shapes, first weights and printed form, seed ${seed}`, () => {
      torch.manualSeed(seed);
      for (const { name, args, printed, parameters } of modules) {
        const module = make(name, args);
        assert.equal(String(module), printed);
        const own = [...module.namedParameters()];
        assert.deepEqual(
          own.map(([key, p]) => [key, p.shape]),
          parameters.map(([key, shape]: [string, number[]]) => [key, shape]),
        );
        own.forEach(([, p], i) => within(name === 'Embedding' ? 4 : 0, p.dataSync(), parameters[i][2]));
        module.dispose();
      }
    });
  }
});

describe('Module', () => {
  test('names parameters by the fields that hold them, its own ones first', () => {
    const lstm = ['weight_ih_l0', 'weight_hh_l0', 'bias_ih_l0', 'bias_hh_l0'].map((n) => `lstm.${n}`);
    const heads = ['heads.0.weight', 'heads.0.bias', 'heads.1.weight', 'heads.1.bias'];
    assert.deepEqual(Object.keys(new Net().stateDict()), ['scale', ...lstm, ...heads]);
  });

  test('prints its parts', () => {
    assert.equal(
      String(new Net()),
      [
        'Net(',
        '  (lstm): LSTM(1, 2, batch_first=True)',
        '  (heads.0): Linear(in_features=2, out_features=1, bias=True)',
        '  (heads.1): Linear(in_features=2, out_features=3, bias=True)',
        '  (dropout): Dropout(p=0.1, inplace=False)',
        ')',
      ].join('\n'),
    );
  });

  test('train and eval reach every part', () => {
    const net = new Net().eval();
    assert.deepEqual(
      [net.training, net.lstm.training, net.heads[1].training, net.dropout.training],
      Array(4).fill(false),
    );
    assert.equal(net.train().dropout.training, true);
  });

  test('a state dict carries one network into another, as tensors or as plain arrays', () => {
    const x = tf.randomNormal<tf.Rank.R3>([2, 3, 1]);
    const [a, b, c] = [new Net(), new Net(), new Net()];
    b.loadStateDict(a.stateDict());
    const arrays = Object.entries(a.stateDict()).map(([name, tensor]) => [name, tensor.arraySync()]);
    c.loadStateDict(JSON.parse(JSON.stringify(Object.fromEntries(arrays))));
    close(b.forward(x), a.forward(x).dataSync(), 0);
    close(c.forward(x), a.forward(x).dataSync(), 0);
    a.dispose();
    assert.equal(b.forward(x).shape.join(), '2,3');
  });

  test('a state that does not fit changes nothing and says why', () => {
    const net = new Net();
    const first = net.stateDict()['lstm.bias_hh_l0'].arraySync();
    const zeros = Object.fromEntries([...net.namedParameters()].map(([name, p]) => [name, tf.zeros(p.shape)]));
    assert.throws(
      () => net.loadStateDict({ ...zeros, 'heads.1.weight': tf.zeros([2, 3]) }),
      /size mismatch for heads.1.weight: copying a param with shape \[2, 3\] from checkpoint, the shape in current model is \[3, 2\]/,
    );
    const { scale, ...rest } = zeros;
    assert.throws(
      () => net.loadStateDict({ ...rest, other: scale }),
      /loading state_dict for Net:\n\tMissing key\(s\) in state_dict: "scale".\n\tUnexpected key\(s\) in state_dict: "other"./,
    );
    assert.deepEqual(net.stateDict()['lstm.bias_hh_l0'].arraySync(), first);
    assert.deepEqual(net.loadStateDict({ ...rest, other: scale }, { strict: false }), {
      missingKeys: ['scale'],
      unexpectedKeys: ['other'],
    });
    assert.deepEqual(net.stateDict()['lstm.bias_hh_l0'].arraySync(), Array(8).fill(0));
  });

  test('dispose frees every parameter', () => {
    const before = tf.memory().numTensors;
    const net = new Net();
    assert.equal(tf.memory().numTensors, before + 9);
    net.dispose();
    assert.equal(tf.memory().numTensors, before);
  });
});

describe('Linear, Embedding and select', () => {
  test('Linear maps the last axis of any shape', () => {
    const layer = new torch.Linear(3, 2);
    layer.loadStateDict({ weight: [[1, 2, 3], [0, 0, 1]], bias: [10, 20] }); // prettier-ignore
    assert.deepEqual(layer.forward(tf.tensor1d([1, 1, 1])).arraySync(), [16, 21]);
    assert.deepEqual(layer.forward(tf.ones([2, 4, 3])).shape, [2, 4, 2]);
    assert.throws(() => layer.forward(tf.ones([3, 2])), /last axis is 3 wide; got \[3,2\]/);
    assert.throws(() => layer.forward(tf.ones([2, 3], 'int32')), /takes float32; got int32/);
    assert.throws(() => layer.forward([[1, 2, 3]] as never), /takes a tensor; got an array/);
  });

  test('Embedding looks words up and lets none pass that it does not hold', () => {
    const layer = new torch.Embedding(4, 2);
    const words = tf.tensor2d([[3, 0], [1, 3]], [2, 2], 'int32'); // prettier-ignore
    const table = layer.weight.arraySync() as number[][];
    assert.deepEqual(layer.forward(words).arraySync(), [
      [table[3], table[0]],
      [table[1], table[3]],
    ]);
    for (const id of [4, -1]) {
      const message = `torch.Embedding: the table has rows 0 to 3; it was asked for row ${id}.`;
      assert.throws(() => layer.forward(tf.tensor1d([id], 'int32')), { name: 'RangeError', message });
    }
    assert.throws(() => layer.forward(tf.tensor1d([1, 1.5])), /the indices are not all integers/);
    assert.throws(() => new torch.Embedding(3, 2, { paddingIdx: 3 }), /paddingIdx is a word below 3; got 3/);
  });

  test('the padding word gets no gradient, whatever its vector is', () => {
    const layer = new torch.Embedding(3, 1, { paddingIdx: -3 });
    assert.equal(layer.paddingIdx, 0);
    layer.weight.assign(tf.tensor2d([[5], [6], [7]]));
    const words = tf.tensor1d([0, 1, 1, 0], 'int32');
    const { loss, gradients } = torch.gradients(layer, () => layer.forward(words).square().sum());
    assert.equal(loss, 25 + 36 + 36 + 25);
    assert.deepEqual(gradients.weight.arraySync(), [[0], [24], [0]]);
  });

  test('select takes a slice out, also counted from the end', () => {
    const x = tf.tensor3d([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], [2, 3, 2]);
    assert.deepEqual(torch.select(x, 1, -1).arraySync(), [
      [4, 5],
      [10, 11],
    ]);
    assert.deepEqual(torch.select(x, -1, 0).arraySync(), [
      [0, 2, 4],
      [6, 8, 10],
    ]);
    assert.throws(() => torch.select(x, 1, 3), /axis 1 of the shape \[2,3,2\] has no place 3/);
    assert.throws(() => torch.select(x, 3, 0), /has no axis 3/);
  });
});

describe('gradients', () => {
  test('stop at detach and noGrad', () => {
    const layer = new torch.Linear(1, 1, { bias: false });
    layer.weight.assign(tf.tensor2d([[3]]));
    const x = tf.ones<tf.Rank.R2>([1, 1]);
    const y = () => layer.forward(x);
    const slope = (closure: () => tf.Tensor) => torch.gradients(layer, closure).gradients.weight.dataSync()[0];
    assert.equal(
      slope(() => y().mul(y()).sum()),
      6,
    );
    assert.equal(
      slope(() => y().mul(torch.detach(y())).sum()),
      3,
    );
    assert.equal(
      slope(() =>
        y()
          .mul(torch.noGrad(() => ({ kept: [y()] })).kept[0])
          .sum(),
      ),
      3,
    );
  });

  test('leave no tensor behind and name what is no loss', () => {
    const layer = new torch.Linear(2, 1);
    const x = tf.ones([3, 2]);
    const before = tf.memory().numTensors;
    torch.noGrad(() => layer.forward(x)).dispose();
    tf.dispose(torch.gradients(layer, () => layer.forward(x).sum()).gradients as never);
    assert.equal(tf.memory().numTensors, before);
    assert.throws(
      () => torch.gradients(layer, () => layer.forward(x)),
      /loss as a scalar tensor; got a tensor of shape \[3,1\]/,
    );
    assert.throws(() => torch.gradients(layer, () => 3 as never), /got 3/);
  });
});
