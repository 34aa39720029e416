/** Layers of TensorFlow.js whose defaults are not Keras's: the same layers with Keras's. */
import { tf } from '../backend';

type Args<Make extends (args: never) => unknown> = Parameters<Make>[0];

const kernel = { kernelInitializer: 'glorotUniform' } as const;
const depthwise = { depthwiseInitializer: 'glorotUniform' } as const;

export const dense = (args: Args<typeof tf.layers.dense>) => tf.layers.dense({ ...kernel, ...args });
export const conv1d = (args: Args<typeof tf.layers.conv1d>) => tf.layers.conv1d({ ...kernel, ...args });
export const conv2d = (args: Args<typeof tf.layers.conv2d>) => tf.layers.conv2d({ ...kernel, ...args });
export const conv3d = (args: Args<typeof tf.layers.conv3d>) => tf.layers.conv3d({ ...kernel, ...args });

export const conv2dTranspose = (args: Args<typeof tf.layers.conv2dTranspose>) =>
  tf.layers.conv2dTranspose({ ...kernel, ...args });

export const conv3dTranspose = (args: Args<typeof tf.layers.conv3dTranspose>) =>
  tf.layers.conv3dTranspose({ ...kernel, ...args });

export const depthwiseConv2d = (args: Args<typeof tf.layers.depthwiseConv2d>) =>
  tf.layers.depthwiseConv2d({ ...depthwise, ...args });

export const separableConv2d = (args: Args<typeof tf.layers.separableConv2d>) =>
  tf.layers.separableConv2d({ ...depthwise, pointwiseInitializer: 'glorotUniform', ...args });

const recurrent = { ...kernel, recurrentActivation: 'sigmoid' } as const;

export const convLstm2d = (args: Args<typeof tf.layers.convLstm2d>) => tf.layers.convLstm2d({ ...recurrent, ...args });

export const convLstm2dCell = (args: Args<typeof tf.layers.convLstm2dCell>) =>
  tf.layers.convLstm2dCell({ ...recurrent, ...args });
