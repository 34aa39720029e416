/** What the cells share whose state goes back into the gates: a recurrent kernel of Keras's shape and place, and its dropout. */
import type { tf } from '../backend';
import { recurrence, splitBias, type Activations, type Cell, type Recur } from '../kernels';
import type { CellArgs } from './cell-args';
import { fraction } from './dropout-mask';
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
import { type DropoutMasks, ProjectedCell, type Step } from './projected-cell';
import type { Config } from './stock';

/** The weights of a cell as tensors. */
export interface CellWeights {
  kernel: tf.Tensor2D;
  recurrentKernel: tf.Tensor2D;
  bias?: tf.Tensor;
}

export abstract class RecurrentCell extends ProjectedCell {
  readonly activation: Activation;
  readonly recurrentInitializer: Initializer;
  readonly recurrentRegularizer?: Regularizer;
  readonly recurrentConstraint?: Constraint;
  readonly recurrentDropout: number;
  protected recurrentKernel?: tf.LayerVariable;

  /** @param formula what the cell computes */
  constructor(
    args: CellArgs,
    readonly formula: Cell,
  ) {
    super(args);
    this.activation = getActivation(args.activation === undefined ? 'tanh' : args.activation);
    this.recurrentInitializer = getInitializer(args.recurrentInitializer ?? 'orthogonal');
    this.recurrentRegularizer = getRegularizer(args.recurrentRegularizer);
    this.recurrentConstraint = getConstraint(args.recurrentConstraint);
    this.recurrentDropout = fraction(this.getClassName(), 'recurrentDropout', args.recurrentDropout ?? 0);
  }

  override get gates(): number {
    return this.formula.gates;
  }

  protected override get biasShape(): number[] {
    const columns = this.gates * this.units;
    return this.formula.biases === 2 ? [2, columns] : [columns];
  }

  /** The cell's activations. */
  protected get activations(): Activations {
    const activation = (x: tf.Tensor) => this.activation.apply(x);
    return { activation, recurrentActivation: activation };
  }

  protected override addStateWeights(): void {
    const { units, gates, recurrentInitializer, recurrentRegularizer, recurrentConstraint } = this;
    this.recurrentKernel = this.add(
      'recurrent_kernel',
      [units, gates * units],
      recurrentInitializer,
      recurrentRegularizer,
      recurrentConstraint,
    );
  }

  /** The current weights; throws before the cell is built. */
  readWeights(): CellWeights {
    return {
      kernel: this.read(this.kernel),
      recurrentKernel: this.read(this.recurrentKernel),
      bias: this.bias?.read(),
    };
  }

  override drawDropoutMasks(batch: number, features: number, training: boolean): DropoutMasks {
    const input = this.drawMasks([batch, features], this.dropout, training);
    return { input, recurrent: this.drawMasks([batch, this.units], this.recurrentDropout, training) };
  }

  override project(x: tf.Tensor, masks?: tf.Tensor2D[]): tf.Tensor {
    const { kernel, bias } = this.readWeights();
    const [inputBias] = splitBias(this.formula, bias);
    const product = this.product(x, kernel, masks);
    return inputBias ? product.add(inputBias) : product;
  }

  /** The recurrent product of one batch, with its masks of dropout. */
  protected recurrence(masks?: tf.Tensor2D[]): Recur {
    const { recurrentKernel, bias } = this.readWeights();
    return recurrence(recurrentKernel, splitBias(this.formula, bias)[1], masks);
  }

  override stepper(masks: DropoutMasks): Step {
    const recur = this.recurrence(masks.recurrent);
    return (x, states) => this.formula.step(x, states, recur, this.activations);
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      activation: this.activation.getClassName(),
      recurrentInitializer: describe(this.recurrentInitializer),
      recurrentRegularizer: describe(this.recurrentRegularizer),
      recurrentConstraint: describe(this.recurrentConstraint),
      recurrentDropout: this.recurrentDropout,
    };
  }
}
