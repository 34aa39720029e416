/** A Transformer that reads from left to right and says what comes next: the decoder of Vaswani et al. (2017), alone (Radford et al. 2018). */
import { tf } from '../backend';
import * as layers from '../layers';
import { checkOptions, positiveInteger } from '../options';

/** Options of {@link transformer}. */
export interface TransformerOptions {
  /** How many tokens there are. */
  tokens: number;
  /** The longest sequence: how many places have a vector of their own. */
  context: number;
  /** Size of the vectors between the blocks. Default: 64. */
  size?: number;
  /** Heads of attention; they share `size`, which they must divide. Default: 4. */
  heads?: number;
  /** Blocks of attention and of two dense layers. Default: 2. */
  blocks?: number;
  /** Size of the first of the two dense layers. Default: four times `size`. */
  hidden?: number;
}

/** As in PyTorch; Keras's own default is 0.001. */
const epsilon = 1e-5;

/**
 * A model from tokens `[batch, time]`, time at most `context`, to probabilities of the token after each, `[batch, time, tokens]`. Vectors of tokens plus
 * learned vectors of places; then blocks that each add causal self-attention, and two dense layers with ReLU, of what layer normalization makes
 * of their input ("pre-norm", Xiong et al. 2020); a last normalization; a dense layer with softmax. A block is PyTorch's
 * `nn.TransformerEncoderLayer(norm_first=True, dropout=0)` under a causal mask. Throws on sizes that do not fit.
 *
 * @example
 * const model = models.transformer({ tokens: 50, context: 16, size: 32, heads: 4, blocks: 2 });
 * console.log(model.outputs[0].shape, model.countParams()); // [ null, null, 50 ] 29234
 */
export function transformer(options: TransformerOptions): tf.LayersModel {
  checkOptions('models.transformer', options, ['tokens', 'context', 'size', 'heads', 'blocks', 'hidden']);
  const tokens = positiveInteger('tokens', options.tokens);
  const sequenceLength = positiveInteger('context', options.context);
  const size = positiveInteger('size', options.size ?? 64);
  const numHeads = positiveInteger('heads', options.heads ?? 4);
  const hidden = positiveInteger('hidden', options.hidden ?? 4 * size);
  if (size % numHeads !== 0)
    throw new RangeError(`size is ${size} and heads is ${numHeads}; the heads share the size, so they must divide it.`);

  const input = tf.input({ shape: [null], dtype: 'int32' });
  const words = apply(layers.embedding({ inputDim: tokens, outputDim: size }), input);
  let x = add(words, apply(layers.positionEmbedding({ sequenceLength }), words));
  for (let block = 0; block < positiveInteger('blocks', options.blocks ?? 2); block++) {
    const attention = layers.multiHeadAttention({ numHeads, keyDim: size / numHeads, useCausalMask: true });
    x = add(x, apply(attention, normalized(x)));
    const wide = apply(layers.dense({ units: hidden, activation: 'relu' }), normalized(x));
    x = add(x, apply(layers.dense({ units: size }), wide));
  }
  return tf.model({
    inputs: input,
    outputs: apply(layers.dense({ units: tokens, activation: 'softmax' }), normalized(x)),
  });
}

const apply = (layer: tf.layers.Layer, x: tf.SymbolicTensor): tf.SymbolicTensor => layer.apply(x) as tf.SymbolicTensor;

const add = (a: tf.SymbolicTensor, b: tf.SymbolicTensor): tf.SymbolicTensor =>
  layers.add().apply([a, b]) as tf.SymbolicTensor;

const normalized = (x: tf.SymbolicTensor): tf.SymbolicTensor => apply(layers.layerNormalization({ epsilon }), x);
