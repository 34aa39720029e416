/** Softmax and its gradient in tfjs-node by operations of our own: TensorFlow.js writes the gradient as four operations. */
import { nativeOp, onDevice, type tf } from '../../backend';
import { replaceGradient, replaceKernel } from '../../mends/kernel-registry';
import { isRecording } from '../../mends/tape';

export function installNativeSoftmax(): void {
  if (!onDevice('cpu', () => nativeOp('LabSoftmax') && nativeOp('LabSoftmaxGrad'))) return;
  replaceKernel('Softmax', 'tensorflow', 'it passes over its memory several times', (stock) => (args) => {
    const softmax = nativeOp('LabSoftmax');
    return softmax ? softmax({}, [args.inputs.logits!], 1)[0] : stock(args);
  });
  replaceGradient('Softmax', 'it is four operations', (stock) => (dy, saved, attrs) => {
    // Our operation is not on the tape: within another gradient, the stock one is.
    const softmaxGrad = nativeOp('LabSoftmaxGrad');
    if (!softmaxGrad || isRecording()) return stock(dy, saved, attrs);
    return { logits: () => softmaxGrad({}, [saved[0], dy as tf.Tensor], 1)[0] };
  });
}
