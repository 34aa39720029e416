/** The gradient of a mean on the card: TensorFlow.js writes ones in the shape of its input and copies them there, which waits for the card. */
import { computesOnCard, nativeBackend, tf } from '../../backend';
import { replaceGradient } from '../../mends/kernel-registry';

/** Replaces the gradient of `tf.mean` while the card computes. */
export function installMean(): void {
  if (!nativeBackend()) return;
  replaceGradient('Mean', 'it copies ones to the card', (stock) => (dy, saved, attributes) => {
    if (!computesOnCard()) return stock(dy, saved, attributes);
    const { shape } = saved[0];
    const axes = tf.util.parseAxisParam((attributes as { axis: number | number[] }).axis, shape);
    const kept = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
    const count = axes.reduce((product, axis) => product * shape[axis], 1);
    return { x: () => tf.mul(tf.reshape(dy as tf.Tensor, kept), tf.fill(shape, 1 / count)) };
  });
}
