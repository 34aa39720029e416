/** TensorFlow.js 4.22 has no gradient of `conv3dTranspose`, whatever computes: no such layer trains. It is linear in both of its inputs. */
import * as tf from '@tensorflow/tfjs';
import { applyMend } from './mend';

const mend = {
  wrong: 'conv3dTranspose has no gradient',
  issue: 'none',
  dependency: '@tensorflow/tfjs',
  version: '4.22.0',
};

/** Registers it, once for each TensorFlow.js. */
export function mendConv3dTransposeGradient(): void {
  applyMend('gradient Conv3DBackpropInputV2', mend, tf.engine(), tf.version['tfjs-core'], () =>
    tf.registerGradient({
      kernelName: 'Conv3DBackpropInputV2',
      inputsToSave: ['dy', 'filter'],
      gradFunc: (ddx, saved, attrs) => {
        const [dy, filter] = saved as tf.Tensor5D[];
        const { strides, pad } = attrs as { strides: number | [number, number, number]; pad: 'valid' | 'same' };
        const x = ddx as tf.Tensor5D;
        return {
          dy: () => tf.conv3d(x, filter, strides, pad),
          filter: () =>
            tf.engine().runKernel('Conv3DBackpropFilterV2', { x, dy }, { strides, pad, filterShape: filter.shape }),
        };
      },
    }),
  );
}
