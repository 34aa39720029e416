/** Layers of TensorFlow.js whose defaults are not Keras's: the same layers with Keras's. */
import { tf } from '../backend';
import { withOwnClasses } from '../mends/class-registry';

type Args<Make extends (args: never) => unknown> = Parameters<Make>[0];

/** A fully connected layer, `activation(x·kernel + bias)`; kernelInitializer glorotUniform as in Keras. */
export function dense(args: Args<typeof tf.layers.dense>) {
  return withOwnClasses(() => tf.layers.dense({ kernelInitializer: 'glorotUniform', ...args }));
}

/** A convolution over time, `[batch, time, features]`; kernelInitializer glorotUniform as in Keras. */
export function conv1d(args: Args<typeof tf.layers.conv1d>) {
  return withOwnClasses(() => tf.layers.conv1d({ kernelInitializer: 'glorotUniform', ...args }));
}

/** A convolution over pictures, `[batch, height, width, channels]`; kernelInitializer glorotUniform as in Keras. */
export function conv2d(args: Args<typeof tf.layers.conv2d>) {
  return withOwnClasses(() => tf.layers.conv2d({ kernelInitializer: 'glorotUniform', ...args }));
}
