/** A table of vectors, one for each word. */
import { tf } from '../backend';
import { rowError } from '../kernels/embedding/row-error';
import { byName, type Arguments } from './arguments';
import { Module } from './module';
import { checkSizes, parameter } from './parameter';
import { defaultGenerator } from './random';

/**
 * PyTorch's `nn.Embedding`: looks up rows of its weight `[numEmbeddings, embeddingDim]`.
 *
 * @example
 * const embedding = new torch.Embedding(1000, 16, { paddingIdx: 0 });
 * const vectors = embedding.forward(tf.tensor2d([[5, 7, 0]], [1, 3], 'int32'));
 * console.log(vectors.shape, vectors.abs().max(2).greater(0).arraySync()); // [ 1, 3, 16 ] [ [ 1, 1, 0 ] ]
 */
export class Embedding extends Module {
  readonly weight: tf.Variable<tf.Rank.R2>;
  readonly paddingIdx: number | undefined;

  /**
   * Draws the first vectors as PyTorch does: N(0, 1).
   * @param args `paddingIdx`: the word whose vector starts at zero and gets no gradient.
   * @throws RangeError when a size is not positive or there is no such word.
   */
  constructor(
    readonly numEmbeddings: number,
    readonly embeddingDim: number,
    ...args: Arguments<{ paddingIdx?: number }, readonly ['paddingIdx']>
  ) {
    super();
    const { paddingIdx } = byName<{ paddingIdx?: number }>('torch.Embedding', ['paddingIdx'], args);
    checkSizes('Embedding', { numEmbeddings, embeddingDim });
    if (paddingIdx !== undefined && !isWord(paddingIdx, numEmbeddings)) {
      throw new RangeError(`torch.Embedding: paddingIdx is a word below ${numEmbeddings}; got ${paddingIdx}.`);
    }
    this.paddingIdx = paddingIdx === undefined || paddingIdx >= 0 ? paddingIdx : numEmbeddings + paddingIdx;
    const vectors = defaultGenerator.normal(numEmbeddings * embeddingDim);
    if (this.paddingIdx !== undefined) {
      vectors.fill(0, this.paddingIdx * embeddingDim, (this.paddingIdx + 1) * embeddingDim);
    }
    this.weight = parameter(vectors, [numEmbeddings, embeddingDim]);
  }

  /** Word indices `[…]` to vectors `[…, embeddingDim]`. @throws RangeError when an index is not in the table. */
  forward(indices: tf.Tensor): tf.Tensor {
    return tf.tidy(() => {
      const words = indices.toInt();
      checkWords(indices, words, this.numEmbeddings);
      const vectors = tf.gather(this.weight as tf.Tensor2D, words.flatten()) as tf.Tensor2D;
      const learned =
        this.paddingIdx === undefined ? vectors : withoutGradient(vectors, words.flatten().equal(this.paddingIdx));
      return learned.reshape([...indices.shape, this.embeddingDim]);
    });
  }

  protected override describe(): string {
    const padding = this.paddingIdx === undefined ? '' : `, padding_idx=${this.paddingIdx}`;
    return `${this.numEmbeddings}, ${this.embeddingDim}${padding}`;
  }
}

/** As in PyTorch, negative words count from the end. */
function isWord(word: number, count: number): boolean {
  return Number.isInteger(word) && word >= -count && word < count;
}

/** Throws where an index is no row of a table of `count`; `words` are the indices as int32. */
function checkWords(indices: tf.Tensor, words: tf.Tensor, count: number): void {
  if (words.size === 0) return;
  const [least] = words.min().dataSync();
  const [greatest] = words.max().dataSync();
  if (least < 0 || greatest >= count) throw rowError('torch.Embedding', least < 0 ? least : greatest, count);
  if (indices.dtype === 'float32' && indices.sub(indices.floor()).max().dataSync()[0] > 0)
    throw new RangeError('torch.Embedding: the indices are not all integers.');
}

/** The same rows, but the ones marked in `constant` `[rows]` pass no gradient. */
function withoutGradient(rows: tf.Tensor2D, constant: tf.Tensor): tf.Tensor2D {
  const keep = constant.logicalNot().toFloat().expandDims(1);
  const pass = tf.customGrad((x, save) => {
    (save as tf.GradSaveFunc)([keep]);
    return {
      value: (x as tf.Tensor2D).clone(),
      gradFunc: (dy: tf.Tensor2D, [kept]: tf.Tensor[]) => dy.mul<tf.Tensor2D>(kept),
    };
  });
  return pass(rows);
}
