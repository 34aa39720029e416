import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { tf } from '../backend';
import { replaceFile, type FilePiece } from '../files';
import type { Vocabulary } from './vocabulary';

/** A word that is near another one. */
export interface Neighbour {
  word: string;
  /** The cosine of the angle between both vectors, from -1 to 1. */
  similarity: number;
}

/** One vector of `dim` numbers for each word. */
export class WordVectors {
  private readonly row: Map<string, number>;

  constructor(
    readonly words: readonly string[],
    /** All vectors, row by row: `words.length * dim` numbers. */
    readonly matrix: Float32Array,
    readonly dim: number,
  ) {
    if (matrix.length !== words.length * dim)
      throw new Error(
        `${words.length} words of ${dim} numbers need ${words.length * dim} numbers, not ${matrix.length}.`,
      );
    this.row = new Map(words.map((word, row) => [word, row]));
  }

  get size(): number {
    return this.words.length;
  }

  has(word: string): boolean {
    return this.row.has(word);
  }

  /** The word's vector; throws when it has none. */
  vector(word: string): Float32Array {
    const row = this.row.get(word);
    if (row === undefined) throw new Error(`There is no vector for "${word}"; ask has(word) first.`);
    return this.matrix.subarray(row * this.dim, (row + 1) * this.dim);
  }

  /** The cosine similarity of two words, from -1 to 1. */
  similarity(a: string, b: string): number {
    return cosine(this.vector(a), this.vector(b));
  }

  /** The words nearest to a word or a vector by cosine similarity, nearest first; a word is not its own neighbour. */
  mostSimilar(to: string | ArrayLike<number>, count = 10): Neighbour[] {
    const target = typeof to === 'string' ? this.vector(to) : Float32Array.from(to);
    if (target.length !== this.dim)
      throw new Error(`The vector has ${target.length} numbers, these word vectors have ${this.dim}.`);
    return this.words
      .map((word) => ({ word, similarity: cosine(target, this.vector(word)) }))
      .filter(({ word }) => word !== to)
      .sort((a, b) => b.similarity - a.similarity)
      .slice(0, count);
  }

  /**
   * The starting weights of an embedding for a vocabulary, `[vocabulary.size, dim]`: padding is zeros, a word without a vector gets small
   * random numbers of the vectors' own spread.
   */
  embeddingMatrix(vocabulary: Vocabulary, random: () => number = Math.random): tf.Tensor2D {
    const spread = Math.sqrt(this.matrix.reduce((sum, v) => sum + v * v, 0) / Math.max(1, this.matrix.length));
    const weights = new Float32Array(vocabulary.size * this.dim);
    vocabulary.tokens.forEach((token, number) => {
      if (number === 0) return;
      const known = this.row.has(token) ? this.vector(token) : undefined;
      for (let k = 0; k < this.dim; k++)
        weights[number * this.dim + k] = known ? known[k] : (random() * 2 - 1) * spread * Math.sqrt(3);
    });
    return tf.tensor2d(weights, [vocabulary.size, this.dim]);
  }

  /**
   * Writes the vectors in the format of the word2vec program: a line "count dim", then each word with its numbers, as text or as
   * little-endian float32. The file appears whole or not at all.
   */
  save(path: string, options: { binary?: boolean } = {}): void {
    replaceFile(path, this.lines(options.binary ?? false));
  }

  private *lines(binary: boolean): Iterable<FilePiece> {
    yield `${this.size} ${this.dim}\n`;
    for (const word of this.words) {
      const numbers = this.vector(word);
      const bytes = Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);
      yield binary ? Buffer.concat([Buffer.from(`${word} `), bytes, newline]) : `${word} ${numbers.join(' ')}\n`;
    }
  }

  /** Reads a file in the format of the word2vec program, text or binary; throws a sentence that names the place of the first fault. */
  static load(path: string, options: { binary?: boolean } = {}): WordVectors {
    const file = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(fstatSync(file).size);
      for (let read = 0; read < bytes.length; ) {
        const count = readSync(file, bytes, read, bytes.length - read, read);
        if (count === 0) break;
        read += count;
      }
      return options.binary ? parseBinary(bytes, path) : parseText(bytes.toString('utf8'), path);
    } finally {
      closeSync(file);
    }
  }
}

const newline = Buffer.from('\n');

function cosine(a: Float32Array, b: Float32Array): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (let k = 0; k < a.length; k++) {
    dot += a[k] * b[k];
    aa += a[k] * a[k];
    bb += b[k] * b[k];
  }
  return aa === 0 || bb === 0 ? 0 : dot / Math.sqrt(aa * bb);
}

function header(line: string, path: string): { count: number; dim: number } {
  const match = /^(\d+) (\d+)\s*$/.exec(line);
  const [count, dim] = match ? [Number(match[1]), Number(match[2])] : [NaN, NaN];
  if (!Number.isSafeInteger(count * dim) || !(dim >= 1))
    throw new Error(`${path} is no word2vec file: its first line must be "count dim", it is "${line.slice(0, 40)}".`);
  return { count, dim };
}

function parseText(text: string, path: string): WordVectors {
  const lines = text.split('\n');
  const { count, dim } = header(lines[0], path);
  if (lines.length - 1 < count)
    throw new Error(`${path} promises ${count} words but has only ${lines.length - 1} lines; it was cut short.`);
  const words: string[] = [];
  const matrix = new Float32Array(count * dim);
  for (let row = 0; row < count; row++) {
    const fields = lines[row + 1].trimEnd().split(' ');
    const numbers = fields.slice(1).map(Number);
    if (fields[0] === '' || numbers.length !== dim || !numbers.every(Number.isFinite))
      throw new Error(
        `${path}, line ${row + 2}: expected a word and ${dim} numbers; the file is damaged or of another format.`,
      );
    words.push(fields[0]);
    matrix.set(numbers, row * dim);
  }
  return new WordVectors(words, matrix, dim);
}

function parseBinary(bytes: Buffer, path: string): WordVectors {
  const firstLine = bytes.indexOf(10);
  const { count, dim } = header(bytes.subarray(0, firstLine < 0 ? 80 : firstLine).toString('utf8'), path);
  const short = (row: number) =>
    new Error(`${path} promises ${count} words but ends within word ${row + 1}; it was cut short.`);
  if (count * (dim * 4 + 2) > bytes.length) throw short(Math.floor(bytes.length / (dim * 4 + 2)));
  const words: string[] = [];
  const matrix = new Float32Array(count * dim);
  let at = firstLine + 1;
  for (let row = 0; row < count; row++) {
    while (bytes[at] === 10) at++;
    const space = bytes.indexOf(32, at);
    if (space < 0 || space + 1 + dim * 4 > bytes.length) throw short(row);
    words.push(bytes.subarray(at, space).toString('utf8'));
    for (let k = 0; k < dim; k++) matrix[row * dim + k] = bytes.readFloatLE(space + 1 + k * 4);
    at = space + 1 + dim * 4;
  }
  return new WordVectors(words, matrix, dim);
}
