/** Attention of queries over values, whatever the scores are. */
import { tf } from '../../backend';
import { DropoutStream, fraction } from '../dropout-mask';
import { inputMasks } from '../masks';
import { type Config, type Kwargs, type LayerArgs, toList } from '../stock';
import { allOf, causalMask, dropWeights, maskedSoftmax } from './softmax';

/** Options of attention that is asked by a query. */
export interface QueryValueArgs extends LayerArgs {
  /** Whether a learned weight scales the scores. */
  useScale?: boolean;
  /** Fraction of the attention weights dropped in training. Default: 0. */
  dropout?: number;
  /** Seed of the dropout. Default: drawn from the global seed. */
  seed?: number | null;
  /** Each query sees the values up to its own position only. Default: false. */
  useCausalMask?: boolean;
  /** Return `[output, weights]`, weights `[batch, queries, values]`. Default: false. */
  returnAttentionScores?: boolean;
}

/**
 * Attention over `[query, value]` or `[query, value, key]`, shapes `[batch, queries, size]` and `[batch, values, size]`; the key
 * is the value unless given. The value's mask hides steps, the query's mask makes output rows zero, as in Keras.
 */
export abstract class QueryValueAttention extends tf.layers.Layer {
  readonly useScale: boolean;
  readonly dropout: number;
  readonly seed: number | null;
  readonly useCausalMask: boolean;
  readonly returnAttentionScores: boolean;
  private readonly dropoutStream: DropoutStream;

  constructor(args: QueryValueArgs, useScale: boolean) {
    super(args);
    this.useScale = useScale;
    this.dropout = fraction(this.getClassName(), 'dropout', args.dropout ?? 0);
    this.seed = args.seed ?? null;
    this.useCausalMask = args.useCausalMask ?? false;
    this.returnAttentionScores = args.returnAttentionScores ?? false;
    this.dropoutStream = new DropoutStream(this.seed);
    this.supportsMasking = true;
  }

  /** Scores `[batch, queries, values]`. */
  protected abstract scores(query: tf.Tensor, key: tf.Tensor): tf.Tensor;

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Kwargs): tf.Tensor | tf.Tensor[] {
    return tf.tidy(() => {
      const list = checkedInputs(this.name, toList(inputs), (tensor) => tensor.shape);
      const [query, value, key = value] = list;
      const [queryMask, valueMask] = inputMasks(list, kwargs);
      const scores = this.scores(query, key);
      const causal = this.useCausalMask ? causalMask(query.shape[1] as number, key.shape[1] as number) : undefined;
      const mask = allOf([valueMask?.expandDims(1), causal]);
      const softened = maskedSoftmax(scores, { mask });
      const weights = dropWeights(softened, this.dropout, kwargs?.training === true, this.dropoutStream);
      const attended = tf.matMul(weights, value);
      const output = queryMask ? attended.mul(queryMask.expandDims(2).toFloat()) : attended;
      return this.returnAttentionScores ? [output, weights] : output;
    });
  }

  override computeMask(_inputs: tf.Tensor | tf.Tensor[], mask?: tf.Tensor | tf.Tensor[]): tf.Tensor | tf.Tensor[] {
    const output = (toList<tf.Tensor | null>(mask)[0] ?? null) as tf.Tensor;
    return this.returnAttentionScores ? [output, null as unknown as tf.Tensor] : output;
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    const [query, value] = checkedInputs(this.name, inputShape as tf.Shape[], (shape) => shape);
    const output = [query[0], query[1], value[2]];
    return this.returnAttentionScores ? [output, [query[0], query[1], value[1]]] : output;
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      useScale: this.useScale,
      dropout: this.dropout,
      seed: this.seed,
      useCausalMask: this.useCausalMask,
      returnAttentionScores: this.returnAttentionScores,
    };
  }
}

/** The inputs of an attention layer, two or three of them with three axes each; throws when they are not. */
export function checkedInputs<T>(layer: string, inputs: T[], shapeOf: (input: T) => tf.Shape): T[] {
  const shapes = inputs.map((input) => (Array.isArray(input) || input ? shapeOf(input) : []));
  const fits = (shapes.length === 2 || shapes.length === 3) && shapes.every((shape) => shape?.length === 3);
  if (!fits)
    throw new Error(
      `${layer} takes [query, value] or [query, value, key], each [batch, time, size]; ` +
        `it was given ${JSON.stringify(shapes)}.`,
    );
  return inputs;
}
