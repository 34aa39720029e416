/** Features brought to mean 0 and variance 1 by what was seen of them before the training. */
import { tf } from '../backend';
import { getInitializer } from './identifiers';
import { type Config, type Kwargs, type LayerArgs, first, firstShape, toList } from './stock';

/** Options of {@link normalization}. */
export interface NormalizationArgs extends LayerArgs {
  /** The axes of which each place has a mean and a variance of its own. Default: the last. */
  axis?: number | number[] | null;
  /** Means, given with `variance` in the place of `adapt`. */
  mean?: number | number[] | null;
  /** Variances, given with `mean`. */
  variance?: number | number[] | null;
  /** Undo it: back to the units of the data. Default: false. */
  invert?: boolean;
}

/** The distance of Keras's normalization from a division by zero. */
const tiny = 1e-7;

/**
 * `(x - mean) / √variance`, as Keras 3 has it in front of a model: `adapt(data)` finds both. They are weights that do not train, in Keras's
 * order: mean, variance, and a count.
 */
export class Normalization extends tf.layers.Layer {
  static readonly className = 'Normalization';
  readonly axis: number[];
  readonly invert: boolean;
  private readonly given?: { mean: number | number[]; variance: number | number[] };
  private moments?: { mean: tf.LayerVariable; variance: tf.LayerVariable };
  /** The shape in which the moments meet the input. */
  private along: number[] = [];

  constructor(args: NormalizationArgs = {}) {
    super(args);
    const { mean, variance } = args;
    this.axis = args.axis === null ? [] : toList(args.axis ?? -1);
    this.invert = args.invert ?? false;
    if ((mean ?? null) === null && (variance ?? null) === null) return;
    if (typeof mean !== typeof variance || mean === null || variance === null)
      throw new Error(`${this.name} has a mean without a variance, or one without the other; give both or none.`);
    this.given = { mean: mean!, variance: variance! };
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const shape = firstShape(inputShape);
    const own = this.axis.map((axis) => (axis < 0 ? axis + shape.length : axis));
    const sizes = own.map((axis) => shape[axis]);
    if (sizes.some((size) => typeof size !== 'number'))
      throw new Error(
        `${this.name} needs the size of axis ${this.axis.join(', ')}; its input has the shape [${shape.map(String)}].`,
      );
    this.along = shape.map((size, axis) => (own.includes(axis) ? size! : 1));
    if (!this.given) {
      const weight = (name: string, initializer: 'zeros' | 'ones', weightShape = sizes as number[]) =>
        this.addWeight(name, weightShape, 'float32', getInitializer(initializer), undefined, false);
      this.moments = { mean: weight('mean', 'zeros'), variance: weight('variance', 'ones') };
      weight('count', 'zeros', []);
    }
    this.built = true;
  }

  /** Takes mean and variance from data, whose last axes are those of the input. */
  adapt(data: tf.Tensor): void {
    if (!this.built) this.build([null, ...data.shape.slice(1)]);
    if (!this.moments) throw new Error(`${this.name} was given its mean and variance; it cannot adapt.`);
    const others = this.along.flatMap((size, axis) => (size === 1 ? axis : []));
    tf.tidy(() => {
      const { mean, variance } = tf.moments(data, others);
      this.moments!.mean.write(mean.reshape(this.moments!.mean.shape as number[]));
      this.moments!.variance.write(variance.reshape(this.moments!.variance.shape as number[]));
    });
  }

  /** Mean and deviation in the axes of the input. */
  statistics(): { mean: tf.Tensor; deviation: tf.Tensor } {
    const { mean, variance } = this.given ?? {
      mean: this.moments!.mean.read(),
      variance: this.moments!.variance.read(),
    };
    const placed = (values: tf.Tensor | number | number[]) => {
      const tensor = values instanceof tf.Tensor ? values : tf.tensor(values);
      return tensor.size === 1 ? tensor.reshape([]) : tensor.reshape(this.along);
    };
    return { mean: placed(mean), deviation: placed(variance).sqrt().maximum(tiny) };
  }

  override call(inputs: tf.Tensor | tf.Tensor[], _kwargs: Kwargs): tf.Tensor {
    return tf.tidy(() => {
      const { mean, deviation } = this.statistics();
      const x = first(inputs);
      return this.invert ? x.mul(deviation).add(mean) : x.sub(mean).div(deviation);
    });
  }

  override getConfig(): Config {
    const { axis, invert } = this;
    const { mean, variance } = this.given ?? { mean: null, variance: null };
    return { ...super.getConfig(), axis, invert, mean, variance };
  }
}
