/** The cross-entropy of class numbers and its gradient together: one operation where there is TensorFlow, and in WebAssembly. */
import { nativeOp, tf, wasmKernels } from '../../backend';
import { portableTier, type Tier, wasmTier } from '../tier';
import { wasmCrossEntropy } from './wasm';

const fusedOp = () => nativeOp('SparseSoftmaxCrossEntropyWithLogits');

export const crossEntropyTiers: readonly Tier[] = [
  { name: 'tensorflow', condition: 'TensorFlow', isHere: () => fusedOp() !== undefined },
  wasmTier(),
  portableTier,
];

/**
 * `-log softmax(x)[t]` for rows of logits, and its gradient `softmax(x) - onehot(t)`.
 *
 * @param logits `[rows, classes]`
 * @param labels `[rows]`, int32
 * @returns the losses `[rows]` and the gradient `[rows, classes]`
 * @throws Error, on the fast tiers, when a label is no class
 *
 * @example
 * const [losses] = kernels.sparseCrossEntropy(tf.zeros([1, 4]), tf.tensor1d([2], 'int32'));
 * console.log(losses.dataSync()[0].toFixed(3)); // 1.386
 */
export function sparseCrossEntropy(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Tensor[] {
  const fused = fusedOp();
  if (fused) return fused({ T: { type: 'float32' }, Tlabels: { type: 'int32' } }, [logits, labels], 2);
  const kernels = wasmKernels();
  if (kernels) return wasmCrossEntropy(kernels, logits, labels);
  const logProbabilities = tf.logSoftmax(logits, -1);
  const chosen = oneHot(labels, logits.shape[1]);
  return [tf.neg(tf.sum(tf.mul(chosen, logProbabilities), -1)), tf.sub(tf.exp(logProbabilities), chosen)];
}

/**
 * Class numbers `[rows]`, int32, as rows `[rows, classes]` of one 1; of zeros alone for a number that is no class. `tf.oneHot` refuses a single class.
 *
 * @example
 * console.log(kernels.oneHot(tf.tensor1d([2, 0], 'int32'), 3).arraySync()); // [ [ 0, 0, 1 ], [ 1, 0, 0 ] ]
 */
export function oneHot(labels: tf.Tensor1D, classes: number): tf.Tensor2D {
  return tf.cast(
    tf.equal(tf.expandDims<tf.Tensor2D>(labels, 1), tf.range(0, classes, 1, 'int32')),
    'float32',
  ) as tf.Tensor2D;
}
