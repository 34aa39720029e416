/** A softmax over many classes that spends little on rare ones (Grave et al. 2017, "Efficient softmax approximation for GPUs"). */
import { tf } from '../backend';
import { type Initializer, type InitializerIdentifier, describe, getInitializer } from './identifiers';
import { type Config, type Kwargs, type LayerArgs, first, firstShape } from './stock';

/** Options of {@link adaptiveSoftmax}. */
export interface AdaptiveSoftmaxArgs extends LayerArgs {
  /** How many classes; class 0 is the most frequent, and so on. */
  units: number;
  /** Where the clusters of rarer classes begin, increasing and below `units`: `[2000, 10000]`. */
  cutoffs: number[];
  /** By what the size of the vectors is divided from cluster to cluster. Default: 4. */
  divValue?: number;
  /** Whether the scores of the head have a bias. Default: false. */
  headBias?: boolean;
  /** Default: glorotUniform. */
  kernelInitializer?: InitializerIdentifier;
}

/** The weights of a cluster of rare classes: `[features, size]`, and `[size, classes of the cluster]`. */
export interface Cluster {
  projection: tf.LayerVariable;
  kernel: tf.LayerVariable;
  /** The first class of the cluster, and the first behind it. */
  from: number;
  to: number;
}

/**
 * Probabilities of classes, `[…, features]` to `[…, units]`, as PyTorch's `AdaptiveLogSoftmaxWithLoss` has them: a head chooses among the
 * frequent classes and the clusters, `softmax(x · H)`; a cluster among its own classes, `softmax(x · Pᵢ · Kᵢ)`, and the probability of a
 * rare class is the product. It saves where no more is computed than the target's own cluster: `train.fit` and `train.evaluate` do so
 * with the loss `sparseCategoricalCrossentropy`; predictions and metrics compute all classes.
 */
export class AdaptiveSoftmax extends tf.layers.Layer {
  static readonly className = 'AdaptiveSoftmax';
  readonly units: number;
  readonly cutoffs: readonly number[];
  /** The probabilities, taken off where the loss is computed from what goes into the layer. */
  activation: { getClassName(): string; apply(x: tf.Tensor): tf.Tensor };
  private readonly divValue: number;
  private readonly hasBias: boolean;
  private readonly kernelInitializer: Initializer;
  /** `[features, frequent classes + clusters]`. */
  head?: tf.LayerVariable;
  headBias?: tf.LayerVariable;
  private readonly tails: Cluster[] = [];

  constructor(args: AdaptiveSoftmaxArgs) {
    super(args);
    this.units = args.units;
    this.cutoffs = checkedCutoffs(args.cutoffs, args.units);
    this.divValue = args.divValue ?? 4;
    if (!(this.divValue >= 1))
      throw new RangeError(`layers.adaptiveSoftmax: divValue is ${this.divValue}; give 1 or more.`);
    this.hasBias = args.headBias ?? false;
    this.kernelInitializer = getInitializer(args.kernelInitializer ?? 'glorotUniform');
    this.activation = { getClassName: () => 'adaptiveSoftmax', apply: (x) => this.probabilities(x) };
    this.supportsMasking = true;
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const shape = firstShape(inputShape);
    const features = shape[shape.length - 1] as number;
    const weight = (name: string, rows: number, columns: number) =>
      this.addWeight(name, [rows, columns], 'float32', this.kernelInitializer);
    const [frequent] = this.cutoffs;
    const scores = frequent + this.cutoffs.length;
    this.head = weight('head', features, scores);
    if (this.hasBias) this.headBias = this.addWeight('head_bias', [scores], 'float32', tf.initializers.zeros());
    this.cutoffs.forEach((from, k) => {
      const to = this.cutoffs[k + 1] ?? this.units;
      const size = Math.floor(features / this.divValue ** (k + 1));
      if (size < 1)
        throw new RangeError(
          `${this.name}: ${features} features leave none for cluster ${k + 1}, with divValue ${this.divValue}; give fewer cutoffs or a smaller divValue.`,
        );
      const projection = weight(`projection_${k}`, features, size);
      this.tails.push({ projection, kernel: weight(`kernel_${k}`, size, to - from), from, to });
    });
    this.built = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], _kwargs: Kwargs): tf.Tensor {
    return tf.tidy(() => this.activation.apply(first(inputs)));
  }

  /** The scores of the head, `[rows, features]` to `[rows, frequent classes + clusters]`. */
  headScores(rows: tf.Tensor2D): tf.Tensor2D {
    if (!this.head) throw new Error(`${this.name} has no weights before it is built.`);
    return tf.fused.matMul({ a: rows, b: this.head.read() as tf.Tensor2D, bias: this.headBias?.read() }) as tf.Tensor2D;
  }

  /** The scores of a cluster's classes, `[rows, features]` to `[rows, classes]`. */
  clusterScores(rows: tf.Tensor2D, { projection, kernel }: Cluster): tf.Tensor2D {
    return tf.matMul<tf.Tensor2D>(tf.matMul(rows, projection.read()), kernel.read());
  }

  get clusters(): readonly Cluster[] {
    return this.tails;
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const shape = firstShape(inputShape);
    return [...shape.slice(0, -1), this.units];
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      units: this.units,
      cutoffs: [...this.cutoffs],
      divValue: this.divValue,
      headBias: this.hasBias,
      kernelInitializer: describe(this.kernelInitializer),
    };
  }

  private probabilities(x: tf.Tensor): tf.Tensor {
    const rows = x.reshape([-1, x.shape[x.rank - 1]]) as tf.Tensor2D;
    const [frequent] = this.cutoffs;
    const [own, clusters] = tf.split(tf.softmax(this.headScores(rows)), [frequent, this.cutoffs.length], 1);
    const rare = this.tails.map((cluster, k) =>
      tf.softmax(this.clusterScores(rows, cluster)).mul(tf.slice(clusters, [0, k], [-1, 1])),
    );
    return tf.concat([own, ...rare], 1).reshape([...x.shape.slice(0, -1), this.units]);
  }
}

function checkedCutoffs(cutoffs: number[], units: number): number[] {
  const isRising = (place: number, k: number) => Number.isInteger(place) && place > (k === 0 ? 0 : cutoffs[k - 1]);
  if (Array.isArray(cutoffs) && cutoffs.length > 0 && cutoffs.every(isRising) && cutoffs[cutoffs.length - 1] < units)
    return [...cutoffs];
  const given = Array.isArray(cutoffs) ? `[${cutoffs.join(', ')}]` : String(cutoffs);
  throw new RangeError(
    `layers.adaptiveSoftmax: cutoffs is ${given}; give rising whole numbers above 0 and below ${units}, the units.`,
  );
}
