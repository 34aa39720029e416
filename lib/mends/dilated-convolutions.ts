/**
 * A convolution with gaps between the places of its filter (`dilationRate`) computes, and TensorFlow.js 4.22 refuses its gradient, whatever
 * computes: no temporal convolutional network trains. The same filter with zeros in its gaps needs no dilation, so its gradient is there.
 */
import * as tf from '@tensorflow/tfjs';
import { replaceGradient } from './kernel-registry';

/** From one place of a filter to the next. */
export type Gaps = [down: number, across: number];

/** Makes the change, once for each TensorFlow.js. */
export function mendDilatedConvolutions(): void {
  replaceGradient('Conv2D', 'it is refused where there are gaps', (stock) => (dy, saved, attrs) => {
    const { dilations } = attrs as { dilations: number | Gaps };
    const gaps: Gaps = typeof dilations === 'number' ? [dilations, dilations] : dilations;
    if (gaps.every((gap) => gap === 1)) return stock(dy, saved, attrs);
    const [x, filter] = saved as [tf.Tensor4D, tf.Tensor4D];
    const wide = withGaps(filter, gaps);
    const gradients = stock(dy, [x, wide], { ...attrs, dilations: [1, 1] });
    return {
      x: gradients.x,
      filter: () => tf.stridedSlice(gradients.filter(), [0, 0, 0, 0], wide.shape, [...gaps, 1, 1]),
    };
  });
}

/** A filter with `gap - 1` zeros between its places. */
export function withGaps(filter: tf.Tensor4D, [down, across]: Gaps): tf.Tensor4D {
  const [height, width, from, to] = filter.shape;
  const rows = tf.pad(filter.reshape([height, 1, width, from * to]), [
    [0, 0],
    [0, down - 1],
    [0, 0],
    [0, 0],
  ]);
  const places = tf.pad(rows.reshape([height * down, width, 1, from * to]), [
    [0, 0],
    [0, 0],
    [0, across - 1],
    [0, 0],
  ]);
  const wide = places.reshape<tf.Tensor4D>([height * down, width * across, from, to]);
  return wide.slice([0, 0, 0, 0], [reach(height, down), reach(width, across), from, to]);
}

/** How far a filter of that many places reaches. */
export const reach = (places: number, gap: number): number => (places - 1) * gap + 1;
