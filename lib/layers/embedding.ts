/** A table of vectors, one for each index. */
import { tf } from '../backend';
import { embedding } from '../kernels';
import type { ConstraintIdentifier, InitializerIdentifier, RegularizerIdentifier } from './identifiers';
import { type Kwargs, type LayerArgs, type StockClass, first, stockClass } from './stock';

/** Options of {@link embedding}. */
export interface EmbeddingArgs extends LayerArgs {
  /** How many rows the table has: the largest index plus one. */
  inputDim: number;
  /** Size of a vector. */
  outputDim: number;
  /** Default: randomUniform, from -0.05 to 0.05. */
  embeddingsInitializer?: InitializerIdentifier;
  /** Penalty of the table, added to the loss. Default: none. */
  embeddingsRegularizer?: RegularizerIdentifier;
  /** What the table is made to satisfy after each step. Default: nothing. */
  embeddingsConstraint?: ConstraintIdentifier;
  /** Penalty of the vectors, added to the loss. */
  activityRegularizer?: RegularizerIdentifier;
  /** Whether index 0 is padding: layers above then skip it. Default: false. */
  maskZero?: boolean;
  /** Length of the sequences, when it is constant. */
  inputLength?: number | number[];
}

interface StockLayer extends tf.layers.Layer {
  embeddings: tf.LayerVariable;
  maskZero: boolean;
}
const StockEmbedding = stockClass<StockClass<EmbeddingArgs, StockLayer>>('Embedding');

/** Indices `[batch, …]` to vectors `[batch, …, outputDim]`. */
export class Embedding extends StockEmbedding {
  static readonly className = 'Embedding';

  constructor(args: EmbeddingArgs) {
    super({ ...args, maskZero: args.maskZero ?? false });
  }

  override call(inputs: tf.Tensor | tf.Tensor[], _kwargs: Kwargs): tf.Tensor {
    return tf.tidy(() => embedding(this.embeddings.read() as tf.Tensor2D, first(inputs).toInt(), this.name));
  }

  override computeMask(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return this.maskZero ? tf.notEqual(first(inputs), 0) : (null as unknown as tf.Tensor);
  }
}
