/**
 * The files of the word2vec program, as gensim reads and writes them too: a line "count dim", then each word, a space and its numbers,
 * as text or as little-endian float32.
 */
import { readFile, type FilePiece } from '../files';

/** Words and their vectors, row by row. */
export interface VectorTable {
  words: string[];
  matrix: Float32Array;
  dim: number;
}

/**
 * The pieces of a file.
 * @throws Error on a word that the format cannot hold, because it is empty or holds white space, and on a number that is not finite.
 */
export function* encodeVectors({ words, matrix, dim }: VectorTable, binary: boolean): Generator<FilePiece> {
  yield `${words.length} ${dim}\n`;
  for (const [row, word] of words.entries()) {
    if (!/^\S+$/u.test(word)) throw new Error(`The word "${word}" cannot be saved: it is empty or holds white space.`);
    const numbers = matrix.subarray(row * dim, (row + 1) * dim);
    if (!numbers.every(Number.isFinite)) throw new Error(`The vector of "${word}" holds a number that is not finite.`);
    const bytes = Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);
    yield binary
      ? Buffer.concat([Buffer.from(`${word} `), bytes, Buffer.from('\n')])
      : `${word} ${Array.from(numbers, shown).join(' ')}\n`;
  }
}

/** JavaScript writes -0 as 0. */
const shown = (value: number): string => (Object.is(value, -0) ? '-0' : String(value));

/** Reads a file; throws a sentence that names the place of the first fault: cut short or too long, no number, a word twice, not UTF-8. */
export function readVectors(path: string, binary: boolean): VectorTable {
  const bytes = readFile(path);
  const end = bytes.indexOf(10);
  const head = bytes.subarray(0, end < 0 ? 80 : end).toString('utf8');
  const [count, dim] = (/^(\d+)\s+(\d+)\s*$/.exec(head) ?? []).slice(1).map(Number);
  if (!(dim >= 1) || !Number.isSafeInteger(count * dim))
    throw new Error(`${path} is no word2vec file: its first line must be "count dim", it is "${head.slice(0, 40)}".`);
  if (count * (2 * dim + 1) > bytes.length) throw short(path, count, 'is too small for them');
  const places = new Map<string, number>();
  const matrix = new Float32Array(count * dim);
  const take = (row: number, place: string, word: Buffer, numbers: Float32Array | undefined) => {
    if (!numbers || word.length === 0)
      throw new Error(
        `${path}, ${place}: expected a word and ${dim} numbers; the file is damaged or of another format.`,
      );
    if (!numbers.every(Number.isFinite)) throw new Error(`${path}, ${place}: a number is not finite as a float32.`);
    const name = decode(word);
    if (name === undefined) throw new Error(`${path}, ${place}: the word is not written in UTF-8.`);
    const before = places.get(name);
    if (before !== undefined)
      throw new Error(`${path}, ${place}: "${name}" has a vector already, that of word ${before + 1}.`);
    places.set(name, row);
    matrix.set(numbers, row * dim);
  };
  const after = (binary ? takeBinary : takeLines)(path, bytes, end + 1, [count, dim], take);
  if (bytes.subarray(after).some((byte) => byte !== 10 && byte !== 13))
    throw new Error(
      `${path} promises ${count} words but goes on after them; the file is damaged or of another format.`,
    );
  return { words: [...places.keys()], matrix, dim };
}

type Take = (row: number, place: string, word: Buffer, numbers: Float32Array | undefined) => void;

/** Hands over the rows of a text file; gives the place where they end. */
function takeLines(path: string, bytes: Buffer, start: number, [count, dim]: [number, number], take: Take): number {
  let at = start;
  for (let row = 0; row < count; row++) {
    if (at >= bytes.length) throw short(path, count, `ends after ${row}`);
    const end = bytes.indexOf(10, at);
    const line = bytes.subarray(at, end < 0 ? bytes.length : end);
    const space = line.indexOf(32);
    const fields = line
      .toString('latin1', space + 1)
      .trimEnd()
      .split(' ');
    const isRow = space > 0 && fields.length === dim && fields.every((field) => number.test(field));
    take(
      row,
      `line ${row + 2}`,
      line.subarray(0, Math.max(0, space)),
      isRow ? Float32Array.from(fields, Number) : undefined,
    );
    at = end < 0 ? bytes.length : end + 1;
  }
  return at;
}

const number = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;

/** Hands over the rows of a binary file, between which the word2vec program writes a newline and gensim nothing. */
function takeBinary(path: string, bytes: Buffer, start: number, [count, dim]: [number, number], take: Take): number {
  let at = start;
  for (let row = 0; row < count; row++) {
    while (bytes[at] === 10) at++;
    const space = bytes.indexOf(32, at);
    const end = space + 1 + dim * 4;
    if (space < 0 || end > bytes.length) throw short(path, count, `ends within word ${row + 1}`);
    const numbers = Float32Array.from({ length: dim }, (_, k) => bytes.readFloatLE(space + 1 + k * 4));
    take(row, `word ${row + 1}`, bytes.subarray(at, space), numbers);
    at = end;
  }
  return at;
}

const short = (path: string, count: number, where: string): Error =>
  new Error(`${path} promises ${count} words but ${where}; it was cut short.`);

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decode(word: Buffer): string | undefined {
  try {
    return utf8.decode(word);
  } catch {
    return undefined;
  }
}
