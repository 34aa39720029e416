import { after, afterEach, beforeEach, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import zlib from 'node:zlib';
import fc from 'fast-check';
import tar from 'tar-stream';
import { imdb } from '../../lib/data';
import { readArchive } from '../../lib/data/archive';
import { readReviews } from '../../lib/data/reviews/imdb';
import { parseSnippets } from '../../lib/data/reviews/snippets';
import { readStore, writeStore } from '../../lib/data/reviews/store';
import { tokenize } from '../../lib/text';
import { numberWords, rankWords } from '../../lib/data/reviews/words';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'reviews-'));
after(() => fs.rmSync(root, { recursive: true }));
let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(root, 'case-'));
  process.env.LSTM_LAB_CACHE = path.join(folder, 'cache');
  process.env.LSTM_LAB_DATA = folder;
});
afterEach(() => {
  delete process.env.LSTM_LAB_CACHE;
  delete process.env.LSTM_LAB_DATA;
});

async function pack(files: Record<string, string>): Promise<Buffer> {
  const archive = tar.pack();
  for (const [name, content] of Object.entries(files)) archive.entry({ name }, content);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return zlib.gzipSync(Buffer.concat(chunks));
}

const small = {
  'aclImdb/README': 'not a review',
  'aclImdb/train/pos/1_10.txt': "A great, GREAT film!<br /><br />I'd see it again.",
  'aclImdb/train/pos/0_7.txt': 'A film to see, not great',
  'aclImdb/train/neg/0_1.txt': 'A bad film; the sound is bad – très bad',
  'aclImdb/train/neg/1_2.txt': '',
  'aclImdb/train/unsup/0_0.txt': 'Nobody judged this film',
  'aclImdb/test/pos/5_8.txt': 'Unheard words, great film',
  'aclImdb/test/neg/4_3.txt': 'bad',
  'aclImdb/train/urls_pos.txt': 'http://example.test',
};

describe('imdb', () => {
  test('reads the archive in LSTM_LAB_DATA, keeps what it found, and reads that the second time', async () => {
    fs.writeFileSync(path.join(folder, 'aclImdb_v1.tar.gz'), await pack(small));
    const first = await imdb();
    assert.match(
      first.source,
      /^IMDB reviews from aclImdb_v1\.tar\.gz in your LSTM_LAB_DATA: 2 positive and 1 negative to train on, 1 positive and 1 negative to test on, 1 without a label; 99,994 of the official 100,000 are missing/,
    );
    assert.deepEqual([first.train.length, first.test.length, first.isSubstitute], [3, 2, false]);
    assert.deepEqual(first.unlabelled, ['Nobody judged this film']);
    assert.deepEqual([...first.train.ratings].sort(), [1, 10, 7]);
    first.train.texts.forEach((text, i) => {
      assert.equal(first.train.text(i), text);
      assert.equal(first.train.labels[i], text.includes('bad') ? 0 : 1);
    });
    const [store] = fs.readdirSync(process.env.LSTM_LAB_CACHE!);
    const written = fs.statSync(path.join(process.env.LSTM_LAB_CACHE!, store)).mtimeMs;
    const second = await imdb();
    assert.equal(fs.statSync(path.join(process.env.LSTM_LAB_CACHE!, store)).mtimeMs, written);
    assert.deepEqual(second.train.texts, first.train.texts);
    assert.deepEqual(second.train.toSequences(), first.train.toSequences());
    assert.deepEqual(second.wordIndex, first.wordIndex);
    assert.notDeepEqual((await imdb({ seed: 7 })).train.texts, first.train.texts);
  });

  test('numbers words as Keras does, and back', async () => {
    fs.writeFileSync(path.join(folder, 'aclImdb_v1.tar.gz'), await pack(small));
    const corpus = await imdb();
    const i = corpus.train.texts.findIndex((text) => text.startsWith('A great'));
    const rank = (word: string) => corpus.wordIndex.get(word)! + 3;
    const [sequence] = [corpus.train.toSequences().sequences[i]];
    assert.deepEqual(
      [...sequence],
      [1, ...['a', 'great', 'great', 'film', 'br', 'br', "i'd", 'see', 'it', 'again'].map(rank)],
    );
    assert.equal(corpus.decode(sequence), "<start> a great great film br br i'd see it again");
    const { sequences, labels } = corpus.train.toSequences({ maxLen: 10 });
    assert.ok(
      sequences.length < 3 && sequences.length === labels.length && sequences.every(({ length }) => length < 10),
    );
    const test = corpus.test.texts.findIndex((text) => text.startsWith('Unheard'));
    assert.equal(corpus.decode(corpus.test.toSequences().sequences[test]), '<start> great film');
    assert.throws(() => corpus.train.toSequences({ maxLen: 1 }), /No review is shorter than maxLen 1/);
    assert.throws(
      () => corpus.train.toSequences({ numWords: 2 }),
      /numWords is 2; it must be an integer of at least 4/,
    );
    assert.throws(() => corpus.train.text(3), /There is no review 3; there are 3/);
  });

  test('reads the archive again when it changed, and when its store is damaged', async () => {
    const file = path.join(folder, 'aclImdb_v1.tar.gz');
    fs.writeFileSync(file, await pack(small));
    await imdb();
    const cache = process.env.LSTM_LAB_CACHE!;
    const [store] = fs.readdirSync(cache);
    fs.truncateSync(path.join(cache, store), 500);
    assert.equal((await imdb()).train.length, 3);
    fs.writeFileSync(file, await pack({ ...small, 'aclImdb/train/neg/9_4.txt': 'boring' }));
    assert.equal((await imdb()).train.length, 4);
  });

  test('a damaged archive is one sentence and leaves no store', async () => {
    const whole = await pack(small);
    const file = path.join(folder, 'aclImdb_v1.tar.gz');
    const cases: [Buffer, RegExp][] = [
      [Buffer.alloc(0), /aclImdb_v1\.tar\.gz (is no whole|ends too early|holds 0 training)/],
      [
        Buffer.from('<html>not found</html>'),
        /is no whole \.tar\.gz archive \(incorrect header check\): remove it and get it again\.$/,
      ],
      [whole.subarray(0, whole.length - 30), /is no whole \.tar\.gz archive \(unexpected end of file\)/],
      [zlib.gzipSync(Buffer.from('a text, and no archive '.repeat(100))), /is no whole \.tar\.gz archive/],
      [await pack({ 'other.txt': 'x' }), /holds 0 training and 0 test reviews; is it aclImdb_v1\.tar\.gz\?$/],
    ];
    for (const [content, message] of cases) {
      fs.writeFileSync(file, content);
      await assert.rejects(imdb(), message);
      assert.equal(fs.existsSync(process.env.LSTM_LAB_CACHE!), false);
    }
  });

  test('any damage to an archive gives reviews or one sentence', async () => {
    const whole = await pack(small);
    const plain = zlib.gunzipSync(whole);
    const file = path.join(folder, 'damaged.tar.gz');
    const damage = fc.tuple(fc.boolean(), fc.nat(plain.length), fc.nat(600), fc.uint8Array({ maxLength: 8 }));
    await fc.assert(
      fc.asyncProperty(damage, async ([inside, at, cut, put]) => {
        const bytes = inside ? plain : whole;
        const start = at % bytes.length;
        const changed = Buffer.concat([bytes.subarray(0, start), put, bytes.subarray(start + cut)]);
        fs.writeFileSync(file, inside ? zlib.gzipSync(changed) : changed);
        try {
          const { train } = await readReviews(file);
          assert.ok(train.every(({ label, rating }) => (label === 0 || label === 1) && Number.isInteger(rating)));
        } catch (error) {
          const { message } = error as Error;
          assert.ok(message.startsWith(file) && !message.includes('\n'), message);
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe('words', () => {
  test('are cut as Keras’s Tokenizer cuts them', () => {
    assert.deepEqual(tokenize("Don't STOP--it's <br />\tfine.\nÉtè\u00a0x"), [
      "don't",
      'stop',
      "it's",
      'br',
      'fine',
      'étè\u00a0x',
    ]);
    assert.deepEqual(tokenize(''), []);
    assert.deepEqual(tokenize(' !?'), []);
  });

  test('are ranked by frequency, ties by first appearance', () => {
    const { words, ranked } = rankWords(['b a a', 'c b a d']);
    assert.deepEqual(words, ['a', 'b', 'c', 'd']);
    assert.deepEqual([...ranked.ranks], [2, 1, 1, 3, 2, 1, 4]);
    assert.deepEqual([...ranked.ends], [3, 7]);
  });

  test('become numbers by the rules of imdb.load_data', () => {
    const ranks = [1, 5, 9];
    assert.deepEqual([...numberWords(ranks, {})], [1, 4, 8, 12]);
    assert.deepEqual([...numberWords(ranks, { numWords: 9 })], [1, 4, 8, 2]);
    assert.deepEqual([...numberWords(ranks, { numWords: 8, skipTop: 4 })], [2, 4, 2, 2]);
    assert.deepEqual([...numberWords(ranks, { skipTop: 5 })], [2, 2, 8, 12]);
    assert.deepEqual([...numberWords(ranks, { numWords: 9, oovChar: null })], [1, 4, 8]);
    assert.deepEqual([...numberWords(ranks, { startChar: null, indexFrom: 0 })], [1, 5, 9]);
  });
});

test('parseSnippets reads the judgements, and names a line that is none', () => {
  assert.deepEqual(parseSnippets('1\t2.2\tGood.\r\n2\t-0.6\tEffective but\ttepid\r\n3\t0\tSo so\n'), [
    { text: 'Good.', rating: 2.2, label: 1 },
    { text: 'Effective but\ttepid', rating: -0.6, label: 0 },
    { text: 'So so', rating: 0, label: 0 },
  ]);
  assert.throws(() => parseSnippets('1\t2.2\tGood.\noops'), /Line 2 of the snippets is not .* but "oops"/);
});

test('a store gives back what was put in, and is not there when writing fails', () => {
  const file = path.join(folder, 'deep', 'x.reviews');
  const arrays = { bytes: Buffer.from('abc'), f: Float32Array.of(1.5, -2), i: Int32Array.of(-7), u: Uint32Array.of(7) };
  writeStore(file, arrays, { words: ['é', '\n'] });
  assert.deepEqual(readStore(file), { arrays, values: { words: ['é', '\n'] } });
  assert.equal(readStore(path.join(folder, 'none')), undefined);
  for (const content of ['', '{}\n', '{"format":"other"}\nabc', 'x']) {
    fs.writeFileSync(file, content);
    assert.equal(readStore(file), undefined);
  }
  assert.deepEqual(fs.readdirSync(path.dirname(file)), ['x.reviews']);
});

test('a store with any byte changed, left out or added is not there', () => {
  const file = path.join(folder, 'x.reviews');
  writeStore(file, { f: Float32Array.of(1.5, -2), u: Uint32Array.of(7) }, { words: ['a'] });
  const whole = fs.readFileSync(file);
  const isThere = (content: Buffer) => {
    fs.writeFileSync(file, content);
    return readStore(file) !== undefined;
  };
  assert.ok(isThere(whole));
  assert.ok(!isThere(Buffer.concat([whole, Buffer.of(0)])));
  for (let at = 0; at < whole.length; at++) {
    assert.ok(!isThere(whole.subarray(0, at)), `cut to ${at} bytes`);
    const changed = Buffer.from(whole);
    changed[at] ^= 1;
    assert.ok(!isThere(changed), `byte ${at} changed`);
  }
});

test('an archive hands over files alone, no folder or link of a name that is wanted', async () => {
  const archive = tar.pack();
  archive.entry({ name: 'train/pos/0_9.txt', type: 'directory' });
  archive.entry({ name: 'train/pos/1_9.txt', type: 'symlink', linkname: '/etc/hostname' });
  archive.entry({ name: 'train/pos/2_9.txt' }, 'a text');
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  const seen: string[] = [];
  await readArchive(
    zlib.gzipSync(Buffer.concat(chunks)),
    () => true,
    (name) => seen.push(name),
  );
  assert.deepEqual(seen, ['train/pos/2_9.txt']);
});

test('an archive that was cut is refused wherever the cut is, also between two of its files', async () => {
  const plain = zlib.gunzipSync(await pack({ 'a.txt': 'a', 'b.txt': 'b'.repeat(600) }));
  const read = async (content: Buffer) => {
    const seen: string[] = [];
    await readArchive(
      content,
      () => true,
      (name) => seen.push(name),
    );
    return seen;
  };
  assert.deepEqual(await read(zlib.gzipSync(plain)), ['a.txt', 'b.txt']);
  for (let length = 0; length <= plain.length - 1024; length += 128)
    await assert.rejects(
      read(zlib.gzipSync(plain.subarray(0, length))),
      /no whole .* \((it ends too early|Unexpected end)/,
    );
  const whole = zlib.gzipSync(plain);
  for (let length = 0; length < whole.length; length += 10)
    await assert.rejects(read(whole.subarray(0, length)), /is no whole \.tar\.gz archive/);
});

test('readArchive streams only what is wanted', async () => {
  const seen: string[] = [];
  await readArchive(
    await pack(small),
    (name) => name.includes('/test/'),
    (name) => seen.push(name),
  );
  assert.deepEqual(seen.sort(), ['aclImdb/test/neg/4_3.txt', 'aclImdb/test/pos/5_8.txt']);
  await assert.rejects(
    readArchive(
      path.join(folder, 'none.tar.gz'),
      () => true,
      () => {},
    ),
    /none\.tar\.gz cannot be read \(ENOENT\)\.$/,
  );
});
