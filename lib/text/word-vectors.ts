import { tf } from '../backend';
import { replaceFile } from '../files';
import type { Vocabulary } from './vocabulary';
import { encodeVectors, readVectors } from './word2vec-format';

/** A word that is near another one. */
export interface Neighbour {
  /** The word itself. */
  word: string;
  /** The cosine of the angle between both vectors, from -1 to 1. */
  similarity: number;
}

/**
 * One vector of `dim` numbers for each word.
 *
 * @example
 * const vectors = new text.WordVectors(['king', 'queen', 'pie'], Float32Array.of(1, 0.9, 0.8, 1, -1, 0.1), 2);
 * console.log(vectors.mostSimilar('king', 1)[0].word, vectors.similarity('king', 'pie') < 0); // queen true
 */
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
    if (this.row.size !== words.length) {
      const twice = words.find((word, row) => this.row.get(word) !== row);
      throw new Error(`The word "${twice}" stands twice; give each word one vector.`);
    }
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
   * Writes the vectors in the format of the word2vec program, as text or binary; the file appears whole or not at all. Throws when a word
   * holds white space or a number is not finite.
   */
  save(path: string, { binary = false }: { binary?: boolean } = {}): void {
    replaceFile(path, encodeVectors({ words: [...this.words], matrix: this.matrix, dim: this.dim }, binary));
  }

  /** Reads a file in the format of the word2vec program, text or binary; throws a sentence that names the place of the first fault. */
  static load(path: string, { binary = false }: { binary?: boolean } = {}): WordVectors {
    const { words, matrix, dim } = readVectors(path, binary);
    return new WordVectors(words, matrix, dim);
  }
}

function cosine(a: Float32Array, b: Float32Array): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (let k = 0; k < a.length; k++) {
    dot += a[k] * b[k];
    aa += a[k] * a[k];
    bb += b[k] * b[k];
  }
  return aa === 0 || bb === 0 ? 0 : dot / Math.sqrt(aa * bb);
}
