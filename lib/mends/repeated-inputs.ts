/**
 * A tensor that a layer of a model takes twice, as attention over itself does: the executor of TensorFlow.js 4.22 counts the layer once
 * among those that wait for the tensor and takes it off twice, so the tensor is disposed of while others still need it ("Tensor is
 * disposed"). Here such a tensor outlives the one call of `dispose` that follows at once; the scope of the prediction frees it.
 */
import * as tf from '@tensorflow/tfjs';
import { applyMend } from './mend';

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** How many calls of the executor are going on. */
let executions = 0;

/** `method`, which calls the executor. */
const executing = (method: Method): Method =>
  function (this: unknown, ...args) {
    executions++;
    try {
      return method.apply(this, args);
    } finally {
      executions--;
    }
  };

/** The tensors that stand in a list more than once. */
const repeated = (inputs: unknown[]): Set<tf.Tensor> =>
  new Set(inputs.filter((x, k): x is tf.Tensor => x instanceof tf.Tensor && inputs.indexOf(x) < k));

function outliveOneDispose(tensor: tf.Tensor): void {
  const restore = () => void Reflect.deleteProperty(tensor, 'dispose');
  Object.defineProperty(tensor, 'dispose', { configurable: true, value: restore });
  queueMicrotask(restore);
}

/** Makes the change, once for each TensorFlow.js. */
export function mendRepeatedInputs(): void {
  const layer = tf.layers.Layer.prototype as unknown as Record<'apply', Method>;
  const model = tf.LayersModel.prototype as unknown as Record<'call' | 'predictLoop' | 'makeTestFunction', Method>;
  const mend = {
    wrong: 'a tensor that a layer takes twice is disposed of while others need it',
    issue: 'none',
    dependency: '@tensorflow/tfjs',
    version: '4.22.0',
  };
  applyMend('repeated inputs', mend, layer, tf.version['tfjs-layers'], () => {
    const { apply } = layer;
    const { call, predictLoop, makeTestFunction } = model;
    model.call = executing(call);
    model.predictLoop = executing(predictLoop);
    model.makeTestFunction = function (this: { testFunction?: Method }) {
      makeTestFunction.call(this);
      this.testFunction = executing(this.testFunction!);
    } as Method;
    layer.apply = function (this: unknown, inputs, kwargs) {
      const outputs = apply.call(this, inputs, kwargs);
      if (executions > 0 && Array.isArray(inputs)) repeated(inputs).forEach(outliveOneDispose);
      return outputs;
    };
  });
}
