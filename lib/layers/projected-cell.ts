/** What all cells share: a kernel that the whole sequence is multiplied with at once, its bias, dropout of the input, one step of time. */
import { tf } from '../backend';
import { times } from '../kernels';
import type { ProjectedCellArgs } from './cell-args';
import { DropoutStream, drops, fraction } from './dropout-mask';
import {
  type Constraint,
  type Initializer,
  type Regularizer,
  describe,
  getConstraint,
  getInitializer,
  getRegularizer,
} from './identifiers';
import { type Config, type Kwargs, firstShape } from './stock';

/** What is dropped while one batch runs: a mask for all gates, or one for each. */
export interface DropoutMasks {
  /** Each `[batch, features]`. */
  input?: tf.Tensor2D[];
  /** Each `[batch, units]`. */
  recurrent?: tf.Tensor2D[];
}

/** From what the input contributes to a step, `[batch, gates * units]`, and the state before it to the state after it. */
export type Step = (x: tf.Tensor2D, states: tf.Tensor2D[]) => tf.Tensor2D[];

export abstract class ProjectedCell extends tf.layers.RNNCell {
  readonly units: number;
  readonly useBias: boolean;
  readonly kernelInitializer: Initializer;
  readonly biasInitializer: Initializer;
  readonly kernelRegularizer?: Regularizer;
  readonly biasRegularizer?: Regularizer;
  readonly kernelConstraint?: Constraint;
  readonly biasConstraint?: Constraint;
  readonly dropout: number;
  readonly seed: number | null;
  protected kernel?: tf.LayerVariable;
  protected bias?: tf.LayerVariable;
  readonly dropoutStream: DropoutStream;

  constructor(args: ProjectedCellArgs) {
    super(args);
    const name = this.getClassName();
    if (!Number.isInteger(args.units) || args.units <= 0)
      throw new Error(`${name}: units is ${args.units}; give a positive integer.`);
    this.units = args.units;
    this.useBias = args.useBias ?? true;
    this.kernelInitializer = getInitializer(args.kernelInitializer ?? 'glorotUniform');
    this.biasInitializer = getInitializer(args.biasInitializer ?? 'zeros');
    this.kernelRegularizer = getRegularizer(args.kernelRegularizer);
    this.biasRegularizer = getRegularizer(args.biasRegularizer);
    this.kernelConstraint = getConstraint(args.kernelConstraint);
    this.biasConstraint = getConstraint(args.biasConstraint);
    this.dropout = fraction(name, 'dropout', args.dropout ?? 0);
    this.seed = args.seed ?? null;
    this.dropoutStream = new DropoutStream(this.seed);
  }

  /** How many blocks of `units` columns the kernel has. */
  abstract get gates(): number;

  /** The step of one batch. */
  abstract stepper(masks: DropoutMasks): Step;

  /** Whether dropout draws a mask for each gate rather than one for all. */
  get dropsEachGate(): boolean {
    return false;
  }

  protected get biasShape(): number[] {
    return [this.gates * this.units];
  }

  protected get initialBias(): Initializer {
    return this.biasInitializer;
  }

  /** Adds the weights that stand between the kernel and the bias. */
  protected addStateWeights(): void {}

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const shape = firstShape(inputShape) as number[];
    const features = shape[shape.length - 1];
    if (!features)
      throw new Error(`${this.name}: the last axis of the input shape [${shape.map(String)}] must be known.`);
    const columns = this.gates * this.units;
    const { kernelInitializer, kernelRegularizer, kernelConstraint, biasRegularizer, biasConstraint } = this;
    this.kernel = this.add('kernel', [features, columns], kernelInitializer, kernelRegularizer, kernelConstraint);
    this.addStateWeights();
    if (this.useBias) this.bias = this.add('bias', this.biasShape, this.initialBias, biasRegularizer, biasConstraint);
    this.built = true;
  }

  protected add(
    name: string,
    shape: number[],
    initializer: Initializer,
    regularizer?: Regularizer,
    constraint?: Constraint,
  ): tf.LayerVariable {
    return this.addWeight(name, shape, 'float32', initializer, regularizer, true, constraint);
  }

  /** The current value of a weight; throws before the cell is built. */
  protected read<T extends tf.Tensor>(weight: tf.LayerVariable | undefined): T {
    if (!weight) throw new Error(`${this.name} has no weights before it is built.`);
    return weight.read() as T;
  }

  /** Draws the masks of one batch; what is not dropped has none. */
  drawDropoutMasks(batch: number, features: number, training: boolean): DropoutMasks {
    return { input: this.drawMasks([batch, features], this.dropout, training) };
  }

  /** A mask for all gates, or one for each; none where nothing is dropped. */
  protected drawMasks(shape: number[], rate: number, training: boolean): tf.Tensor2D[] | undefined {
    if (!drops(rate, training)) return undefined;
    const count = this.dropsEachGate ? this.gates : 1;
    return Array.from({ length: count }, () => this.dropoutStream.mask(shape, rate) as tf.Tensor2D);
  }

  /** The input's part of the gates, bias included: `[…, features]` to `[…, gates * units]`. */
  project(x: tf.Tensor, masks?: tf.Tensor2D[]): tf.Tensor {
    const product = this.product(x, this.read(this.kernel), masks);
    return this.bias ? product.add(this.bias.read()) : product;
  }

  /** `x` `[…, features]` times the kernel, with a mask of dropout for all gates or for each. */
  product(x: tf.Tensor, kernel: tf.Tensor2D, masks?: tf.Tensor2D[]): tf.Tensor {
    if (!masks) return times(x, kernel);
    const broadcast = (mask: tf.Tensor) => (x.rank === 3 ? mask.expandDims(1) : mask);
    if (masks.length === 1) return times(x.mul(broadcast(masks[0])), kernel);
    if (x.rank === 3 && (x.shape[1] as number) > this.units)
      return tf.matMul(x as tf.Tensor3D, this.maskedKernels(kernel, masks));
    const blocks = tf.split(kernel, this.gates, 1);
    return tf.concat(
      masks.map((mask, gate) => times(x.mul(broadcast(mask)), blocks[gate])),
      -1,
    );
  }

  /**
   * A kernel for each sample, `[batch, features, gates * units]`: (x ∘ mask)·W = x·(mask ∘ W). It costs the same for any number of steps,
   * and takes one product for all gates; for sequences shorter than there are units, masking the input is less work.
   */
  private maskedKernels(kernel: tf.Tensor2D, masks: tf.Tensor2D[]): tf.Tensor3D {
    const [batch, features] = masks[0].shape;
    const blocks = kernel.reshape([1, features, this.gates, this.units]);
    return blocks.mul(tf.stack(masks, 2).expandDims(3)).reshape([batch, features, kernel.shape[1]]);
  }

  /** One step: `[x, ...states]` to `[output, ...states]`. Draws masks of its own unless `kwargs.dropoutMasks` holds them. */
  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Kwargs): tf.Tensor[] {
    return tf.tidy(() => {
      const [x, ...states] = inputs as tf.Tensor2D[];
      const expected = Array.isArray(this.stateSize) ? this.stateSize.length : 1;
      if (states.length !== expected)
        throw new Error(
          `${this.name} takes one input and ${expected} state(s); it was given ${states.length} state(s).`,
        );
      const masks =
        (kwargs?.dropoutMasks as DropoutMasks | undefined) ??
        this.drawDropoutMasks(x.shape[0], x.shape[1], kwargs?.training === true);
      const projected = this.project(x, masks.input) as tf.Tensor2D;
      const next = this.stepper(masks)(projected, states);
      return [next[0], ...next];
    });
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    const shape = firstShape(inputShape);
    const state = [shape[0], this.units];
    const states = Array.isArray(this.stateSize) ? this.stateSize.length : 1;
    return Array.from({ length: 1 + states }, () => state);
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      units: this.units,
      useBias: this.useBias,
      kernelInitializer: describe(this.kernelInitializer),
      biasInitializer: describe(this.biasInitializer),
      kernelRegularizer: describe(this.kernelRegularizer),
      biasRegularizer: describe(this.biasRegularizer),
      kernelConstraint: describe(this.kernelConstraint),
      biasConstraint: describe(this.biasConstraint),
      dropout: this.dropout,
      seed: this.seed,
    };
  }
}
