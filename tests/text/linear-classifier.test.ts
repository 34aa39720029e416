import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LinearClassifier, logCountRatio, NgramFeatures } from '../../lib/text';
import expected from './fixtures/ngrams.json';

const texts = ['good good film', 'not good film', 'bad film', 'not bad film'].map((text) => text.split(' '));
const labels = [1, 0, 0, 1];

describe('the numbers of scikit-learn', () => {
  const rows = expected.texts.map((text) => text.split(' '));
  const close = (given: Float32Array, wanted: number[], tolerance: number) =>
    given.forEach((value, k) => assert.ok(Math.abs(value - wanted[k]) < tolerance, `at ${k}: ${value}, ${wanted[k]}`));

  for (const { longest, minTexts, names, rows: table, ratio, C, weights, bias } of expected.cases)
    test(`for sequences of up to ${longest} words that stand in ${minTexts} texts`, () => {
      const features = NgramFeatures.fit(rows, { longest, minTexts });
      assert.deepEqual([...features.names].sort(), names);
      const x = features.transform(rows);
      const has = Array.from({ length: x.rows }, (_, row) =>
        Array.from(x.columns.subarray(x.starts[row], x.starts[row + 1]), (column) => features.names[column]).sort(),
      );
      assert.deepEqual(
        has,
        table.map((row) => names.filter((_, k) => row[k] === 1)),
      );
      const inOrder = (numbers: number[]) => features.names.map((name) => numbers[names.indexOf(name)]);
      close(logCountRatio(x, expected.labels), inOrder(ratio), 1e-6);
      const model = LinearClassifier.fit(x, expected.labels, { C, epochs: 20_000, tolerance: 1e-9 });
      close(model.weights, inOrder(weights), 1e-5);
      assert.ok(Math.abs(model.bias - bias) < 1e-5, `${model.bias}, ${bias}`);
    });
});

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
    const often = [['rare', 'b', 'b', 'b'], ['a', 'c'], ['a']];
    assert.deepEqual(NgramFeatures.fit(often, { minTexts: 1, maxFeatures: 2 }).names, ['a', 'rare']);
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
    assert.throws(() => LinearClassifier.fit(x, labels, { c: 1 } as never), /no option "c"; did you mean "C"\?/);
    assert.throws(() => NgramFeatures.fit(texts, { max_features: 1 } as never), /did you mean "maxFeatures"\?/);
    assert.throws(() => LinearClassifier.fit(x, [1]), /4 rows but 1 labels/);
    assert.throws(() => LinearClassifier.fit(x, labels, { scale: new Float32Array(2) }), /but 2 factors/);
    assert.throws(() => model.decision({ ...x, width: 3 }), /rows have 3 features/);
  });
});
