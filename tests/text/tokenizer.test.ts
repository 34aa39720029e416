import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { padSequences, tokenize, Tokenizer, Vocabulary, words } from '../../lib/text';
import fixture from './fixtures/tokenizer.json';

interface KerasOptions {
  num_words?: number;
  oov_token?: string;
  lower?: boolean;
  char_level?: boolean;
  split?: string;
}

describe('Tokenizer gives the numbers of Keras', () => {
  for (const { options, wordIndex, wordCounts, sequences, texts } of fixture.cases) {
    test(JSON.stringify(options), () => {
      const { num_words, oov_token, lower, char_level, split } = options as KerasOptions;
      const tokenizer = new Tokenizer({
        numWords: num_words,
        oovToken: oov_token,
        lower,
        charLevel: char_level,
        split,
      });
      tokenizer.fitOnTexts(fixture.texts);
      assert.deepEqual(tokenizer.wordIndex, wordIndex);
      assert.deepEqual(tokenizer.wordCounts, wordCounts);
      assert.deepEqual(tokenizer.textsToSequences([...fixture.texts, ...fixture.unseen]), sequences);
      assert.deepEqual(tokenizer.sequencesToTexts(sequences), texts);
      const copy = Tokenizer.fromJSON(JSON.stringify(tokenizer));
      assert.deepEqual(copy.wordIndex, wordIndex);
      assert.deepEqual(copy.textsToSequences(fixture.unseen), tokenizer.textsToSequences(fixture.unseen));
    });
  }

  test('counts the documents of every fit, and keeps the count in JSON', () => {
    const tokenizer = new Tokenizer().fitOnTexts(['a b', '']).fitOnTexts(new Set(['b']));
    assert.equal(tokenizer.documentCount, 3);
    assert.deepEqual(tokenizer.wordCounts, { a: 1, b: 2 });
    const copy = Tokenizer.fromJSON(JSON.stringify(tokenizer));
    assert.equal(copy.documentCount, 3);
    assert.deepEqual(copy.fitOnTexts(['a a']).wordCounts, { a: 3, b: 2 });
    assert.deepEqual([copy.documentCount, copy.wordIndex.a], [4, 1]);
  });

  test('refuses what is no list of texts, and options that nobody knows', () => {
    assert.throws(() => new Tokenizer().fitOnTexts('one text'), /fitOnTexts takes a list of texts; .* write \[text\]/);
    assert.throws(() => new Tokenizer().textsToSequences(['a', undefined as never]), /text 1 is undefined/);
    assert.throws(() => new Tokenizer({ num_words: 5 } as never), /no option "num_words"; did you mean "numWords"\?/);
    assert.throws(() => new Tokenizer({ split: '' }), /charLevel: true/);
  });

  test('a damaged file is a sentence', () => {
    assert.throws(() => Tokenizer.fromJSON('{"options":'), /not a tokenizer: it is no valid JSON/);
    assert.throws(() => Tokenizer.fromJSON('{"options":{}}'), /lacks counts, documents/);
    for (const counts of ['5', '["a"]', '[["a","1"]]', '[["a",1,2]]', '[[1,1]]'])
      assert.throws(
        () => Tokenizer.fromJSON(`{"options":{},"documents":1,"counts":${counts}}`),
        /not a tokenizer: its counts must be pairs/,
        counts,
      );
    assert.throws(() => new Tokenizer({ numWords: 0 }), /numWords is 0/);
  });
});

describe('padSequences', () => {
  for (const { options, padded } of fixture.padding) {
    test(`gives the numbers of Keras for ${JSON.stringify(options)}`, () => {
      const { maxlen, ...rest } = options as { maxlen?: number };
      assert.deepEqual(padSequences(fixture.ragged, { maxLen: maxlen, ...rest }).arraySync(), padded);
    });
  }

  test('can keep both ends', () => {
    const kept = padSequences([[1, 2, 3, 4, 5, 6]], { maxLen: 3, truncating: 'middle' });
    assert.deepEqual(kept.arraySync(), [[1, 2, 6]]);
  });

  test('refuses an empty list and a broken length', () => {
    assert.throws(() => padSequences([]), /no sequences/);
    assert.throws(() => padSequences([[1]], { maxLen: 2.5 }), /maxLen is 2.5/);
    assert.throws(() => padSequences([[1]], { maxlen: 2 } as never), /no option "maxlen"; did you mean "maxLen"\?/);
    assert.throws(() => padSequences([[1]], { padding: 'left' as never }), /padding is "left"; give 'pre' or 'post'/);
    assert.throws(() => padSequences([[1]], { truncating: 'end' as never }), /truncating is "end"/);
  });
});

describe('Vocabulary', () => {
  const vocabulary = Vocabulary.fromTokens(
    [
      ['b', 'a', 'b'],
      ['c', 'b', 'a'],
    ],
    { minCount: 2 },
  );

  test('numbers tokens by falling frequency after padding and unknown', () => {
    assert.deepEqual(vocabulary.tokens, ['<pad>', '<unk>', 'b', 'a']);
    assert.deepEqual(vocabulary.counts, [0, 1, 3, 2]);
    assert.deepEqual(vocabulary.encode(['a', 'b', 'zebra']), [3, 2, 1]);
    assert.deepEqual(vocabulary.decode([3, 0, 1]), ['a', '<unk>']);
    assert.throws(() => vocabulary.decode([4]), /no token 4; this vocabulary has the numbers 0 to 3/);
  });

  test('keeps the most frequent up to maxSize and survives JSON', () => {
    const small = Vocabulary.fromTokens([['b', 'a', 'b']], { maxSize: 3 });
    assert.deepEqual(small.tokens, ['<pad>', '<unk>', 'b']);
    assert.deepEqual(Vocabulary.fromJSON(JSON.stringify(vocabulary)).tokens, vocabulary.tokens);
    assert.throws(() => Vocabulary.fromTokens([], { max_size: 3 } as never), /did you mean "maxSize"\?/);
    for (const json of [
      '{"tokens":null,"counts":[]}',
      '{"tokens":["<pad>","<unk>",7],"counts":[0,1,2]}',
      '{"tokens":["<pad>","<unk>","a","a"],"counts":[0,1,2,3]}',
      '{"tokens":["<pad>","<unk>"],"counts":[0]}',
    ])
      assert.throws(() => Vocabulary.fromJSON(json), /^Error: This is not a vocabulary/, json);
    assert.throws(() => Vocabulary.fromJSON('{"tokens":["a"],"counts":[1]}'), /must begin with padding/);
  });
});

test('any damage to the JSON of a tokenizer or a vocabulary gives one that works, or one sentence', () => {
  const wholes = [
    [JSON.stringify(new Tokenizer({ oovToken: '?' }).fitOnTexts(['a b', 'b'])), Tokenizer],
    [JSON.stringify(Vocabulary.fromTokens([['a', 'b'], ['b']])), Vocabulary],
  ] as const;
  const put = fc.constantFrom('', '"', ',', ']', '}', '0', '-1', 'null', '"a"', '[', '{}', '1e999');
  const damage = fc.tuple(fc.constantFrom(...wholes), fc.nat(200), fc.nat(8), put);
  fc.assert(
    fc.property(damage, ([[whole, kind], at, cut, put]) => {
      const start = at % whole.length;
      try {
        const read = kind.fromJSON(whole.slice(0, start) + put + whole.slice(start + cut));
        if (read instanceof Vocabulary)
          assert.ok(read.decode(read.encode(['a', 'b'])).every((token) => typeof token === 'string'));
        else assert.ok(read.textsToSequences(['a b'])[0].every(Number.isInteger));
      } catch (error) {
        assert.match((error as Error).message, /^(This is not a (tokenizer|vocabulary): |Tokenizer |numWords |split )/);
      }
    }),
    { numRuns: 400 },
  );
});

test('words keeps contractions and drops markup', () => {
  assert.deepEqual(words("I didn't<br /><br />like it: 2 stars!"), ['i', "didn't", 'like', 'it', '2', 'stars', '!']);
});

describe('tokenize', () => {
  test('filters the characters that it is told, whatever they mean in a pattern', () => {
    assert.deepEqual(tokenize('a^b]c-d\\e.f', { filters: '^]-\\' }), ['a', 'b', 'c', 'd', 'e.f']);
    assert.deepEqual(tokenize('a😀b', { filters: '😀' }), ['a', 'b']);
    assert.deepEqual(tokenize('a,b', { filters: '' }), ['a,b']);
    assert.deepEqual(tokenize('A,b--c', { split: '--', lower: false }), ['A', 'b', 'c']);
  });

  test('cuts by a pattern, leaving out what is ignored', () => {
    const options = { pattern: /\d+/g, ignore: /<[^>]*>/g };
    assert.deepEqual(tokenize('1<b5>23', options), ['1', '23']);
    assert.deepEqual(tokenize('none', options), []);
  });
});
