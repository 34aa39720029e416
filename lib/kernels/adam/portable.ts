/** Adam in TensorFlow.js operations. */
import { tf } from '../../backend';
import type { AdamNumbers, AdamState, GradientClip, Moments, WeightGradient } from './state';
import { rowsOf } from '../embedding';

/** A weight's gradient, and what stands for its squares where that is the squares of a table's look-ups. */
export interface Terms {
  sum: tf.Tensor;
  lookupSquares?: tf.Tensor;
}

const squaresOf = ({ sum, lookupSquares }: Terms) => lookupSquares ?? tf.square(sum);

export class PortableAdam implements AdamState {
  private readonly slots = new Map<string, { first: tf.Variable; second: tf.Variable }>();

  step(weights: WeightGradient[], numbers: AdamNumbers, clip?: GradientClip): void {
    tf.tidy(() => {
      const terms = clipTerms(weights, numbers.squares === 'lookups', clip);
      weights.forEach(({ name, weight }, k) => this.update(name, weight, terms[k], numbers));
    });
  }

  private update(name: string, weight: tf.Variable, terms: Terms, numbers: AdamNumbers): void {
    let slot = this.slots.get(name);
    if (!slot) {
      slot = { first: tf.variable(tf.zerosLike(weight), false), second: tf.variable(tf.zerosLike(weight), false) };
      this.slots.set(name, slot);
    }
    const { first, second } = slot;
    const next = nextOf(weight, { first, second }, terms, numbers);
    first.assign(next.first);
    second.assign(next.second);
    weight.assign(next.weight);
  }

  moments(): Moments[] {
    return [...this.slots].map(([name, slot]) => ({ name, ...slot }));
  }

  restore(moments: Moments[]): void {
    const replaced = [...this.slots.values()];
    this.slots.clear();
    for (const { name, first, second } of moments) {
      this.slots.set(name, { first: tf.variable(first, false), second: tf.variable(second, false) });
    }
    for (const { first, second } of replaced) tf.dispose([first, second]);
  }

  dispose(): void {
    this.restore([]);
  }
}

/** Adam's formula: the next means and the next weight. */
export function nextOf(
  weight: tf.Tensor,
  means: { first: tf.Tensor; second: tf.Tensor },
  terms: Terms,
  { alpha, rootScale, epsilon, beta1, beta2, decay }: AdamNumbers,
): { first: tf.Tensor; second: tf.Tensor; weight: tf.Tensor } {
  const follow = (mean: tf.Tensor, value: tf.Tensor, beta: number) =>
    tf.add(mean, tf.mul(tf.sub(value, mean), 1 - beta));
  const first = follow(means.first, terms.sum, beta1);
  const second = follow(means.second, squaresOf(terms), beta2);
  const root = tf.sqrt(second);
  const step = tf.div(tf.mul(first, alpha), tf.add(rootScale === 1 ? root : tf.mul(root, rootScale), epsilon));
  const decayed = decay === 0 ? weight : tf.sub(weight, tf.mul(weight, decay));
  return { first, second, weight: tf.sub(decayed, step) };
}

/** The gradients of weights, clipped by Keras' formulas. */
export function clipTerms(weights: WeightGradient[], squareLookups: boolean, clip: GradientClip | undefined): Terms[] {
  const limit = clip && 'value' in clip ? clip.value : undefined;
  const all = weights.map(({ gradient }) => termsOf(gradient, squareLookups, limit));
  if (!clip || limit !== undefined) return all;
  const sums = all.map((terms) => tf.sum(squaresOf(terms)));
  if ('norm' in clip) {
    return all.map(({ sum, lookupSquares }, k) => {
      const scale = scaleFor(sums[k], clip.norm);
      return {
        sum: tf.mul(sum, scale),
        lookupSquares: lookupSquares && tf.mul(lookupSquares, tf.square(scale)),
      };
    });
  }
  if (!('globalNorm' in clip)) return all;
  const scale = scaleFor(tf.addN(sums), clip.globalNorm);
  return all.map(({ sum }) => ({ sum: tf.mul(sum, scale) })); // here Keras adds the look-ups up first
}

/** NaN when the norm is not finite, so that a broken step shows at once. */
function scaleFor(sumOfSquares: tf.Tensor, limit: number): tf.Tensor {
  const norm = tf.sqrt(sumOfSquares);
  return tf.add(tf.div(limit, tf.maximum(norm, limit)), tf.sub(norm, norm));
}

function termsOf(gradient: tf.Tensor, squareLookups: boolean, limit: number | undefined): Terms {
  const rows = squareLookups ? rowsOf(gradient) : undefined;
  const clipped = (tensor: tf.Tensor) => (limit === undefined ? tensor : tf.clipByValue(tensor, -limit, limit));
  if (!rows) return { sum: clipped(gradient) };
  const [count, width] = gradient.shape;
  const ids = tf.reshape(rows.ids, [rows.ids.size]) as tf.Tensor1D;
  const values = clipped(tf.reshape(rows.values, [rows.ids.size, width]));
  const added = (tensor: tf.Tensor) => tf.unsortedSegmentSum(tensor, ids, count);
  return { sum: limit === undefined ? gradient : added(values), lookupSquares: added(tf.square(values)) };
}
