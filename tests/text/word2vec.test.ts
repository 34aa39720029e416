import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trainWord2Vec, type Word2VecProgress } from '../../lib/text';
import expected from './fixtures/skip-gram.json';

test('trainWord2Vec learns the vectors that NumPy learns, with the chances and the noise of gensim', async () => {
  const seen: Word2VecProgress[] = [];
  const { texts, options, words, vectors, pairs } = expected;
  const learnt = await trainWord2Vec(texts, { ...options, onProgress: (progress) => seen.push(progress) });
  assert.deepEqual(learnt.words, words);
  assert.equal(seen.at(-1)!.pairs, pairs);
  vectors.forEach((value, k) => assert.ok(Math.abs(learnt.matrix[k] - value) < 1e-5, `${learnt.matrix[k]}, ${value}`));
});

test('trainWord2Vec cuts a long text into stretches where a text ends, and lowers the rate from one to the next', async () => {
  const texts = new Array<string[]>(80_000).fill(['a', 'b', 'c', 'd', 'e', 'f']);
  const options = { dim: 1, window: 1, negative: 0, subsample: 0, epochs: 1, seed: 1, learningRate: 0.1 };
  const seen: Word2VecProgress[] = [];
  const learnt = await trainWord2Vec(texts, { ...options, onProgress: (progress) => seen.push(progress) });
  assert.deepEqual(
    seen.map(({ done }) => done),
    [Math.ceil(500_000 / 7) / 80_000, 1],
  );
  assert.equal(seen.at(-1)!.pairs, 80_000 * 10);
  assert.ok(learnt.matrix.every(Number.isFinite));
});

test('trainWord2Vec keeps the most frequent words, of equally frequent ones the first, from minCount on', async () => {
  const text = ['rare', 'b', 'a', 'c', 'a', 'b', 'c', 'c'];
  const wordsOf = async (options: object) => (await trainWord2Vec([text], { dim: 2, epochs: 1, ...options })).words;
  assert.deepEqual(await wordsOf({ minCount: 2 }), ['c', 'b', 'a']);
  assert.deepEqual(await wordsOf({ minCount: 1, maxVocabulary: 2 }), ['c', 'b']);
});

test('trainWord2Vec refuses options that nobody knows or that no text can be trained with', async () => {
  await assert.rejects(trainWord2Vec([['a']], { size: 3 } as never), /trainWord2Vec has no option "size"/);
  await assert.rejects(trainWord2Vec([['a']], { min_count: 3 } as never), /did you mean "minCount"\?/);
  for (const option of [{ learningRate: NaN }, { learningRate: 0 }, { subsample: -1 }, { negative: 1.5 }])
    await assert.rejects(trainWord2Vec([['a', 'a']], { minCount: 1, ...option }), RangeError, JSON.stringify(option));
});
