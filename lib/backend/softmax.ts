/** Softmax and its gradient in tfjs-node by operations of our own: TensorFlow.js writes the gradient as four operations. */
import * as tf from '@tensorflow/tfjs';
import { hasOp, makeOp, type NativeBackend } from './native';

/** Replaces tfjs-node's kernel for softmax, and the gradient, where lib/native is built. */
export function registerSoftmax(backend: NativeBackend): void {
  if (!hasOp(backend, 'LabSoftmax')) return;
  const softmax = makeOp(backend, 'LabSoftmax');
  const softmaxGrad = makeOp(backend, 'LabSoftmaxGrad');

  const stock = tf.getKernel('Softmax', 'tensorflow');
  tf.unregisterKernel('Softmax', 'tensorflow');
  tf.registerKernel({ ...stock, kernelFunc: ({ inputs }) => softmax({}, [inputs.logits!], 1)[0] });

  const stockGradient = tf.getGradient('Softmax');
  tf.unregisterGradient('Softmax');
  tf.registerGradient({
    ...stockGradient,
    gradFunc: (dy, saved, attrs) => {
      // Our operation is not on the tape: within another gradient, the stock one is.
      const nested = (tf.engine().state as unknown as { gradientDepth: number }).gradientDepth > 0;
      if (nested || tf.getBackend() !== 'tensorflow') return stockGradient.gradFunc(dy, saved, attrs);
      return { logits: () => softmaxGrad({}, [saved[0], dy as tf.Tensor], 1)[0] };
    },
  });
}
