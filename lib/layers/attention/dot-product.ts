/** Dot-product attention (Luong et al. 2015). */
import { tf } from '../../backend';
import type { Config } from '../stock';
import { QueryValueAttention, type QueryValueArgs } from './query-value';

/** Options of {@link attention}. */
export interface AttentionArgs extends QueryValueArgs {
  /** `dot`: query · key; `concat`: Σ tanh(query + key) times a learned weight. Default: dot. */
  scoreMode?: 'dot' | 'concat';
}

/** Scores `query · key`; Keras's `Attention`. Default: without `useScale`. */
export class Attention extends QueryValueAttention {
  static readonly className = 'Attention';
  readonly scoreMode: 'dot' | 'concat';
  private scale?: tf.LayerVariable;
  private concatScoreWeight?: tf.LayerVariable;

  constructor(args: AttentionArgs = {}) {
    super(args, args.useScale ?? false);
    this.scoreMode = args.scoreMode ?? 'dot';
    if (this.scoreMode !== 'dot' && this.scoreMode !== 'concat')
      throw new Error(`Attention: scoreMode is "${String(this.scoreMode)}"; give "dot" or "concat".`);
  }

  override build(_inputShape: tf.Shape | tf.Shape[]): void {
    const one = (name: string) => this.addWeight(name, [], 'float32', tf.initializers.ones());
    if (this.useScale) this.scale = one('scale');
    if (this.scoreMode === 'concat') this.concatScoreWeight = one('concat_score_weight');
    this.built = true;
  }

  protected scores(query: tf.Tensor, key: tf.Tensor): tf.Tensor {
    const scaled = (x: tf.Tensor) => (this.scale ? x.mul(this.scale.read()) : x);
    if (!this.concatScoreWeight) return scaled(tf.matMul(query, key, false, true));
    const sums = tf.tanh(scaled(query.expandDims(2).add(key.expandDims(1))));
    return sums.sum(-1).mul(this.concatScoreWeight.read());
  }

  override getConfig(): Config {
    return { ...super.getConfig(), scoreMode: this.scoreMode };
  }
}
