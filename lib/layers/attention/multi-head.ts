/** Multi-head attention (Vaswani et al. 2017). */
import { tf } from '../../backend';
import { DropoutStream, fraction } from '../dropout-mask';
import {
  type Constraint,
  type ConstraintIdentifier,
  type Initializer,
  type InitializerIdentifier,
  type Regularizer,
  type RegularizerIdentifier,
  StockInitializer,
  describe,
  getConstraint,
  getInitializer,
  getRegularizer,
} from '../identifiers';
import { inputMasks } from '../masks';
import { type Config, type Kwargs, type LayerArgs, inputShapes, toList } from '../stock';
import { checkedInputs } from './query-value';
import { allOf, causalMask, dropWeights, maskedSoftmax } from './softmax';

/** Options of {@link multiHeadAttention}. */
export interface MultiHeadAttentionArgs extends LayerArgs {
  /** How many heads attend side by side. */
  numHeads: number;
  /** Size of a head's queries and keys. */
  keyDim: number;
  /** Size of a head's values. Default: keyDim. */
  valueDim?: number | null;
  /** Fraction of the attention weights dropped in training. Default: 0. */
  dropout?: number;
  /** Default: true. */
  useBias?: boolean;
  /** Size of the output. Default: the query's. */
  outputShape?: number | number[] | null;
  /** Each query sees the keys up to its own position only (an argument of the call in Keras). Default: false. */
  useCausalMask?: boolean;
  /** Return `[output, weights]`, weights `[batch, heads, queries, keys]` (an argument of the call in Keras). Default: false. */
  returnAttentionScores?: boolean;
  /** Default: glorotUniform. */
  kernelInitializer?: InitializerIdentifier;
  /** Default: zeros. */
  biasInitializer?: InitializerIdentifier;
  /** Penalty of the four kernels, added to the loss. Default: none. */
  kernelRegularizer?: RegularizerIdentifier | null;
  /** Penalty of their biases, added to the loss. Default: none. */
  biasRegularizer?: RegularizerIdentifier | null;
  /** What the kernels are made to satisfy after each step. Default: nothing. */
  kernelConstraint?: ConstraintIdentifier | null;
  /** What the biases are made to satisfy after each step. Default: nothing. */
  biasConstraint?: ConstraintIdentifier | null;
  /** Seed of the dropout. Default: drawn from the global seed. */
  seed?: number | null;
}

interface Projection {
  kernel: tf.LayerVariable;
  bias?: tf.LayerVariable;
}

/**
 * Attention of several heads over `[query, value]` or `[query, value, key]`, each `[batch, time, size]`; a single input attends
 * to itself. Weights in Keras's order and shapes: query, key, value `[size, heads, keyDim]`, output `[heads, valueDim, size]`,
 * each with its bias. The masks of query, value and key hide steps; `apply(…, { attentionMask })` takes another, `[queries, keys]`,
 * `[batch, queries, keys]` or `[batch, heads, queries, keys]`.
 */
export class MultiHeadAttention extends tf.layers.Layer {
  static readonly className = 'MultiHeadAttention';
  readonly numHeads: number;
  readonly keyDim: number;
  readonly valueDim: number;
  readonly dropout: number;
  readonly useBias: boolean;
  readonly outputSize: number | null;
  readonly useCausalMask: boolean;
  readonly returnAttentionScores: boolean;
  readonly seed: number | null;
  private readonly kernelInitializer: Initializer;
  private readonly biasInitializer: Initializer;
  private readonly kernelRegularizer?: Regularizer;
  private readonly biasRegularizer?: Regularizer;
  private readonly kernelConstraint?: Constraint;
  private readonly biasConstraint?: Constraint;
  private readonly dropoutStream: DropoutStream;
  private projections?: Record<'query' | 'key' | 'value' | 'output', Projection>;

  constructor(args: MultiHeadAttentionArgs) {
    super(args);
    const size = (argument: 'numHeads' | 'keyDim' | 'valueDim', value: number) => {
      if (Number.isInteger(value) && value > 0) return value;
      throw new Error(`MultiHeadAttention: ${argument} is ${value}; give a positive integer.`);
    };
    this.numHeads = size('numHeads', args.numHeads);
    this.keyDim = size('keyDim', args.keyDim);
    this.valueDim = size('valueDim', args.valueDim ?? args.keyDim);
    this.dropout = fraction('MultiHeadAttention', 'dropout', args.dropout ?? 0);
    this.useBias = args.useBias ?? true;
    const outputSizes = toList(args.outputShape);
    if (outputSizes.length > 1)
      throw new Error(`MultiHeadAttention: outputShape is [${outputSizes}]; give the size of one axis.`);
    this.outputSize = outputSizes[0] ?? null;
    this.useCausalMask = args.useCausalMask ?? false;
    this.returnAttentionScores = args.returnAttentionScores ?? false;
    this.seed = args.seed ?? null;
    this.kernelInitializer = getInitializer(args.kernelInitializer ?? 'glorotUniform');
    this.biasInitializer = getInitializer(args.biasInitializer ?? 'zeros');
    this.kernelRegularizer = getRegularizer(args.kernelRegularizer);
    this.biasRegularizer = getRegularizer(args.biasRegularizer);
    this.kernelConstraint = getConstraint(args.kernelConstraint);
    this.biasConstraint = getConstraint(args.biasConstraint);
    this.dropoutStream = new DropoutStream(this.seed);
    this.supportsMasking = true;
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const [query, value, key] = this.inputs(inputShapes(inputShape), (shape) => shape);
    const [querySize, valueSize, keySize] = [query, value, key ?? value].map((shape) => shape[2] as number);
    const { numHeads, keyDim, valueDim } = this;
    const outputSize = this.outputSize ?? querySize;
    this.projections = {
      query: this.projection('query', [querySize], [numHeads, keyDim]),
      key: this.projection('key', [keySize], [numHeads, keyDim]),
      value: this.projection('value', [valueSize], [numHeads, valueDim]),
      output: this.projection('attention_output', [numHeads, valueDim], [outputSize]),
    };
    this.built = true;
  }

  /** A product over the axes `from`, giving the axes `to`; initialized as the matrix that it is. */
  private projection(name: string, from: number[], to: number[]): Projection {
    const { kernelInitializer, kernelRegularizer, kernelConstraint } = this;
    const { biasInitializer, biasRegularizer, biasConstraint } = this;
    const add = this.addWeight.bind(this);
    const folded = new Folded(kernelInitializer, [tf.util.sizeFromShape(from), tf.util.sizeFromShape(to)]);
    const bias = (shape: number[]) =>
      add(`${name}/bias`, shape, 'float32', biasInitializer, biasRegularizer, true, biasConstraint);
    return {
      kernel: add(`${name}/kernel`, [...from, ...to], 'float32', folded, kernelRegularizer, true, kernelConstraint),
      bias: this.useBias ? bias(to) : undefined,
    };
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Kwargs): tf.Tensor | tf.Tensor[] {
    return tf.tidy(() => {
      const given = toList(inputs);
      const list = this.inputs(given, (tensor) => tensor.shape);
      const masks = inputMasks(given, kwargs);
      const [query, value, key = value] = list;
      if (!this.projections) throw new Error(`${this.name} has no weights before it is built.`);
      const { projections, numHeads, keyDim, valueDim } = this;
      const [batch, queries] = query.shape as number[];
      const heads = (x: tf.Tensor, by: Projection, size: number) =>
        project(x, by, numHeads * size)
          .reshape([batch, x.shape[1] as number, numHeads, size])
          .transpose([0, 2, 1, 3]);
      const scaled = heads(query, projections.query, keyDim).mul(1 / Math.sqrt(keyDim));
      const scores = tf.matMul(scaled, heads(key, projections.key, keyDim), false, true);
      const softened = maskedSoftmax(scores, {
        mask: allOf([
          this.stepMask(list, masks.length === 1 ? [masks[0], masks[0]] : masks)?.expandDims(1),
          this.givenMask(kwargs?.attentionMask as tf.Tensor | undefined, scores.shape),
        ]),
        blockGradient: true,
        zeroWhenAllMasked: this.dropout > 0 || this.returnAttentionScores,
      });
      const weights = dropWeights(softened, this.dropout, kwargs?.training === true, this.dropoutStream);
      const attended = tf
        .matMul(weights, heads(value, projections.value, valueDim))
        .transpose([0, 2, 1, 3])
        .reshape([batch, queries, numHeads * valueDim]);
      const output = project(attended, projections.output, projections.output.kernel.shape[2] as number);
      return this.returnAttentionScores ? [output, softened] : output;
    });
  }

  /** `[batch, queries, keys]`: which key each query may look at by the masks of steps; none when all may. */
  private stepMask([query, value]: tf.Tensor[], masks: (tf.Tensor | null)[]): tf.Tensor | undefined {
    const [queryMask, valueMask, keyMask] = masks;
    return allOf([
      queryMask?.expandDims(2),
      valueMask?.expandDims(1),
      keyMask?.expandDims(1),
      this.useCausalMask ? causalMask(query.shape[1] as number, value.shape[1] as number) : undefined,
    ]);
  }

  /** A mask of the caller's with the axes of the scores `[batch, heads, queries, keys]`; throws when its shape fits none of its forms. */
  private givenMask(mask: tf.Tensor | undefined, scores: number[]): tf.Tensor | undefined {
    if (!mask) return undefined;
    const [batch, , queries, keys] = scores;
    const forms = [[queries, keys], [batch, queries, keys], scores];
    const form = forms.find(({ length }) => length === mask.rank);
    if (!form?.every((size, axis) => mask.shape[axis] === size || mask.shape[axis] === 1))
      throw new Error(
        `${this.name}: attentionMask has the shape [${mask.shape}]; it may be [queries, keys], [batch, queries, keys] or ` +
          `[batch, heads, queries, keys], here ${forms.map((sizes) => `[${sizes}]`).join(', ')}.`,
      );
    const allows = mask.toBool();
    return allows.rank === 3 ? allows.expandDims(1) : allows;
  }

  private inputs<T>(inputs: T[], shapeOf: (input: T) => tf.Shape): T[] {
    return checkedInputs(this.name, inputs.length === 1 ? [inputs[0], inputs[0]] : inputs, shapeOf);
  }

  override computeMask(_inputs: tf.Tensor | tf.Tensor[], mask?: tf.Tensor | tf.Tensor[]): tf.Tensor | tf.Tensor[] {
    const output = (toList<tf.Tensor | null>(mask)[0] ?? null) as tf.Tensor;
    return this.returnAttentionScores ? [output, null as unknown as tf.Tensor] : output;
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    const [query, value] = this.inputs(inputShapes(inputShape), (shape) => shape);
    const output = [query[0], query[1], this.outputSize ?? query[2]];
    return this.returnAttentionScores ? [output, [query[0], this.numHeads, query[1], value[1]]] : output;
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      numHeads: this.numHeads,
      keyDim: this.keyDim,
      valueDim: this.valueDim,
      dropout: this.dropout,
      useBias: this.useBias,
      outputShape: this.outputSize,
      useCausalMask: this.useCausalMask,
      returnAttentionScores: this.returnAttentionScores,
      kernelInitializer: describe(this.kernelInitializer),
      biasInitializer: describe(this.biasInitializer),
      kernelRegularizer: describe(this.kernelRegularizer),
      biasRegularizer: describe(this.biasRegularizer),
      kernelConstraint: describe(this.kernelConstraint),
      biasConstraint: describe(this.biasConstraint),
      seed: this.seed,
    };
  }
}

/** A tensor whose numbers are drawn for a matrix, so that its fans are the matrix's (Keras 3's `EinsumDense`). */
class Folded extends StockInitializer {
  static readonly className = 'Folded';

  constructor(
    private readonly initializer: Initializer,
    private readonly matrix: [number, number],
  ) {
    super();
  }

  override apply(shape: number[]): tf.Tensor {
    return tf.tidy(() => this.initializer.apply(this.matrix, 'float32').reshape(shape));
  }
}

/** `x` `[batch, time, size]` times a kernel whose axes fold into `[size, columns]`, plus the bias. */
function project(x: tf.Tensor, { kernel, bias }: Projection, columns: number): tf.Tensor {
  const [batch, time, size] = x.shape as number[];
  const product = tf.matMul(x.reshape([batch * time, size]), kernel.read().reshape([size, columns]));
  const shifted = bias ? product.add(bias.read().reshape([columns])) : product;
  return shifted.reshape([batch, time, columns]);
}
