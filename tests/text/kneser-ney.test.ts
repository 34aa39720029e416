import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { KneserNey, bitsPerCharacter, perplexity } from '../../lib/text';

interface Case {
  name: string;
  texts: string[][];
  order: number;
  vocabularySize: number;
  tests: string[][];
  discounts: number[];
  logProbabilities: number[][];
}

const cases = JSON.parse(readFileSync(path.join(__dirname, 'fixtures', 'kneser_ney.json'), 'utf8')) as Case[];

const near = (actual: number, expected: number, what: string) =>
  assert.ok(
    Math.abs(actual - expected) < 1e-12 * Math.max(1, Math.abs(expected)),
    `${what}: ${actual}, not ${expected}`,
  );

describe('interpolated Kneser-Ney gives the numbers of its formula in Python', () => {
  for (const one of cases)
    test(one.name, () => {
      const model = KneserNey.fit(one.texts, { order: one.order, vocabularySize: one.vocabularySize });
      model.discounts.forEach((discount, k) => near(discount, one.discounts[k], `discount ${k + 1}`));
      one.tests.forEach((text, row) => {
        const expected = one.logProbabilities[row];
        model.logProbabilities(text).forEach((value, k) => near(value, expected[k], `token ${k} of ${text.join(' ')}`));
        near(Math.log(model.probability(text.at(-1)!, text.slice(0, -1))), expected.at(-1)!, 'by its context');
      });
      const all = one.logProbabilities.flat();
      near(model.crossEntropy(one.tests), -all.reduce((a, b) => a + b, 0) / all.length, 'cross-entropy');
    });
});

test('the probabilities of all tokens sum to 1 after any context', () => {
  const model = KneserNey.fit(['to be or not to be, that is the question'], { order: 4 });
  const characters = [...new Set('to be or not to be, that is the question'), '☃'];
  for (const context of ['', 't', 'to b', 'xyz', 'tha', ['t', 'h']]) {
    const sum = characters.reduce((total, character) => total + model.probability(character, context), 0);
    near(sum, 1, `after "${String(context)}"`);
  }
});

test('takes words, numbers and strings alike', () => {
  const [characters, list] = [KneserNey.fit(['abcabd']), KneserNey.fit([[...'abcabd']])];
  assert.deepEqual(characters.logProbabilities('abc'), list.logProbabilities([...'abc']));
  const numbers = KneserNey.fit([Int32Array.of(0, 1, 2, 0, 1, 3)]);
  assert.deepEqual(numbers.logProbabilities([0, 1, 2]), list.logProbabilities([...'abc']));
});

test('says what is wrong', () => {
  assert.throws(
    () => KneserNey.fit(['ab'], { ordr: 2 } as never),
    /KneserNey\.fit has no option "ordr"; did you mean "order"\?/,
  );
  assert.throws(() => KneserNey.fit('ab'), /takes a list of texts; give \[text\]/);
  assert.throws(() => KneserNey.fit(['']), /no tokens to count/);
  assert.throws(() => KneserNey.fit(['abc'], { vocabularySize: 2 }), /vocabularySize is 2; the training texts have 3/);
  assert.throws(() => KneserNey.fit(['abc'], { order: 0 }), /order is 0/);
  assert.throws(() => KneserNey.fit(['abc']).crossEntropy([]), /no tokens to predict/);
});

test('perplexity and bits a character', () => {
  near(perplexity(Math.log(27)), 27, 'of 27 equal tokens');
  near(bitsPerCharacter(Math.log(32)), 5, 'of 32 equal tokens');
  near(bitsPerCharacter(Math.log(32), 5), 1, 'of tokens of five characters');
  assert.throws(() => perplexity(NaN), /The loss is NaN nats/);
  assert.throws(() => bitsPerCharacter(1, 0), /charactersPerToken is 0/);
});
