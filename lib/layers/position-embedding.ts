/** A vector for each place of a sequence, learned (Gehring et al. 2017; Radford et al. 2018). */
import { tf } from '../backend';
import { type Initializer, type InitializerIdentifier, describe, getInitializer } from './identifiers';
import { type Config, type LayerArgs, first } from './stock';

/** Options of {@link positionEmbedding}. */
export interface PositionEmbeddingArgs extends LayerArgs {
  /** The longest sequence: how many rows the table has. */
  sequenceLength: number;
  /** Default: glorotUniform. */
  initializer?: InitializerIdentifier;
}

/**
 * The first rows of a table `[sequenceLength, features]`, one for each step of `[batch, time, features]`, in the shape of the input, to be added to
 * it: KerasHub's `PositionEmbedding`. Throws on a sequence that is longer than the table.
 */
export class PositionEmbedding extends tf.layers.Layer {
  static readonly className = 'PositionEmbedding';
  readonly sequenceLength: number;
  private readonly initializer: Initializer;
  private table?: tf.LayerVariable;

  constructor(args: PositionEmbeddingArgs) {
    super(args);
    this.sequenceLength = args.sequenceLength;
    this.initializer = getInitializer(args.initializer ?? 'glorotUniform');
    this.supportsMasking = true;
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const [, , features] = this.checked(inputShape as tf.Shape);
    this.table = this.addWeight('embeddings', [this.sequenceLength, features], 'float32', this.initializer);
    this.built = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = first(inputs);
      const [, time, features] = this.checked(x.shape);
      if (!this.table) throw new Error(`${this.name} has no weights before it is built.`);
      const rows = tf.slice(this.table.read(), [0, 0], [time, features]);
      return tf.add(tf.zerosLike(x), rows); // the gradient of tf.broadcastTo adds up slice by slice
    });
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return this.checked(inputShape as tf.Shape);
  }

  private checked(shape: tf.Shape): number[] {
    if (shape.length !== 3)
      throw new Error(`${this.name} takes a sequence [batch, time, features]; it was given the shape [${shape}].`);
    if ((shape[1] ?? 0) > this.sequenceLength)
      throw new Error(
        `${this.name} has ${this.sequenceLength} places; a sequence of ${shape[1]} steps needs as many. Cut it, or give sequenceLength: ${shape[1]}.`,
      );
    return shape as number[];
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      sequenceLength: this.sequenceLength,
      initializer: describe(this.initializer),
    };
  }
}
