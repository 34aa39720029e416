import { baseName, readArchive } from '../archive';
import { pythonArchive, type PackageArchive } from '../registry';
import type { StatusLine } from '../status-line';
import type { FoundReview, FoundReviews } from './corpus';

const vader: PackageArchive = {
  name: 'vaderSentiment',
  version: '3.3.2',
  archive: 'vaderSentiment-3.3.2.tar.gz',
  sha256: '5d7c06e027fc8b99238edb0d53d970cf97066ef97654009890b83703849632f9',
};

/**
 * 10,605 sentences of film reviews with the mean of twenty people's judgements from -4 to 4 (Hutto and Gilbert 2014, MIT licence): positive
 * above 0. Every other one is for testing.
 */
export async function readSnippets(line: StatusLine): Promise<FoundReviews> {
  const inner = await onlyFile(await pythonArchive(vader, line), 'hutto_ICWSM_2014.tar.gz');
  const table = await onlyFile(inner, 'movieReviewSnippets_GroundTruth.txt');
  const reviews = parseSnippets(table.toString('utf8'));
  return {
    train: reviews.filter((_, i) => i % 2 === 0),
    test: reviews.filter((_, i) => i % 2 === 1),
    unlabelled: [],
  };
}

/** Reads lines of number, mean judgement and text, separated by tabs. Throws on the first line that is none. */
export function parseSnippets(table: string): FoundReview[] {
  const lines = table.split(/\r?\n/).filter((line) => line.trim() !== '');
  return lines.map((line, i) => {
    const [number, rating, ...rest] = line.split('\t');
    const text = rest.join('\t').trim();
    if (!/^\d+$/.test(number) || !/^-?\d+(\.\d+)?$/.test(rating ?? '') || !text) {
      throw new Error(`Line ${i + 1} of the snippets is not "number, judgement, text" but "${line.slice(0, 60)}".`);
    }
    return { text, rating: Number(rating), label: Number(rating) > 0 ? 1 : 0 };
  });
}

async function onlyFile(archive: string | Buffer, name: string): Promise<Buffer> {
  let found: Buffer | undefined;
  await readArchive(
    archive,
    (path) => baseName(path) === name,
    (_, content) => (found = content),
  );
  if (!found) throw new Error(`${vader.archive} holds no ${name}.`);
  return found;
}
