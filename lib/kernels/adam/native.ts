/** Adam as one TensorFlow operation of our own (lib/native/adam_ops.cc). */
import { nativeOp, type tf } from '../../backend';
import { rowsOf } from '../embedding';
import type { AdamNumbers, GradientClip, WeightGradient } from './state';
import { VariableAdam, type Handles, type Slot } from './variables';

export class NativeAdam extends VariableAdam {
  protected prepare(
    slots: Slot[],
    weights: WeightGradient[],
    numbers: AdamNumbers,
    clip: GradientClip | undefined,
  ): () => Handles {
    const { binding } = this.backend;
    const rows = weights.map(({ gradient }) => rowsOf(gradient));
    const dense = weights.filter((_, k) => !rows[k]).map(({ gradient }) => gradient);
    const sparse = rows.flatMap((found) => found ?? []);
    const { alpha, rootScale, epsilon, beta1, beta2, decay } = numbers;
    const [kind, limit] = clipAttribute(clip);
    const values = new Float32Array([alpha, rootScale, epsilon, 1 - beta1, 1 - beta2, decay, limit]);
    const variables = (key: 'weight' | 'first' | 'second'): tf.Tensor[] => slots.map((slot) => slot[key]);
    const inputs = this.backend.getInputTensorIds([
      ...variables('weight'),
      ...variables('first'),
      ...variables('second'),
      ...dense,
      ...sparse.map(({ ids }) => ids),
      ...sparse.map(({ values }) => values),
    ]);
    const attributes = {
      count: weights.length,
      dense: dense.length,
      sparse: sparse.length,
      is_rows: rows.map((found) => (found ? 1 : 0)),
      square_lookups: numbers.squares === 'lookups',
      clip: kind,
    };
    return () => {
      const packed = binding.createTensor([values.length], binding.TF_FLOAT, values);
      try {
        return nativeOp('LabAdam')!.onHandles(attributes, [...inputs, packed], weights.length);
      } finally {
        binding.deleteTensor(packed);
      }
    };
  }
}

function clipAttribute(clip: GradientClip | undefined): [kind: string, limit: number] {
  if (!clip) return ['none', 0];
  if ('value' in clip) return ['value', clip.value];
  if ('norm' in clip) return ['norm', clip.norm];
  return ['global_norm', clip.globalNorm];
}
