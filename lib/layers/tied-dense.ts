/** The last layer of a language model with the table of its first (Press and Wolf 2017; Inan et al. 2017). */
import { tf } from '../backend';
import { innerLayers } from '../mends/layer-apply';
import type { Embedding } from './embedding';
import {
  type Activation,
  type ActivationIdentifier,
  type Constraint,
  type ConstraintIdentifier,
  type Initializer,
  type InitializerIdentifier,
  type Regularizer,
  type RegularizerIdentifier,
  describe,
  getActivation,
  getConstraint,
  getInitializer,
  getRegularizer,
} from './identifiers';
import { type Config, type Kwargs, type LayerArgs, first, firstShape, toList } from './stock';

/** Options of {@link tiedDense}. */
export interface TiedDenseArgs extends LayerArgs {
  /** Whose table is shared; the layer's input must come from it. */
  embedding: tf.layers.Layer;
  /** Default: linear. */
  activation?: ActivationIdentifier | null;
  /** Default: true. */
  useBias?: boolean;
  /** Default: zeros. */
  biasInitializer?: InitializerIdentifier;
  /** Penalty of the bias, added to the loss. Default: none. */
  biasRegularizer?: RegularizerIdentifier;
  /** What the bias is made to satisfy after each step. Default: nothing. */
  biasConstraint?: ConstraintIdentifier;
}

/** What a saved model holds: the name of the embedding in the place of the layer. TensorFlow.js leaves as it is what is called `name`. */
type Saved = Omit<TiedDenseArgs, 'embedding'> & { embedding: { name: string } };
type Inputs = tf.Tensor | tf.Tensor[] | tf.SymbolicTensor | tf.SymbolicTensor[];

/**
 * A Dense layer that has no kernel of its own: `activation(x · tableᵀ + bias)` with the table `[inputDim, outputDim]` of an embedding,
 * `[…, outputDim]` to `[…, inputDim]`. The table stays a weight of the embedding, so that it is counted, saved and trained once; its
 * gradient is the sum of both uses. A loaded model finds the embedding by its name among the layers that the input comes from.
 */
export class TiedDense extends tf.layers.Layer {
  static readonly className = 'TiedDense';
  activation: Activation;
  private readonly embeddingName: string;
  private embedding: Embedding | undefined;
  private readonly useBias: boolean;
  private readonly biasInitializer: Initializer;
  private readonly biasRegularizer?: Regularizer;
  private readonly biasConstraint?: Constraint;
  private bias?: tf.LayerVariable;

  constructor(args: TiedDenseArgs | Saved) {
    super(args as LayerArgs);
    const { embedding } = args;
    if (embedding instanceof tf.layers.Layer || !embedding.name) this.embedding = asEmbedding(embedding);
    this.embeddingName = embedding.name;
    this.activation = getActivation(args.activation ?? null);
    this.useBias = args.useBias ?? true;
    this.biasInitializer = getInitializer(args.biasInitializer ?? 'zeros');
    this.biasRegularizer = getRegularizer(args.biasRegularizer);
    this.biasConstraint = getConstraint(args.biasConstraint);
    this.supportsMasking = true;
  }

  /** @throws Error when symbolic inputs do not come from the embedding: the table would then be no weight of the model. */
  override apply(inputs: Inputs, kwargs?: Kwargs): ReturnType<tf.layers.Layer['apply']> {
    const symbolic = toList<tf.Tensor | tf.SymbolicTensor>(inputs).find(isSymbolic);
    if (symbolic) this.embedding = this.found(symbolic);
    return super.apply(inputs, kwargs);
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const { embeddingName, name } = this;
    const [rows, width] = this.table().shape;
    const features = firstShape(inputShape).at(-1);
    if (features !== width)
      throw new Error(
        `${name} shares the table of "${embeddingName}", whose vectors have ${width} numbers; its input has ${String(features)}. Put layers.dense({ units: ${width} }) before it, or make them equal.`,
      );
    if (this.useBias)
      this.bias = this.addWeight(
        'bias',
        [rows],
        'float32',
        this.biasInitializer,
        this.biasRegularizer,
        true,
        this.biasConstraint,
      );
    this.built = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], _kwargs: Kwargs): tf.Tensor {
    return tf.tidy(() => {
      const x = first(inputs);
      const table = this.table();
      const a = x.reshape([-1, table.shape[1]]) as tf.Tensor2D;
      const product = tf.matMul(a, table, false, true);
      const logits = this.bias ? tf.add(product, this.bias.read()) : product;
      return this.activation.apply(logits.reshape([...x.shape.slice(0, -1), table.shape[0]]));
    });
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return [...firstShape(inputShape).slice(0, -1), this.table().shape[0]];
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      embedding: { name: this.embeddingName },
      activation: this.activation.getClassName(),
      useBias: this.useBias,
      biasInitializer: describe(this.biasInitializer),
      biasRegularizer: describe(this.biasRegularizer),
      biasConstraint: describe(this.biasConstraint),
    };
  }

  /** The variable that holds the shared table. */
  sharedWeight(): tf.LayerVariable {
    const weight = this.embedding?.embeddings;
    if (weight) return weight;
    throw new Error(
      `${this.name} does not know the table of "${this.embeddingName}" yet: apply that embedding first, and this layer to what comes of it, without a wrapper around it.`,
    );
  }

  private table(): tf.Tensor2D {
    return this.sharedWeight().read() as tf.Tensor2D;
  }

  private found(input: tf.SymbolicTensor): Embedding {
    const sources = layersBefore(input);
    const found = sources.find((layer) =>
      this.embedding ? layer === this.embedding : layer.name === this.embeddingName,
    );
    if (found) return asEmbedding(found);
    throw new Error(
      `${this.name} shares the table of "${this.embeddingName}", and its input does not come from there, but from: ${sources.map(({ name }) => name).join(', ')}.`,
    );
  }
}

const isSymbolic = (input: tf.Tensor | tf.SymbolicTensor): input is tf.SymbolicTensor =>
  input instanceof tf.SymbolicTensor;

function asEmbedding(layer: unknown): Embedding {
  if (layer instanceof tf.layers.Layer && layer.getClassName() === 'Embedding') return layer as Embedding;
  throw new TypeError(`layers.tiedDense: embedding must be the layers.embedding whose table is shared.`);
}

/** The layers that a symbolic tensor comes from, with those inside of models and wrappers. */
function layersBefore(tensor: tf.SymbolicTensor): tf.layers.Layer[] {
  const layers = new Set<tf.layers.Layer>();
  const seen = new Set<number>();
  const enter = (layer: tf.layers.Layer) => {
    layers.add(layer);
    innerLayers(layer).forEach(enter);
  };
  const visit = ({ id, sourceLayer, inputs }: tf.SymbolicTensor) => {
    if (seen.has(id)) return;
    seen.add(id);
    enter(sourceLayer);
    inputs.forEach(visit);
  };
  visit(tensor);
  return [...layers];
}
