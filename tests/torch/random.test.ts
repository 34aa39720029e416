import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { tf } from '../../lib/backend';
import * as torch from '../../lib/torch';
import { close, fixture, within } from './fixture';

before(() => tf.ready());

describe('after manualSeed', () => {
  for (const expected of fixture.draws) {
    test(`every draw of one stream is PyTorch's, seed ${expected.seed}`, () => {
      const g = torch.manualSeed(expected.seed);
      const rows = tf.tensor1d([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 'int32');
      const epochs = (options: torch.DataLoaderOptions) => {
        const loader = new torch.DataLoader([rows], options);
        return [1, 2].map(() => [...(function* () { for (const [x] of loader) yield x.arraySync(); })()]); // prettier-ignore
      };
      assert.deepEqual([...torch.rand([5]).dataSync()], [...Float32Array.from(expected.rand)]);
      within(0, g.uniform(7, -0.3, 0.3), expected.uniform);
      within(1, torch.randn([5]).dataSync(), expected.normalFew);
      close(g.normal(16, 2, 3), expected.normalMany, 2e-7);
      within(1, torch.randn([2]).dataSync(), expected.normalFewAgain);
      within(4, torch.randn([37]).dataSync(), expected.normalRest);
      assert.deepEqual([...g.bernoulli(20, 0.3)], expected.bernoulli);
      assert.deepEqual([...torch.randint(-3, 9, [8]).dataSync()], expected.randint);
      assert.deepEqual(g.randint(0, 2 ** 40, 4), expected.randintWide);
      assert.deepEqual(torch.randperm(11), expected.randperm);
      within(0, new torch.Dropout(0.4).forward(tf.ones([12])).dataSync(), expected.dropout);
      assert.deepEqual(epochs({ batchSize: 4, shuffle: true }), expected.shuffled);
      assert.deepEqual(epochs({ batchSize: 4, shuffle: true, dropLast: true }), expected.dropLast);
      assert.deepEqual(epochs({ batchSize: 4 }), expected.inOrder);
      assert.equal(torch.rand([1]).dataSync()[0], Math.fround(expected.last));
    });
  }

  test('the same seed gives the same numbers again, another one others', () => {
    const draw = (seed: number) => {
      torch.manualSeed(seed);
      return [...torch.randn([3]).dataSync()];
    };
    assert.deepEqual(draw(5), draw(5));
    assert.notDeepEqual(draw(5), draw(6));
  });
});

describe('dropout', () => {
  test('keeps the mean while training and everything in evaluation', () => {
    torch.manualSeed(1);
    const x = tf.ones([40000]);
    const layer = new torch.Dropout(0.25);
    const y = layer.forward(x);
    assert.ok(Math.abs(y.mean().dataSync()[0] - 1) < 0.01);
    assert.deepEqual([...new Set(y.dataSync())].sort(), [0, Math.fround(1 / 0.75)]);
    assert.deepEqual([...layer.eval().forward(x).min().dataSync()], [1]);
    assert.equal(new torch.Dropout(1).forward(x).max().dataSync()[0], 0);
  });
});

describe('DataLoader', () => {
  test('keeps rows of all tensors together, frees each batch, also after a break', () => {
    const x = tf.tensor2d([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [5, 2]);
    const y = tf.tensor1d([0, 2, 4, 6, 8]);
    const loader = new torch.DataLoader([x, y], { batchSize: 2, shuffle: true });
    const before = tf.memory().numTensors;
    for (const [a, b] of loader) {
      assert.deepEqual(
        a.arraySync().map(([first]) => first),
        b.arraySync(),
      );
    }
    for (const _ of loader) break;
    assert.equal(tf.memory().numTensors, before);
    assert.equal(loader.length, 3);
    assert.equal(loader.size, 5);
  });
});

test('wrong arguments are named', () => {
  assert.throws(() => torch.manualSeed(0.5), /A seed is an integer; got 0.5/);
  assert.throws(() => torch.randperm(-1), /randperm takes an integer of 0 or more; got -1/);
  assert.throws(() => torch.randint(3, 3, [1]), /draws integers from \[low, high\); got \[3, 3\)/);
  assert.throws(() => new torch.Dropout(1.5), /probability from 0 to 1; got 1.5/);
  assert.throws(() => new torch.DataLoader([tf.zeros([2]), tf.zeros([3])]), /same number of rows; got \[2, 3\]/);
  assert.throws(() => new torch.DataLoader([tf.zeros([2])], { batchSize: 0 }), /batchSize is an integer of 1 or more/);
});
