import fs from 'node:fs';
import path from 'node:path';
import { download, type RemoteFile } from './download';
import { cacheDir, ownFolder } from './folders';
import { StatusLine } from './status-line';

/** Where a file was found. */
export interface FoundFile {
  /** Its path here. */
  file: string;
  /** The reader's own folder, the cache, or the web just now. */
  from: 'own' | 'cache' | 'web';
  /** For the reader: `aclImdb_v1.tar.gz in your LSTM_LAB_DATA`. */
  place: string;
}

/**
 * Finds a file: in the folder that `LSTM_LAB_DATA` names (the reader's own, taken as it is), in the cache, or at its address, from where
 * it is downloaded into the cache, with its progress in `line`, and held to its checksum. Throws `DownloadError` when it is nowhere to be had.
 *
 * @example
 * import fs from 'node:fs';
 * fs.writeFileSync('words.txt', 'a good film'); // LSTM_LAB_DATA names this folder
 * const found = await data.fetchFile({ name: 'words.txt', url: 'https://example.com/words.txt', sha256: '' });
 * console.log(found.from, found.place); // own words.txt in your LSTM_LAB_DATA
 */
export async function fetchFile(wanted: RemoteFile, line = new StatusLine()): Promise<FoundFile> {
  const own = ownFolder();
  if (own && fs.existsSync(path.join(own, wanted.name))) {
    return { file: path.join(own, wanted.name), from: 'own', place: `${wanted.name} in your LSTM_LAB_DATA` };
  }
  const cached = path.join(cacheDir(), wanted.name);
  if (fs.existsSync(cached)) return { file: cached, from: 'cache', place: `${wanted.name} in data/cache` };
  await download(wanted, cached, line);
  const { host } = new URL(wanted.url);
  return { file: cached, from: 'web', place: `${wanted.name}, downloaded from ${host}` };
}
