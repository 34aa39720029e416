/** Products, maxima and minima of masked sequences: a masked step of one input leaves the others alone, as in Keras 3. */
import { tf } from '../backend';
import { inputMasks } from './masks';
import { type Kwargs, type LayerArgs, type StockClass, stockClass } from './stock';

type Pair = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

/** A mask `[batch, time]` as one that selects of `x` `[batch, time, …]`. */
function spread(mask: tf.Tensor | null, x: tf.Tensor): tf.Tensor | null {
  return mask && tf.logicalAnd(mask.expandDims(-1), tf.ones(x.shape, 'bool'));
}

/** Of two inputs at a step that one of them masks, the other; where both are masked or both count, `pair` of them. */
function mergeMasked(inputs: tf.Tensor[], masks: (tf.Tensor | null)[], pair: Pair): tf.Tensor {
  let output = inputs[0];
  let outputMask = spread(masks[0], output);
  inputs.slice(1).forEach((input, k) => {
    const mask = spread(masks[k + 1], input);
    const x = mask ? tf.where(mask, input, output) : input;
    if (outputMask) output = tf.where(outputMask, output, x);
    outputMask = mask && outputMask && tf.logicalOr(outputMask, mask);
    output = pair(output, x);
  });
  return output;
}

/** The product of what is not masked; zeros where every input is. */
function multiplyMasked(inputs: tf.Tensor[], masks: (tf.Tensor | null)[]): tf.Tensor {
  const spreadMasks = inputs.map((input, k) => spread(masks[k], input));
  const factors = inputs.map((input, k) => {
    const mask = spreadMasks[k];
    return mask ? tf.where(mask, input, tf.onesLike(input)) : input;
  });
  const product = factors.reduce((a, b) => a.mul(b));
  if (spreadMasks.includes(null)) return product;
  const counts = (spreadMasks as tf.Tensor[]).reduce((any, mask) => tf.logicalOr(any, mask));
  return tf.where(counts, product, tf.zerosLike(product));
}

type Merge = (inputs: tf.Tensor[], masks: (tf.Tensor | null)[]) => tf.Tensor;

/** The stock layer of this name, with `merge` where an input is masked. */
function masking(name: 'Multiply' | 'Maximum' | 'Minimum', merge: Merge): StockClass<LayerArgs> {
  const Stock = stockClass<StockClass<LayerArgs>>(name);
  class Masked extends Stock {
    static readonly className: string = name;

    override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Kwargs): tf.Tensor | tf.Tensor[] {
      const list = inputs as tf.Tensor[];
      const masks = Array.isArray(inputs) ? inputMasks(inputs, kwargs) : [];
      const fits = masks.some((mask) => mask !== null) && list.every(({ rank }) => rank === list[0].rank);
      return fits ? tf.tidy(() => merge(list, masks)) : super.call(inputs, kwargs);
    }
  }
  return Masked;
}

/** The element-wise product of its inputs. */
export class Multiply extends masking('Multiply', multiplyMasked) {
  static readonly className = 'Multiply';
}

/** The element-wise maximum of its inputs. */
export class Maximum extends masking('Maximum', (inputs, masks) => mergeMasked(inputs, masks, tf.maximum)) {
  static readonly className = 'Maximum';
}

/** The element-wise minimum of its inputs. */
export class Minimum extends masking('Minimum', (inputs, masks) => mergeMasked(inputs, masks, tf.minimum)) {
  static readonly className = 'Minimum';
}

interface Merging extends tf.layers.Layer {
  mergeFunction(inputs: tf.Tensor[]): tf.Tensor;
}
const StockAdd = stockClass<StockClass<LayerArgs, Merging>>('Add');

/** The first of two inputs without the second; TensorFlow.js has no such layer. */
export class Subtract extends StockAdd {
  static readonly className = 'Subtract';

  override mergeFunction(inputs: tf.Tensor[]): tf.Tensor {
    if (inputs.length !== 2)
      throw new Error(`${this.name} subtracts the second of two inputs from the first; it was given ${inputs.length}.`);
    return tf.sub(inputs[0], inputs[1]);
  }
}
