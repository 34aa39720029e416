/** Additive attention (Bahdanau et al. 2015). */
import { tf } from '../../backend';
import { QueryValueAttention, type QueryValueArgs, checkedInputs } from './query-value';

/** Options of {@link additiveAttention}. */
export type AdditiveAttentionArgs = QueryValueArgs;

/** Scores `Σ scale · tanh(query + key)` over the features; Keras's `AdditiveAttention`. Default: with `useScale`. */
export class AdditiveAttention extends QueryValueAttention {
  static readonly className = 'AdditiveAttention';
  private scale?: tf.LayerVariable;

  constructor(args: AdditiveAttentionArgs = {}) {
    super(args, args.useScale ?? true);
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const [query] = checkedInputs(this.name, inputShape as tf.Shape[], (shape) => shape);
    const size = query[2] as number;
    const limit = Math.sqrt(3 / size);
    const initializer = tf.initializers.randomUniform({ minval: -limit, maxval: limit });
    if (this.useScale) this.scale = this.addWeight('scale', [size], 'float32', initializer);
    this.built = true;
  }

  protected scores(query: tf.Tensor, key: tf.Tensor): tf.Tensor {
    const sums = tf.tanh(query.expandDims(2).add(key.expandDims(1)));
    const [batch, queries, keys, size] = sums.shape as number[];
    if (!this.scale) return sums.sum(-1);
    const scale = this.scale.read().reshape([size, 1]);
    return tf.matMul(sums.reshape([batch * queries * keys, size]), scale).reshape([batch, queries, keys]);
  }
}
