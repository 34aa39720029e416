import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LinearClassifier, logCountRatio, NgramFeatures } from '../../lib/text';

const texts = ['good good film', 'not good film', 'bad film', 'not bad film'].map((text) => text.split(' '));
const labels = [1, 0, 0, 1];

describe('a bag of words', () => {
  test('lists the words and word pairs of a text, in no order and once', () => {
    const features = NgramFeatures.fit(texts, { longest: 2, minTexts: 2 });
    assert.deepEqual([...features.names].sort(), ['bad', 'bad film', 'film', 'good', 'good film', 'not']);
    const { rows, starts, columns } = features.transform([['good', 'good', 'unseen'], []]);
    assert.equal(rows, 2);
    assert.deepEqual([...starts], [0, 1, 1]);
    assert.deepEqual(
      [...columns].map((column) => features.names[column]),
      ['good'],
    );
  });

  test('keeps the most frequent features only', () => {
    assert.deepEqual(NgramFeatures.fit(texts, { maxFeatures: 1 }).names, ['film']);
  });

  test('weighs features by their log-count ratio (worked by hand)', () => {
    const features = NgramFeatures.fit([['a', 'b'], ['a'], ['b'], ['b']], { minTexts: 1 });
    const x = features.transform([['a', 'b'], ['a'], ['b'], ['b']]);
    const ratio = logCountRatio(x, [1, 1, 0, 0]);
    assert.ok(Math.abs(ratio[0] - Math.log(3 / 5 / (1 / 4))) < 1e-6);
    assert.ok(Math.abs(ratio[1] - Math.log(2 / 5 / (3 / 4))) < 1e-6);
  });
});

describe('LinearClassifier', () => {
  const classify = (longest: number) => {
    const features = NgramFeatures.fit(texts, { longest, minTexts: 1 });
    const x = features.transform(texts);
    return { x, model: LinearClassifier.fit(x, labels, { C: 10 }), features };
  };

  test('cannot tell "not good" from "good" by single words, and can by pairs', () => {
    const [single, pairs] = [classify(1), classify(2)];
    assert.ok(single.model.accuracy(single.x, labels) < 1);
    assert.equal(pairs.model.accuracy(pairs.x, labels), 1);
  });

  test('meets the optimality conditions of the squared hinge loss', () => {
    const C = 0.7;
    const { x } = classify(2);
    const model = LinearClassifier.fit(x, labels, { C, epochs: 5000, tolerance: 1e-9 });
    const scores = model.decision(x);
    const gradient = Float64Array.from(model.weights);
    let biasGradient = model.bias;
    for (let row = 0; row < x.rows; row++) {
      const sign = labels[row] ? 1 : -1;
      const slack = Math.max(0, 1 - sign * scores[row]);
      biasGradient -= 2 * C * slack * sign;
      for (let k = x.starts[row]; k < x.starts[row + 1]; k++) gradient[x.columns[k]] -= 2 * C * slack * sign;
    }
    for (const slope of [...gradient, biasGradient]) assert.ok(Math.abs(slope) < 1e-5, `slope ${slope} at the optimum`);
  });

  test('refuses what does not fit together', () => {
    const { x, model } = classify(1);
    assert.throws(() => LinearClassifier.fit(x, [1]), /4 rows but 1 labels/);
    assert.throws(() => LinearClassifier.fit(x, labels, { scale: new Float32Array(2) }), /but 2 factors/);
    assert.throws(() => model.decision({ ...x, width: 3 }), /rows have 3 features/);
  });
});
