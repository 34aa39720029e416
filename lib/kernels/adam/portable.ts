/** Adam in TensorFlow.js operations. */
import { tf } from '../../backend';
import type { AdamNumbers, AdamState, GradientClip, Moments, WeightGradient } from './state';
import { rowsOf } from '../embedding';

/** A weight's gradient and its squares; those of a table may be squares of look-ups. */
interface Terms {
  sum: tf.Tensor;
  squares: tf.Tensor;
}

export class PortableAdam implements AdamState {
  private readonly slots = new Map<string, { first: tf.Variable; second: tf.Variable }>();

  step(weights: WeightGradient[], numbers: AdamNumbers, clip?: GradientClip): void {
    tf.tidy(() => {
      const terms = clipTerms(weights, numbers.squares === 'lookups', clip);
      weights.forEach(({ name, weight }, k) => this.update(name, weight, terms[k], numbers));
    });
  }

  private update(name: string, weight: tf.Variable, { sum, squares }: Terms, numbers: AdamNumbers): void {
    const { alpha, rootScale, epsilon, beta1, beta2, decay } = numbers;
    let slot = this.slots.get(name);
    if (!slot) {
      slot = { first: tf.variable(tf.zerosLike(weight), false), second: tf.variable(tf.zerosLike(weight), false) };
      this.slots.set(name, slot);
    }
    const { first, second } = slot;
    first.assign(tf.add(first, tf.mul(tf.sub(sum, first), 1 - beta1)));
    second.assign(tf.add(second, tf.mul(tf.sub(squares, second), 1 - beta2)));
    const root = tf.sqrt(second);
    const step = tf.div(tf.mul(first, alpha), tf.add(rootScale === 1 ? root : tf.mul(root, rootScale), epsilon));
    const decayed = decay === 0 ? weight : tf.sub(weight, tf.mul(weight, decay));
    weight.assign(tf.sub(decayed, step));
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

function clipTerms(weights: WeightGradient[], squareLookups: boolean, clip: GradientClip | undefined): Terms[] {
  const limit = clip && 'value' in clip ? clip.value : undefined;
  const all = weights.map(({ gradient }) => termsOf(gradient, squareLookups, limit));
  if (!clip || limit !== undefined) return all;
  const sums = all.map(({ squares }) => tf.sum(squares));
  if ('norm' in clip) {
    return all.map(({ sum, squares }, k) => {
      const scale = scaleFor(sums[k], clip.norm);
      return { sum: tf.mul(sum, scale), squares: tf.mul(squares, tf.square(scale)) };
    });
  }
  if (!('globalNorm' in clip)) return all;
  const scale = scaleFor(tf.addN(sums), clip.globalNorm);
  return all.map(({ sum }) => {
    const clipped = tf.mul(sum, scale);
    return { sum: clipped, squares: tf.square(clipped) }; // here Keras adds the look-ups up first
  });
}

/** NaN when the norm is not finite, so that a broken step shows at once. */
function scaleFor(sumOfSquares: tf.Tensor, limit: number): tf.Tensor {
  const norm = tf.sqrt(sumOfSquares);
  return tf.add(tf.div(limit, tf.maximum(norm, limit)), tf.sub(norm, norm));
}

function termsOf(gradient: tf.Tensor, squareLookups: boolean, limit: number | undefined): Terms {
  const rows = squareLookups ? rowsOf(gradient) : undefined;
  const clipped = (tensor: tf.Tensor) => (limit === undefined ? tensor : tf.clipByValue(tensor, -limit, limit));
  if (!rows) {
    const sum = clipped(gradient);
    return { sum, squares: tf.square(sum) };
  }
  const [count, width] = gradient.shape;
  const ids = tf.reshape(rows.ids, [rows.ids.size]) as tf.Tensor1D;
  const values = clipped(tf.reshape(rows.values, [rows.ids.size, width]));
  const added = (tensor: tf.Tensor) => tf.unsortedSegmentSum(tensor, ids, count);
  return { sum: limit === undefined ? gradient : added(values), squares: added(tf.square(values)) };
}
