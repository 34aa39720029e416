/** Batch normalization (Ioffe and Szegedy 2015). */
import { tf } from '../backend';
import { inputMasks } from './masks';
import { type Kwargs, type StockClass, first, stockClass } from './stock';

/** Options of {@link batchNormalization}. */
export type BatchNormalizationArgs = NonNullable<Parameters<typeof tf.layers.batchNormalization>[0]>;

interface StockLayer extends tf.layers.Layer {
  axis: number;
  momentum: number;
  epsilon: number;
  gamma?: tf.LayerVariable;
  beta?: tf.LayerVariable;
  movingMean: tf.LayerVariable;
  movingVariance: tf.LayerVariable;
}
const StockBatchNormalization = stockClass<StockClass<BatchNormalizationArgs, StockLayer>>('BatchNormalization');

/** The distance of Keras's masked means from a division by zero. */
const tiny = 1e-7;

/**
 * Mean 0 and variance 1 over a batch, then `gamma` and `beta`. As in Keras 3, and not in TensorFlow.js: masked steps do not count in the
 * statistics, a frozen layer normalizes by its moving ones, it trains without `scale` or `center`, and takes any number of axes.
 */
export class BatchNormalization extends StockBatchNormalization {
  static readonly className = 'BatchNormalization';

  constructor(args: BatchNormalizationArgs = {}) {
    super(args);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Kwargs): tf.Tensor | tf.Tensor[] {
    const x = first(inputs);
    const training = kwargs?.training === true && this.trainable;
    const [mask] = inputMasks([x], kwargs);
    if (!training && x.rank > 4) return tf.tidy(() => this.byMoving(x));
    if (!training) return super.call(inputs, { ...kwargs, training: false });
    if (!mask && this.gamma && this.beta && x.rank < 5) return super.call(inputs, kwargs);
    return tf.tidy(() => this.normalize(x, mask));
  }

  private normalize(x: tf.Tensor, mask: tf.Tensor | null): tf.Tensor {
    const axis = (this.axis + x.rank) % x.rank;
    const others = x.shape.map((_, k) => k).filter((k) => k !== axis);
    const counts = mask ? mask.toFloat().expandDims(-1).mul(tf.ones(x.shape)) : tf.ones(x.shape);
    const weight = counts.sum(others, true).add(mask ? tiny : 0);
    const mean = x.mul(counts).sum(others, true).div(weight);
    const variance = x.sub(mean).square().mul(counts).sum(others, true).div(weight);
    this.remember(this.movingMean, mean);
    this.remember(this.movingVariance, variance);
    const along = (weight: tf.LayerVariable) => weight.read().reshape(mean.shape);
    const normal = x.sub(mean).mul(variance.add(this.epsilon).rsqrt());
    const scaled = this.gamma ? normal.mul(along(this.gamma)) : normal;
    return this.beta ? scaled.add(along(this.beta)) : scaled;
  }

  /** By the moving statistics, where there are more axes than TensorFlow.js takes. */
  private byMoving(x: tf.Tensor): tf.Tensor {
    const shape = x.shape.map((size, k) => (k === (this.axis + x.rank) % x.rank ? size : 1));
    const along = (weight: tf.LayerVariable) => weight.read().reshape(shape);
    const normal = x.sub(along(this.movingMean)).mul(along(this.movingVariance).add(this.epsilon).rsqrt());
    const scaled = this.gamma ? normal.mul(along(this.gamma)) : normal;
    return this.beta ? scaled.add(along(this.beta)) : scaled;
  }

  private remember(moving: tf.LayerVariable, value: tf.Tensor): void {
    const before = moving.read();
    moving.write(tf.tidy(() => before.sub(before.sub(value.reshape(before.shape)).mul(1 - this.momentum))));
  }
}
