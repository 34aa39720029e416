import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { readArchive } from '../archive';
import type { RemoteFile } from '../download';
import { fetchFile } from '../fetch-file';
import { DownloadError } from '../http';
import { cacheDir } from '../folders';
import { StatusLine } from '../status-line';
import { buildColumns, ReviewCorpus, type CorpusColumns, type FoundReviews } from './corpus';
import type { PackedTexts, ReviewColumns } from './review-set';
import { readSnippets } from './snippets';
import { readStore, writeStore, type StoredArray } from './store';

const archive: RemoteFile = {
  name: 'aclImdb_v1.tar.gz',
  url: 'https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz',
  sha256: 'c40f74a18d3b61f90feba1e17730e0d38e8b97c05fde7008942e91923d1658fe',
  bytes: 84_125_825,
};

/**
 * The Large Movie Review Dataset (Maas et al. 2011): 25,000 labelled reviews to train on, 25,000 to test on, 50,000 without a label.
 * The archive is streamed, never unpacked, and what it holds is kept in `data/cache`. Where it cannot be had, short movie-review
 * snippets that people rated (Hutto and Gilbert 2014) take its place. Says which it is. The order of the reviews follows `seed` (113, as
 * in Keras). Throws one sentence when an archive is damaged, or when neither can be had.
 *
 * @example
 * const reviews = await data.imdb();
 * const { sequences, labels } = reviews.train.toSequences({ numWords: 10_000 });
 * console.log(reviews.name, sequences.length === labels.length); // IMDB true
 */
export async function imdb({ seed = 113 }: { seed?: number } = {}): Promise<ReviewCorpus> {
  const line = new StatusLine();
  const found = await fetchFile(archive, line).catch((error: Error) => {
    if (error instanceof DownloadError) return error;
    throw error;
  });
  if (found instanceof DownloadError) return substitute(found, line, seed);
  const columns = await columnsOf('imdb', fingerprint(found.file), () => readReviews(found.file, line));
  const source = `IMDB reviews from ${found.place}: ${counts(columns)}`;
  line.end(source);
  return new ReviewCorpus(columns, 'IMDB', source, seed);
}

async function substitute(reason: DownloadError, line: StatusLine, seed: number): Promise<ReviewCorpus> {
  const columns = await columnsOf('snippets', '1', () => readSnippets(line)).catch((error: Error) => {
    line.end();
    if (error.name === 'Interrupted') throw error;
    const cure = `Put ${archive.name} into a folder and name that folder in LSTM_LAB_DATA.`;
    throw new DownloadError(`${reason.message} Its substitute is not to be had either: ${error.message} ${cure}`);
  });
  const count = columns.train.labels.length + columns.test.labels.length;
  const source =
    `${reason.message} In its place: ${count.toLocaleString('en-US')} movie-review snippets of vaderSentiment 3.3.2, ` +
    'each rated by twenty people.';
  line.end(source);
  return new ReviewCorpus(columns, 'snippets', source, seed);
}

/** Reads the reviews of an archive in the order of their numbers. Throws one sentence when it is damaged or holds none. */
export async function readReviews(file: string, line?: StatusLine): Promise<FoundReviews> {
  const name = /(?:^|\/)(train|test)\/(pos|neg|unsup)\/(\d+)_(\d+)\.txt$/;
  const all: { part: string; kind: string; number: number; rating: number; text: string }[] = [];
  const take = (path: string, content: Buffer) => {
    const [, part, kind, number, rating] = name.exec(path)!;
    if (content.length > 0)
      all.push({ part, kind, number: Number(number), rating: Number(rating), text: content.toString('utf8') });
    if (all.length % 1000 === 0)
      line?.show(`Reading ${path.split('/')[0]}: ${all.length.toLocaleString('en-US')} reviews`);
  };
  await readArchive(file, (path) => name.test(path), take);
  all.sort((a, b) => a.kind.localeCompare(b.kind) || a.number - b.number); // whatever the archive's order
  const labelled = (part: string) =>
    all
      .filter((review) => review.part === part && review.kind !== 'unsup')
      .map(({ text, rating, kind }) => ({ text, rating, label: kind === 'pos' ? (1 as const) : (0 as const) }));
  const [train, test] = [labelled('train'), labelled('test')];
  if (train.length === 0 || test.length === 0) {
    throw new Error(`${file} holds ${train.length} training and ${test.length} test reviews; is it ${archive.name}?`);
  }
  return { train, test, unlabelled: all.filter(({ kind }) => kind === 'unsup').map(({ text }) => text) };
}

/** What a corpus is made of, from the cache or, the first time, from its source. */
async function columnsOf(name: string, version: string, read: () => Promise<FoundReviews>): Promise<CorpusColumns> {
  const store = path.join(cacheDir(), `${name}-${version}.reviews`);
  const stored = readStore(store);
  if (stored) return unpack(stored.arrays, stored.values);
  const columns = buildColumns(await read());
  writeStore(store, pack(columns), { words: columns.words });
  return columns;
}

/** Tells one archive from another without reading all of it: its size, its beginning and its end. */
function fingerprint(file: string): string {
  const { size } = fs.statSync(file);
  const handle = fs.openSync(file, 'r');
  const piece = Buffer.alloc(1 << 16);
  const hash = crypto.createHash('sha256').update(String(size));
  try {
    for (const at of [0, Math.max(0, size - piece.length)]) {
      hash.update(piece.subarray(0, fs.readSync(handle, piece, 0, piece.length, at)));
    }
  } finally {
    fs.closeSync(handle);
  }
  return hash.digest('hex').slice(0, 12);
}

function counts({ train, test, unlabelled }: CorpusColumns): string {
  const of = (labels: Float32Array, label: number) => labels.reduce((sum, given) => sum + (given === label ? 1 : 0), 0);
  const show = (n: number) => n.toLocaleString('en-US');
  const parts = [train, test].map(
    ({ labels }) => `${show(of(labels, 1))} positive and ${show(of(labels, 0))} negative`,
  );
  const missing = 50_000 - train.labels.length - test.labels.length + 50_000 - unlabelled.ends.length;
  return (
    `${parts[0]} to train on, ${parts[1]} to test on, ${show(unlabelled.ends.length)} without a label` +
    (missing > 0 ? `; ${show(missing)} of the official 100,000 are missing in this file.` : '.')
  );
}

function pack({ train, test, unlabelled }: CorpusColumns): Record<string, StoredArray> {
  const set = (name: string, { texts, ratings, labels, ranks, rankEnds }: ReviewColumns) => ({
    [`${name}.bytes`]: texts.bytes,
    [`${name}.ends`]: texts.ends,
    [`${name}.ratings`]: ratings,
    [`${name}.labels`]: labels,
    [`${name}.ranks`]: ranks,
    [`${name}.rankEnds`]: rankEnds,
  });
  return {
    ...set('train', train),
    ...set('test', test),
    'unlabelled.bytes': unlabelled.bytes,
    'unlabelled.ends': unlabelled.ends,
  };
}

function unpack(arrays: Record<string, StoredArray>, values: Record<string, unknown>): CorpusColumns {
  const texts = (name: string): PackedTexts => ({
    bytes: arrays[`${name}.bytes`] as Buffer,
    ends: arrays[`${name}.ends`] as Uint32Array,
  });
  const set = (name: string): ReviewColumns => ({
    texts: texts(name),
    ratings: arrays[`${name}.ratings`] as Float32Array,
    labels: arrays[`${name}.labels`] as Float32Array,
    ranks: arrays[`${name}.ranks`] as Int32Array,
    rankEnds: arrays[`${name}.rankEnds`] as Uint32Array,
  });
  return { train: set('train'), test: set('test'), unlabelled: texts('unlabelled'), words: values.words as string[] };
}
