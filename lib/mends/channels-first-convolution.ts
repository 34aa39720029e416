/**
 * conv1d over `[batch, channels, time]`: TensorFlow.js 4.22 turns its input around and leaves the output so, `[batch, time, filters]`, while it
 * says `[batch, filters, time]`; and a saved one comes back with the channels last. Here the output has the axes that it says, and the
 * configuration says so too.
 */
import * as tf from '@tensorflow/tfjs';
import { applyMend } from './mend';

interface Conv1D {
  dataFormat: 'channelsLast' | 'channelsFirst';
  activation: { apply(x: tf.Tensor): tf.Tensor; getClassName(): string };
  call(inputs: tf.Tensor | tf.Tensor[], kwargs: object): tf.Tensor;
  getConfig(): tf.serialization.ConfigDict;
}

const linear: Conv1D['activation'] = { apply: (x) => x, getClassName: () => 'linear' };

/** Makes the change, once for each TensorFlow.js. */
export function mendChannelsFirstConvolution(): void {
  const conv1d = Object.getPrototypeOf(tf.layers.conv1d({ filters: 1, kernelSize: 1 })) as Conv1D;
  const mend = {
    wrong: 'conv1d with the channels first gives the channels last',
    issue: 'none',
    dependency: '@tensorflow/tfjs',
    version: '4.22.0',
  };
  applyMend('channels first', mend, conv1d, tf.version['tfjs-layers'], () => {
    const { call, getConfig } = conv1d;
    conv1d.getConfig = function () {
      const config = getConfig.call(this);
      return this.dataFormat === 'channelsFirst' ? { ...config, dataFormat: this.dataFormat } : config;
    };
    conv1d.call = function (inputs, kwargs) {
      if (this.dataFormat !== 'channelsFirst') return call.call(this, inputs, kwargs);
      const withoutActivation = Object.create(this, { activation: { value: linear } }) as Conv1D;
      return tf.tidy(() =>
        this.activation.apply(tf.transpose(call.call(withoutActivation, inputs, kwargs), [0, 2, 1])),
      );
    };
  });
}
