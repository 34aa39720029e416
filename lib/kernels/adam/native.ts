/** Adam as one TensorFlow operation of our own (lib/native/adam_ops.cc). */
import { nativeBackend, nativeOp, tf, type NativeBackend, type NativeOp } from '../../backend';
import type { AdamNumbers, AdamState, GradientClip, Moments, WeightGradient } from './state';
import { rowsOf } from '../embedding';

/** TensorFlow's variables, which an operation may change in place while nothing else reads them. */
interface NativeSlot {
  weight: tf.Tensor;
  first: tf.Tensor;
  second: tf.Tensor;
  shape: number[];
  /** What the weight held after the last step; anything else was assigned from outside. */
  dataId: object | undefined;
}

// The name that gives a TensorFlow variable no name: it lives as long as its handle.
const ANONYMOUS = 'cd2c89b7-88b7-44c8-ad83-06c2a9158347';

export class NativeAdam implements AdamState {
  private readonly backend: NativeBackend = nativeBackend()!;
  private readonly slots = new Map<string, NativeSlot>();
  private snapshot: Moments[] = [];

  step(weights: WeightGradient[], numbers: AdamNumbers, clip?: GradientClip): void {
    this.forget();
    const { binding, tensorMap } = this.backend;
    const slots = weights.map(({ name, weight }) => this.slotFor(name, weight));
    const rows = weights.map(({ gradient }) => rowsOf(gradient));
    const dense = weights.filter((_, k) => !rows[k]).map(({ gradient }) => gradient);
    const sparse = rows.flatMap((found) => found ?? []);
    const { alpha, rootScale, epsilon, beta1, beta2, decay } = numbers;
    const [kind, limit] = clipAttribute(clip);
    const values = new Float32Array([alpha, rootScale, epsilon, 1 - beta1, 1 - beta2, decay, limit]);
    const packed = binding.createTensor([values.length], binding.TF_FLOAT, values);
    const handles = (key: 'weight' | 'first' | 'second') => slots.map((slot) => slot[key]);
    const inputs = this.backend.getInputTensorIds([
      ...handles('weight'),
      ...handles('first'),
      ...handles('second'),
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
    // A weight that nothing else reads gives up its handle, so that TensorFlow may change it in place.
    const data = weights.map(({ weight }) => tensorMap.get(weight.dataId));
    const own = data.map(({ refCount }) => refCount === 1);
    data.forEach(({ id }, k) => own[k] && binding.deleteTensor(id));
    let failure: unknown;
    let updated: ReturnType<NativeOp['onHandles']> = [];
    try {
      updated = nativeOp('LabAdam')!.onHandles(attributes, [...inputs, packed], weights.length);
    } catch (error) {
      failure = error;
    }
    binding.deleteTensor(packed);
    weights.forEach(({ weight }, k) => {
      if (own[k]) {
        data[k].id = failure ? this.read(slots[k].weight).id : updated[k].id;
      } else if (!failure) {
        const tensor = this.backend.createOutputTensor(updated[k]);
        weight.assign(tensor);
        tensor.dispose();
      }
      slots[k].dataId = weight.dataId;
    });
    if (failure) throw failure;
  }

  moments(): Moments[] {
    this.forget();
    const tensor = (handle: tf.Tensor) => tf.keep(this.backend.createOutputTensor(this.read(handle)));
    this.snapshot = [...this.slots].map(([name, { first, second }]) => ({
      name,
      first: tensor(first),
      second: tensor(second),
    }));
    return this.snapshot;
  }

  restore(moments: Moments[]): void {
    this.forget();
    const replaced = [...this.slots.values()];
    this.slots.clear();
    for (const { name, first, second } of moments) {
      const handles = { weight: this.variable(first), first: this.variable(first), second: this.variable(second) };
      this.slots.set(name, { ...handles, shape: first.shape, dataId: undefined });
    }
    replaced.forEach((slot) => this.discard(slot));
  }

  dispose(): void {
    this.restore([]);
  }

  private slotFor(name: string, weight: tf.Variable): NativeSlot {
    let slot = this.slots.get(name);
    if (slot && !tf.util.arraysEqual(slot.shape, weight.shape)) {
      this.discard(slot); // another weight of that name
      slot = undefined;
    }
    if (!slot) {
      const zeros = tf.zerosLike(weight);
      slot = {
        weight: this.variable(weight),
        first: this.variable(zeros),
        second: this.variable(zeros),
        shape: weight.shape,
        dataId: weight.dataId,
      };
      zeros.dispose();
      this.slots.set(name, slot);
    }
    if (slot.dataId !== weight.dataId) this.assign(slot.weight, weight);
    return slot;
  }

  private discard({ weight, first, second }: NativeSlot): void {
    tf.dispose([weight, first, second]);
  }

  private variable(value: tf.Tensor): tf.Tensor {
    const attributes = {
      dtype: { type: 'float32' as const },
      shape: { shape: value.shape },
      container: '',
      shared_name: ANONYMOUS,
    };
    const [handle] = nativeOp('VarHandleOp')!(attributes, [], 1);
    this.assign(handle, value);
    return tf.keep(handle);
  }

  /** Assigns a copy: the tensor's memory may be an array of the caller's. */
  private assign(handle: tf.Tensor, value: tf.Tensor): void {
    const [copy] = nativeOp('DeepCopy')!({ T: { type: 'float32' } }, [value], 1);
    nativeOp('AssignVariableOp')!({ dtype: { type: 'float32' } }, [handle, copy], 0);
    copy.dispose();
  }

  private read(handle: tf.Tensor): ReturnType<NativeOp['onHandles']>[number] {
    const inputs = this.backend.getInputTensorIds([handle]);
    return nativeOp('ReadVariableOp')!.onHandles({ dtype: { type: 'float32' } }, inputs, 1)[0];
  }

  private forget(): void {
    for (const { first, second } of this.snapshot) tf.dispose([first, second]);
    this.snapshot = [];
  }
}

function clipAttribute(clip: GradientClip | undefined): [kind: string, limit: number] {
  if (!clip) return ['none', 0];
  if ('value' in clip) return ['value', clip.value];
  if ('norm' in clip) return ['norm', clip.norm];
  return ['global_norm', clip.globalNorm];
}
