/** Adam as one call of our own in WebAssembly (lib/wasm/adam.cc), in place where nothing else holds a weight. */
import { tf, wasmKernels, type WasmKernels } from '../../backend';
import { rowsOf } from '../embedding';
import { firstOutside, rowError } from '../embedding/row-error';
import type { AdamNumbers, AdamState, GradientClip, Moments, WeightGradient } from './state';

interface Slot {
  first: tf.Tensor;
  second: tf.Tensor;
}

/** The numbers by which lib/native/adam.h knows the ways of clipping. */
const clippings = { none: 0, value: 1, norm: 2, globalNorm: 3 };

export class WasmAdam implements AdamState {
  private readonly slots = new Map<string, Slot>();

  step(weights: WeightGradient[], numbers: AdamNumbers, clip?: GradientClip): void {
    const kernels = wasmKernels()!;
    weights.forEach(checkShape);
    const slots = weights.map((each) => this.slotFor(kernels, each));
    // Who else holds a weight keeps its numbers: the new ones go elsewhere.
    const fresh = weights.map(({ weight }) => (kernels.isShared(weight) ? kernels.output(weight.shape) : undefined));
    try {
      const calls = weights.flatMap(({ weight, gradient }, k) => {
        const rows = rowsOf(gradient);
        const { first, second } = slots[k];
        const sizes = [weight.size, rows ? weight.shape[1]! : 0, rows ? rows.ids.size : 0];
        const tensors = [weight, fresh[k] ?? weight, first, second, rows ? rows.values : gradient, rows?.ids];
        return [...sizes, ...tensors.map((tensor) => kernels.address(tensor))];
      });
      const { alpha, rootScale, epsilon, beta1, beta2, decay } = numbers;
      const values = [alpha, rootScale, epsilon, 1 - beta1, 1 - beta2, decay];
      const how = [...clippingOf(clip), Number(numbers.squares === 'lookups')];
      const done = kernels.run('adam_step', kernels.struct(calls), weights.length, ...values, ...how);
      if (done < weights.length) throw outside(weights[done]);
      fresh.forEach((tensor, k) => {
        if (tensor) weights[k].weight.assign(tensor);
        else kernels.changed(weights[k].weight);
      });
    } finally {
      fresh.forEach((tensor) => tensor?.dispose());
    }
  }

  moments(): Moments[] {
    return [...this.slots].map(([name, slot]) => ({ name, ...slot }));
  }

  restore(moments: Moments[]): void {
    const replaced = [...this.slots.values()];
    this.slots.clear();
    for (const { name, first, second } of moments)
      this.slots.set(name, { first: copyOf(first), second: copyOf(second) });
    for (const { first, second } of replaced) tf.dispose([first, second]);
  }

  dispose(): void {
    this.restore([]);
  }

  /** The means of a weight, held by nobody else. */
  private slotFor(kernels: WasmKernels, { name, weight }: WeightGradient): Slot {
    const found = this.slots.get(name);
    const fits = found && tf.util.arraysEqual(found.first.shape, weight.shape);
    const own = (tensor: tf.Tensor | undefined) => {
      if (!fits) return tf.keep(tf.zeros(weight.shape));
      return kernels.isShared(tensor!) ? copyOf(tensor!) : tensor!;
    };
    const slot = { first: own(found?.first), second: own(found?.second) };
    for (const key of ['first', 'second'] as const) if (found && found[key] !== slot[key]) found[key].dispose();
    this.slots.set(name, slot);
    return slot;
  }
}

const copyOf = (tensor: tf.Tensor): tf.Tensor => tf.keep(tf.tensor(tensor.dataSync(), tensor.shape, 'float32'));

function checkShape({ name, weight, gradient }: WeightGradient): void {
  if (!tf.util.arraysEqual(weight.shape, gradient.shape))
    throw new Error(`Adam: the gradient of ${name} has shape [${gradient.shape}], the weight [${weight.shape}].`);
}

function clippingOf(clip: GradientClip | undefined): [kind: number, limit: number] {
  if (!clip) return [clippings.none, 0];
  if ('value' in clip) return [clippings.value, clip.value];
  if ('norm' in clip) return [clippings.norm, clip.norm];
  return [clippings.globalNorm, clip.globalNorm];
}

function outside({ name, weight, gradient }: WeightGradient): RangeError {
  const rows = weight.shape[0]!;
  const ids = rowsOf(gradient)!.ids.dataSync() as Int32Array;
  return rowError(`Adam, ${name}`, firstOutside(ids, rows)!, rows);
}
