/** What the LSTM, GRU and simple cells share: weights of Keras's shapes and order, dropout masks, one step of time. */
import { tf } from '../backend';
import { recurrence, splitBias, times, type Activations, type Cell, type Recur } from '../kernels';
import type { CellArgs } from './cell-args';
import { DropoutStream, drops, fraction } from './dropout-mask';
import {
  type Activation,
  type Constraint,
  type Initializer,
  type Regularizer,
  describe,
  getActivation,
  getConstraint,
  getInitializer,
  getRegularizer,
} from './identifiers';
import type { Config, Kwargs } from './stock';

/** What is dropped while one batch runs: a mask for all gates, or one for each. */
export interface DropoutMasks {
  /** Each `[batch, features]`. */
  input?: tf.Tensor2D[];
  /** Each `[batch, units]`. */
  recurrent?: tf.Tensor2D[];
}

/** The weights of a cell as tensors. */
export interface CellWeights {
  kernel: tf.Tensor2D;
  recurrentKernel: tf.Tensor2D;
  bias?: tf.Tensor;
}

export abstract class RecurrentCell extends tf.layers.RNNCell {
  readonly units: number;
  readonly activation: Activation;
  readonly useBias: boolean;
  readonly kernelInitializer: Initializer;
  readonly recurrentInitializer: Initializer;
  readonly biasInitializer: Initializer;
  readonly kernelRegularizer?: Regularizer;
  readonly recurrentRegularizer?: Regularizer;
  readonly biasRegularizer?: Regularizer;
  readonly kernelConstraint?: Constraint;
  readonly recurrentConstraint?: Constraint;
  readonly biasConstraint?: Constraint;
  readonly dropout: number;
  readonly recurrentDropout: number;
  readonly seed: number | null;
  protected kernel?: tf.LayerVariable;
  protected recurrentKernel?: tf.LayerVariable;
  protected bias?: tf.LayerVariable;
  readonly dropoutStream: DropoutStream;

  /** @param formula what the cell computes */
  constructor(
    args: CellArgs,
    readonly formula: Cell,
  ) {
    super(args);
    const name = this.getClassName();
    if (!Number.isInteger(args.units) || args.units <= 0)
      throw new Error(`${name}: units is ${args.units}; give a positive integer.`);
    this.units = args.units;
    this.activation = getActivation(args.activation === undefined ? 'tanh' : args.activation);
    this.useBias = args.useBias ?? true;
    this.kernelInitializer = getInitializer(args.kernelInitializer ?? 'glorotUniform');
    this.recurrentInitializer = getInitializer(args.recurrentInitializer ?? 'orthogonal');
    this.biasInitializer = getInitializer(args.biasInitializer ?? 'zeros');
    this.kernelRegularizer = getRegularizer(args.kernelRegularizer);
    this.recurrentRegularizer = getRegularizer(args.recurrentRegularizer);
    this.biasRegularizer = getRegularizer(args.biasRegularizer);
    this.kernelConstraint = getConstraint(args.kernelConstraint);
    this.recurrentConstraint = getConstraint(args.recurrentConstraint);
    this.biasConstraint = getConstraint(args.biasConstraint);
    this.dropout = fraction(name, 'dropout', args.dropout ?? 0);
    this.recurrentDropout = fraction(name, 'recurrentDropout', args.recurrentDropout ?? 0);
    this.seed = args.seed ?? null;
    this.dropoutStream = new DropoutStream(this.seed);
  }

  /** How many blocks of `units` columns the kernels have. */
  get gates(): number {
    return this.formula.gates;
  }

  /** Whether dropout draws a mask for each gate rather than one for all. */
  get dropsEachGate(): boolean {
    return false;
  }

  private get biasShape(): number[] {
    const columns = this.gates * this.units;
    return this.formula.biases === 2 ? [2, columns] : [columns];
  }

  protected get initialBias(): Initializer {
    return this.biasInitializer;
  }

  /** The cell's activations. */
  protected get activations(): Activations {
    const activation = (x: tf.Tensor) => this.activation.apply(x);
    return { activation, recurrentActivation: activation };
  }

  /**
   * One step of time after the input's part is known.
   *
   * @param x the input times the kernel plus the input's bias, `[batch, gates * units]`
   * @param recur the recurrent product of this batch
   * @returns the new state; its first tensor is the output
   */
  step(x: tf.Tensor2D, states: tf.Tensor2D[], recur: Recur): tf.Tensor2D[] {
    return this.formula.step(x, states, recur, this.activations);
  }

  /** The recurrent product of one batch, with its masks of dropout. */
  recurrence({ recurrentKernel, bias }: CellWeights, masks?: tf.Tensor2D[]): Recur {
    return recurrence(recurrentKernel, splitBias(this.formula, bias)[1], masks);
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const shape = (Array.isArray(inputShape[0]) ? inputShape[0] : inputShape) as number[];
    const features = shape[shape.length - 1];
    if (!features)
      throw new Error(`${this.name}: the last axis of the input shape [${shape.map(String)}] must be known.`);
    const columns = this.gates * this.units;
    const add = (
      name: string,
      size: number[],
      initializer: Initializer,
      regularizer?: Regularizer,
      constraint?: Constraint,
    ) => this.addWeight(name, size, 'float32', initializer, regularizer, true, constraint);
    this.kernel = add(
      'kernel',
      [features, columns],
      this.kernelInitializer,
      this.kernelRegularizer,
      this.kernelConstraint,
    );
    this.recurrentKernel = add(
      'recurrent_kernel',
      [this.units, columns],
      this.recurrentInitializer,
      this.recurrentRegularizer,
      this.recurrentConstraint,
    );
    if (this.useBias)
      this.bias = add('bias', this.biasShape, this.initialBias, this.biasRegularizer, this.biasConstraint);
    this.built = true;
  }

  /** The current weights; throws before the cell is built. */
  readWeights(): CellWeights {
    if (!this.kernel || !this.recurrentKernel) throw new Error(`${this.name} has no weights before it is built.`);
    return {
      kernel: this.kernel.read() as tf.Tensor2D,
      recurrentKernel: this.recurrentKernel.read() as tf.Tensor2D,
      bias: this.bias?.read(),
    };
  }

  /** Draws the masks of one batch; what is not dropped has none. */
  drawDropoutMasks(batch: number, features: number, training: boolean): DropoutMasks {
    const count = this.dropsEachGate ? this.gates : 1;
    const draw = (size: number, rate: number) =>
      drops(rate, training)
        ? Array.from({ length: count }, () => this.dropoutStream.mask([batch, size], rate) as tf.Tensor2D)
        : undefined;
    return { input: draw(features, this.dropout), recurrent: draw(this.units, this.recurrentDropout) };
  }

  /** The input's part of the gates, bias included: `[…, features]` to `[…, gates * units]`. */
  project(x: tf.Tensor, weights: CellWeights, masks?: tf.Tensor2D[]): tf.Tensor {
    const [inputBias] = splitBias(this.formula, weights.bias);
    const product = this.product(x, weights.kernel, masks);
    return inputBias ? product.add(inputBias) : product;
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
      const weights = this.readWeights();
      const masks =
        (kwargs?.dropoutMasks as DropoutMasks | undefined) ??
        this.drawDropoutMasks(x.shape[0], x.shape[1], kwargs?.training === true);
      const projected = this.project(x, weights, masks.input) as tf.Tensor2D;
      const next = this.step(projected, states, this.recurrence(weights, masks.recurrent));
      return [next[0], ...next];
    });
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    const shape = (Array.isArray(inputShape[0]) ? inputShape[0] : inputShape) as tf.Shape;
    const state = [shape[0], this.units];
    const states = Array.isArray(this.stateSize) ? this.stateSize.length : 1;
    return Array.from({ length: 1 + states }, () => state);
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      units: this.units,
      activation: this.activation.getClassName(),
      useBias: this.useBias,
      kernelInitializer: describe(this.kernelInitializer),
      recurrentInitializer: describe(this.recurrentInitializer),
      biasInitializer: describe(this.biasInitializer),
      kernelRegularizer: describe(this.kernelRegularizer),
      recurrentRegularizer: describe(this.recurrentRegularizer),
      biasRegularizer: describe(this.biasRegularizer),
      kernelConstraint: describe(this.kernelConstraint),
      recurrentConstraint: describe(this.recurrentConstraint),
      biasConstraint: describe(this.biasConstraint),
      dropout: this.dropout,
      recurrentDropout: this.recurrentDropout,
      seed: this.seed,
    };
  }
}
