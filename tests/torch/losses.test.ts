import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { tf } from '../../lib/backend';
import * as torch from '../../lib/torch';
import { close, fixture } from './fixture';

before(() => tf.ready());

class Input extends torch.Module {
  constructor(readonly x: tf.Variable) {
    super();
  }
  forward(): tf.Variable {
    return this.x;
  }
}

describe('losses and their gradients are those of PyTorch', () => {
  for (const { name, options, shape, target, targetShape, value, gradient } of fixture.losses) {
    test(`${name} ${JSON.stringify(options)} of [${shape}]`, () => {
      torch.manualSeed(5);
      const x = tf.variable(torch.randn(shape));
      const y = tf.tensor(target, targetShape, name === 'CrossEntropyLoss' ? 'int32' : 'float32');
      const { posWeight, weight } = options;
      const loss = new torch[name as 'MSELoss']({
        ...options,
        ...(posWeight && { posWeight: tf.tensor(posWeight) }),
        ...(weight && name === 'BCEWithLogitsLoss' && { weight: tf.tensor(weight) }),
      });
      const { gradients } = torch.gradients(new Input(x), () => {
        const result: tf.Tensor = loss.forward(x, y);
        close(result, value, 1e-6, 'value');
        return result.rank === 0 ? result : result.square().sum();
      });
      close(gradients.x, gradient, 1e-6, 'gradient');
    });
  }
});

describe('losses', () => {
  test('of a single class are 0, as in PyTorch', () => {
    const ce = new torch.CrossEntropyLoss().forward(tf.tensor2d([[2], [-3]]), tf.tensor1d([0, 0], 'int32'));
    assert.equal(ce.dataSync()[0] + 0, 0);
  });

  test('do not overflow', () => {
    const x = tf.tensor1d([1e4, -1e4]);
    const bce = new torch.BCEWithLogitsLoss().forward(x, tf.tensor1d([0, 1]));
    assert.equal(bce.dataSync()[0], 1e4);
    const ce = new torch.CrossEntropyLoss().forward(tf.tensor2d([[1e4, -1e4]]), tf.tensor1d([1], 'int32'));
    assert.equal(ce.dataSync()[0], 2e4);
  });

  test('refuse what does not fit', () => {
    const ce = new torch.CrossEntropyLoss();
    assert.throws(
      () => new torch.MSELoss().forward(tf.zeros([3, 1]), tf.zeros([3])),
      /input \[3,1\] and the target \[3\]/,
    );
    assert.throws(
      () => ce.forward(tf.zeros([2, 3]), tf.zeros([2, 3], 'int32')),
      /class indices \[n, …\]; got \[2,3\] and \[2,3\]/,
    );
    assert.throws(() => ce.forward(tf.zeros([2, 3]), tf.tensor1d([0, 3])), /the classes are 0 to 2; got 3/);
    const weighted = new torch.CrossEntropyLoss({ weight: [1, 2] });
    assert.throws(() => weighted.forward(tf.zeros([2, 3]), tf.tensor1d([0, 2])), /2 weights for 3 classes/);
  });
});
