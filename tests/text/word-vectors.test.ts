import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { nativeOp, tf, wasmKernels } from '../../lib/backend';
import { skipGramPass } from '../../lib/kernels/skip-gram';
import { RandomStream } from '../../lib/random';
import { trainWord2Vec, Vocabulary, WordVectors } from '../../lib/text';
import expected from './fixtures/word-vectors.json';

const fixture = (ending: string) => join(__dirname, 'fixtures', `word-vectors.${ending}`);

const animals = ['cat', 'dog', 'hamster'];
const vehicles = ['bus', 'tram', 'train'];

/** Sentences about animals and sentences about vehicles; no word stands in both kinds. */
function twoTopics(count: number): string[][] {
  const stream = RandomStream.from(5);
  const pick = (list: string[]) => list[stream.integer(0, list.length - 1)];
  return Array.from({ length: count }, () => {
    const [who, what] = stream.uniform() < 0.5 ? [animals, ['sleeps', 'eats']] : [vehicles, ['drives', 'stops']];
    return [pick(who), pick(what), pick(who), pick(what)];
  });
}

describe('trainWord2Vec', () => {
  const options = { dim: 16, epochs: 3, seed: 3, subsample: 0 };

  test('puts words of one topic near each other', async () => {
    const vectors = await trainWord2Vec(twoTopics(3000), options);
    const nearest = vectors.mostSimilar('cat', 2).map(({ word }) => word);
    assert.deepEqual(nearest.sort(), ['dog', 'hamster']);
    assert.ok(vectors.similarity('bus', 'tram') > 0.9);
    assert.ok(vectors.similarity('bus', 'cat') < 0.5);
  });

  test('gives the same vectors for the same seed, others for another, and leaves no tensor behind', async () => {
    const texts = twoTopics(300);
    const before = tf.memory().numTensors;
    const [first, second] = [await trainWord2Vec(texts, options), await trainWord2Vec(texts, options)];
    assert.deepEqual(first.matrix, second.matrix);
    assert.notDeepEqual((await trainWord2Vec(texts, { ...options, seed: 4 })).matrix, first.matrix);
    assert.equal(tf.memory().numTensors, before);
  });

  test('leaves rare words out and says so when none is left', async () => {
    const vectors = await trainWord2Vec(
      [
        ['a', 'b', 'a', 'a'],
        ['b', 'rare'],
      ],
      { ...options, minCount: 2 },
    );
    assert.deepEqual(vectors.words, ['a', 'b']);
    await assert.rejects(trainWord2Vec([['a']], { ...options, minCount: 2 }), /No word occurs 2 times/);
    await assert.rejects(trainWord2Vec([['a']], { ...options, dim: 0 }), /dim is 0/);
  });

  test('reports its progress up to 1', async () => {
    const seen: number[] = [];
    await trainWord2Vec(twoTopics(50), { ...options, onProgress: ({ done }) => seen.push(done) });
    assert.equal(seen.length, 3);
    assert.equal(seen.at(-1), 1);
  });
});

test(
  'the fast pass and the one in TypeScript agree',
  { skip: !(nativeOp('LabSkipGram') ?? wasmKernels()) && 'needs: lib/native built, or WebAssembly' },
  () => {
    const [words, dim] = [50, 24];
    const stream = RandomStream.from(1);
    const table = Int32Array.from({ length: 1000 }, (_, k) => k % words);
    const settings = { dim, window: 3, negative: 4, table, keep: new Float32Array(words).fill(0.8) };
    const tokens = Int32Array.from({ length: 2000 }, (_, k) => (k % 20 === 19 ? -1 : stream.integer(0, words - 1)));
    const start = () => ({
      input: Float32Array.from({ length: words * dim }, (_, k) => Math.sin(k) / dim),
      output: Float32Array.from({ length: words * dim }, (_, k) => Math.cos(k) / dim),
    });
    const [fast, portable] = [skipGramPass(settings), skipGramPass(settings, 'portable')];
    const [a, b] = [fast, portable].map((pass) => {
      const { state, pairs } = pass.run(tokens, start(), 0.05, 0.01, 7);
      const matrix = Float32Array.from(pass.read(state));
      pass.dispose();
      return { matrix, pairs };
    });
    assert.equal(a.pairs, b.pairs);
    const largest = a.matrix.reduce((worst, value, k) => Math.max(worst, Math.abs(value - b.matrix[k])), 0);
    assert.ok(largest < 1e-5, `they differ by ${largest}`);
  },
);

describe('WordVectors', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vectors-'));
  const vectors = new WordVectors(['a', 'naïve'], Float32Array.of(1, 2.5, -3, 0, 1e-8, 4), 3);

  for (const binary of [false, true])
    test(`come back from a ${binary ? 'binary' : 'text'} file as they were`, () => {
      const path = join(folder, `good-${binary}`);
      vectors.save(path, { binary });
      const read = WordVectors.load(path, { binary });
      assert.deepEqual(read.words, vectors.words);
      assert.deepEqual(read.matrix, vectors.matrix);
      assert.ok(!readdirSync(folder).some((name) => name.endsWith('.partial')));
    });

  for (const binary of [false, true])
    test(`a damaged ${binary ? 'binary' : 'text'} file is a sentence, never a crash`, () => {
      const good = join(folder, 'whole');
      vectors.save(good, { binary });
      const bytes = readFileSync(good);
      const damaged = join(folder, 'damaged');
      fc.assert(
        fc.property(fc.nat(bytes.length - 1), fc.nat(255), fc.boolean(), (at, byte, cut) => {
          const copy = Buffer.from(cut ? bytes.subarray(0, at) : bytes);
          if (!cut) copy[at] = byte;
          writeFileSync(damaged, copy);
          try {
            WordVectors.load(damaged, { binary });
          } catch (error) {
            assert.match((error as Error).message, /damaged(, (line|word) \d+:| is no word2vec file| promises)[^\n]*$/);
          }
        }),
        { numRuns: 200 },
      );
    });

  for (const binary of [false, true])
    test(`read what gensim writes as ${binary ? 'binary' : 'text'}, to the last bit`, () => {
      const { words, matrix, dim } = WordVectors.load(fixture(binary ? 'bin' : 'txt'), { binary });
      assert.deepEqual(words, expected.words);
      assert.equal(dim, 4);
      assert.deepEqual(matrix, Float32Array.from(expected.numbers.flat()));
    });

  test('are written as gensim writes them, but for the newlines that the word2vec program adds to binary rows', () => {
    const gensim = new WordVectors(expected.words, Float32Array.from(expected.numbers.flat()), 4);
    const path = join(folder, 'ours');
    gensim.save(path);
    const theirs = WordVectors.load(fixture('txt'));
    assert.deepEqual(WordVectors.load(path).matrix, theirs.matrix);
    gensim.save(path, { binary: true });
    const rows = expected.words.length;
    assert.equal(readFileSync(path).length, readFileSync(fixture('bin')).length + rows);
  });

  test('take the ends of lines that other programs write', () => {
    const path = join(folder, 'ends');
    for (const content of [
      '2 2\na 1 -2e-3\nb .5 4\n',
      '2 2\r\na 1 -2e-3\r\nb .5 4\r\n',
      '2 2\na 1 -2e-3 \nb .5 4 \n',
      '2 2\na 1 -2e-3\nb .5 4',
    ]) {
      writeFileSync(path, content);
      assert.deepEqual(WordVectors.load(path).matrix, Float32Array.of(1, -2e-3, 0.5, 4), content);
    }
  });

  test('refuse a text file with anything else in it, and name the line', () => {
    const path = join(folder, 'wrong');
    for (const [rows, message] of [
      ['a  1 2\nb 3 4', /wrong, line 2: expected a word and 2 numbers/],
      ['a 1  2\nb 3 4', /line 2: expected a word and 2 numbers/],
      ['a  2\nb 3 4', /line 2: expected a word and 2 numbers/],
      [' 1 2\nb 3 4', /line 2: expected a word/],
      ['a\t1\t2\nb 3 4', /line 2: expected a word/],
      ['a 1 2\nb c 3 4', /line 3: expected a word/],
      ['a 1 0x2\nb 3 4', /line 2: expected a word/],
      ['a 1 2\nb nan 4', /line 3: expected a word/],
      ['a 1 2\nb 1e40 4', /line 3: a number is not finite as a float32/],
      ['a 1 2\na 3 4', /line 3: "a" has a vector already, that of word 1/],
      ['a 1 2', /promises 2 words but is too small for them|promises 2 words but ends after 1/],
      ['a 1 2\nb 3 4\nc 5 6', /promises 2 words but goes on after them/],
    ] as const) {
      writeFileSync(path, `2 2\n${rows}\n`);
      assert.throws(() => WordVectors.load(path), message, rows);
    }
    writeFileSync(path, Buffer.from('2 2\n\xe9 1 2\nb 3 4\n', 'latin1'));
    assert.throws(() => WordVectors.load(path), /line 2: the word is not written in UTF-8/);
  });

  test('refuse a binary file with NaN, a word twice, no word or more than it promises', () => {
    const path = join(folder, 'wrong-binary');
    const file = (...rows: [string, number][]) => {
      const pieces = rows.map(([word, value]) =>
        Buffer.concat([Buffer.from(`${word} `), Buffer.from(Float32Array.of(value, 1).buffer)]),
      );
      writeFileSync(path, Buffer.concat([Buffer.from('2 2\n'), ...pieces]));
      return () => WordVectors.load(path, { binary: true });
    };
    assert.equal(file(['a', 1], ['b', 2])().size, 2);
    assert.throws(file(['a', 1], ['b', NaN]), /word 2: a number is not finite/);
    assert.throws(file(['a', 1], ['a', 2]), /word 2: "a" has a vector already/);
    assert.throws(file(['', 1], ['a', 2]), /word 1: expected a word/);
    assert.throws(file(['a', 1], ['b', 2], ['c', 3]), /goes on after them/);
    assert.throws(file(['a', 1]), /too small|ends within word 2/);
  });

  test('cannot be saved, or made, with what the format cannot hold', () => {
    const path = join(folder, 'never');
    for (const word of ['new york', '', 'a\n', 'a\u00a0b'])
      assert.throws(() => new WordVectors([word], Float32Array.of(1), 1).save(path), /is empty or holds white space/);
    assert.throws(() => new WordVectors(['a'], Float32Array.of(NaN), 1).save(path, { binary: true }), /not finite/);
    assert.ok(!readdirSync(folder).includes('never'));
    assert.throws(() => new WordVectors(['a', 'b', 'a'], new Float32Array(3), 1), /"a" stands twice/);
  });

  test('fill an embedding: padding is zeros, known words their vector', () => {
    const vocabulary = Vocabulary.fromTokens([['naïve', 'unseen', 'naïve']]);
    const matrix = vectors.embeddingMatrix(vocabulary).arraySync();
    assert.deepEqual(matrix[0], [0, 0, 0]);
    assert.deepEqual(Float32Array.from(matrix[2]), vectors.vector('naïve'));
    assert.ok(matrix[3].some((value) => value !== 0));
  });

  test('fill an embedding: words without a vector get random numbers as widely spread as the vectors', () => {
    const unknown = Array.from({ length: 3000 }, (_, k) => `unknown${k}`);
    const stream = RandomStream.from(2);
    const matrix = vectors.embeddingMatrix(Vocabulary.fromTokens([unknown]), () => stream.uniform());
    const spread = (numbers: ArrayLike<number>) =>
      Math.sqrt(Array.from(numbers).reduce((sum, value) => sum + value * value, 0) / numbers.length);
    const drawn = matrix.slice([2, 0]).dataSync();
    assert.ok(Math.abs(spread(drawn) / spread(vectors.matrix) - 1) < 0.03, `${spread(drawn)}`);
  });

  test('say which word is missing', () => {
    assert.throws(() => vectors.vector('zebra'), /no vector for "zebra"/);
    assert.throws(() => vectors.mostSimilar([1, 2]), /has 2 numbers, these word vectors have 3/);
  });
});
