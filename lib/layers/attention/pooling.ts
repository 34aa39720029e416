/** A sequence as the weighted mean of its steps (Yang et al. 2016). */
import { tf } from '../../backend';
import { inputMasks } from '../masks';
import { type InitializerIdentifier, type Initializer, describe, getInitializer } from '../identifiers';
import { type Config, type Kwargs, type LayerArgs, first, firstShape } from '../stock';
import { maskedSoftmax } from './softmax';

/** Options of {@link attentionPooling}. */
export interface AttentionPoolingArgs extends LayerArgs {
  /** Size of the space where steps are compared with the query. Default: the number of features. */
  units?: number | null;
  /** Of the projection `[features, units]`. Default: glorotUniform. */
  kernelInitializer?: InitializerIdentifier;
  /** Return `[output, weights]`, weights `[batch, time]`. Default: false. */
  returnAttentionScores?: boolean;
}

/**
 * Pools `[batch, time, features]` to `[batch, features]`: steps are weighted by how well they answer a learned query,
 *
 *     weights = softmax(tanh(x·W + b) · query)    output = Σ weights · x
 *
 * Masked steps weigh nothing; a sequence without any step gives zeros.
 */
export class AttentionPooling extends tf.layers.Layer {
  static readonly className = 'AttentionPooling';
  readonly units: number | null;
  readonly returnAttentionScores: boolean;
  private readonly kernelInitializer: Initializer;
  private kernel?: tf.LayerVariable;
  private bias?: tf.LayerVariable;
  private query?: tf.LayerVariable;

  constructor(args: AttentionPoolingArgs = {}) {
    super(args);
    this.units = args.units ?? null;
    if (this.units !== null && !(Number.isInteger(this.units) && this.units > 0))
      throw new Error(`AttentionPooling: units is ${this.units}; give a positive integer.`);
    this.returnAttentionScores = args.returnAttentionScores ?? false;
    this.kernelInitializer = getInitializer(args.kernelInitializer ?? 'glorotUniform');
    this.supportsMasking = true;
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const shape = sequence(this.name, inputShape);
    const features = shape[2] as number;
    const units = this.units ?? features;
    this.kernel = this.addWeight('kernel', [features, units], 'float32', this.kernelInitializer);
    this.bias = this.addWeight('bias', [units], 'float32', tf.initializers.zeros());
    this.query = this.addWeight('query', [units, 1], 'float32', getInitializer('glorotUniform'));
    this.built = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Kwargs): tf.Tensor | tf.Tensor[] {
    return tf.tidy(() => {
      const x = first(inputs);
      const [batch, time, features] = sequence(this.name, x.shape) as number[];
      const [mask] = inputMasks([x], kwargs);
      if (!this.kernel || !this.bias || !this.query) throw new Error(`${this.name} has no weights before it is built.`);
      const steps = x.reshape([batch * time, features]);
      const compared = tf.tanh(tf.matMul(steps, this.kernel.read()).add(this.bias.read()));
      const scores = tf.matMul(compared, this.query.read()).reshape([batch, time]);
      const weights = maskedSoftmax(scores, { mask: mask ?? undefined, zeroWhenAllMasked: true });
      const output = tf.matMul(weights.expandDims(1), x).reshape([batch, features]);
      return this.returnAttentionScores ? [output, weights] : output;
    });
  }

  override computeMask(): tf.Tensor | tf.Tensor[] {
    const none = null as unknown as tf.Tensor;
    return this.returnAttentionScores ? [none, none] : none;
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    const [batch, time, features] = sequence(this.name, inputShape);
    const output = [batch, features];
    return this.returnAttentionScores ? [output, [batch, time]] : output;
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      units: this.units,
      kernelInitializer: describe(this.kernelInitializer),
      returnAttentionScores: this.returnAttentionScores,
    };
  }
}

function sequence(layer: string, inputShape: tf.Shape | tf.Shape[]): tf.Shape {
  const shape = firstShape(inputShape);
  if (shape.length === 3) return shape;
  throw new Error(`${layer} takes a sequence [batch, time, features]; it was given the shape [${shape.map(String)}].`);
}
