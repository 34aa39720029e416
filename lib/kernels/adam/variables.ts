/** Adam whose weights and means are TensorFlow's variables, so that an operation may change them in place. */
import { nativeBackend, nativeOp, tf, type NativeBackend, type NativeOp } from '../../backend';
import type { AdamNumbers, AdamState, GradientClip, Moments, WeightGradient } from './state';

/** TensorFlow's variables, which an operation may change in place while nothing else reads them. */
export interface Slot {
  weight: tf.Tensor;
  first: tf.Tensor;
  second: tf.Tensor;
  shape: number[];
  /** What the weight held after the last step; anything else was assigned from outside. */
  dataId: object | undefined;
}

/** TensorFlow's handles of tensors, with their shapes. */
export type Handles = ReturnType<NativeOp['onHandles']>;

// The name that gives a TensorFlow variable no name: it lives as long as its handle.
const ANONYMOUS = 'cd2c89b7-88b7-44c8-ad83-06c2a9158347';

export abstract class VariableAdam implements AdamState {
  protected readonly backend: NativeBackend = nativeBackend()!;
  private readonly slots = new Map<string, Slot>();
  private snapshot: Moments[] = [];

  /** Readies a step; what it returns updates the variables and gives the new weights. */
  protected abstract prepare(
    slots: Slot[],
    weights: WeightGradient[],
    numbers: AdamNumbers,
    clip: GradientClip | undefined,
  ): () => Handles;

  step(weights: WeightGradient[], numbers: AdamNumbers, clip?: GradientClip): void {
    this.forget();
    const { binding, tensorMap } = this.backend;
    const slots = weights.map(({ name, weight }) => this.slotFor(name, weight));
    const update = this.prepare(slots, weights, numbers, clip);
    // A weight that nothing else reads gives up its handle, so that TensorFlow may change it in place.
    const data = weights.map(({ weight }) => tensorMap.get(weight.dataId));
    const own = data.map(({ refCount }) => refCount === 1);
    data.forEach(({ id }, k) => own[k] && binding.deleteTensor(id));
    let failure: unknown;
    let updated: Handles = [];
    try {
      updated = update();
    } catch (error) {
      failure = error;
    }
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

  private slotFor(name: string, weight: tf.Variable): Slot {
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

  private discard({ weight, first, second }: Slot): void {
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
  protected assign(handle: tf.Tensor, value: tf.Tensor): void {
    const [copy] = nativeOp('DeepCopy')!({ T: { type: 'float32' } }, [value], 1);
    nativeOp('AssignVariableOp')!({ dtype: { type: 'float32' } }, [handle, copy], 0);
    copy.dispose();
  }

  protected read(handle: tf.Tensor): Handles[number] {
    const inputs = this.backend.getInputTensorIds([handle]);
    return nativeOp('ReadVariableOp')!.onHandles({ dtype: { type: 'float32' } }, inputs, 1)[0];
  }

  private forget(): void {
    for (const { first, second } of this.snapshot) tf.dispose([first, second]);
    this.snapshot = [];
  }
}
