/** Standard input read as a file, by its number or its name: the reader is asked for lines. */
import fs from 'node:fs';
import { runningCell } from '../context';
import { askAndWait, askLater } from './question';

type Arguments = [file: unknown, ...rest: unknown[]];
type Read = (...all: Arguments) => unknown;

/** A file has an end, a reader's lines have not. */
const question = 'Standard input; an empty line ends it: ';

export function installStdinFile(): void {
  const files = fs as unknown as Record<'readFileSync' | 'readFile' | 'readSync', Read>;
  const promises = fs.promises as unknown as Record<'readFile', Read>;
  const { readFileSync, readFile, readSync } = files;
  const { readFile: readFilePromised } = promises;
  files.readFileSync = (file, options, ...rest) =>
    isStdin(file) ? as(options, allLines()) : readFileSync(file, options, ...rest);
  promises.readFile = (file, options, ...rest) =>
    isStdin(file) ? allLinesLater().then((text) => as(options, text)) : readFilePromised(file, options, ...rest);
  files.readFile = (file, ...rest) => {
    if (!isStdin(file)) return readFile(file, ...rest);
    const done = rest.at(-1) as (error: Error | null, data?: string | Buffer) => void;
    void allLinesLater().then((text) => done(null, as(rest.length > 1 ? rest[0] : undefined, text)), done);
  };
  files.readSync = (file, ...rest) => (file === 0 ? readLine(...(rest as [Buffer])) : readSync(file, ...rest));
}

function isStdin(file: unknown): boolean {
  return file === 0 || file === '/dev/stdin';
}

/** Text in the encoding that is asked for, else bytes. */
function as(options: unknown, text: string): string | Buffer {
  const encoding = typeof options === 'string' ? options : (options as { encoding?: string } | undefined)?.encoding;
  const bytes = Buffer.from(text);
  return encoding ? bytes.toString(encoding as BufferEncoding) : bytes;
}

function allLines(): string {
  let all = '';
  for (let line = askAndWait(question); line; line = askAndWait(question)) all += `${line}\n`;
  return all;
}

async function allLinesLater(): Promise<string> {
  let all = '';
  for (let line = await askLater(question); line; line = await askLater(question)) all += `${line}\n`;
  return all;
}

/** What a cell has not yet read of a line. */
let unread = { cell: 0, bytes: Buffer.alloc(0) };

/** `fs.readSync` of standard input: a line, or as much of it as fits; 0 bytes at the end of input. */
function readLine(into: Uint8Array, at?: number | { offset?: number; length?: number } | null, most?: number): number {
  const part = typeof at === 'object' ? at : { offset: at, length: most };
  const offset = part?.offset ?? 0;
  const cell = runningCell()?.id ?? 0;
  if (unread.cell !== cell || unread.bytes.length === 0) {
    const line = askAndWait('');
    unread = { cell, bytes: Buffer.from(line === null ? '' : `${line}\n`) };
  }
  const bytes = unread.bytes.subarray(0, part?.length ?? into.byteLength - offset);
  into.set(bytes, offset);
  unread.bytes = unread.bytes.subarray(bytes.length);
  return bytes.length;
}
