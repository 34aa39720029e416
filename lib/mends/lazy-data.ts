/**
 * A tensor of tfjs-node whose numbers are computed when something first reads them. tfjs-node keeps its data in a map that is private
 * (`tensorMap`) and takes either `values` or, after asking for them, the handle `id`: an object that computes the handle when it is asked
 * for values passes for such data.
 */
import * as tf from '@tensorflow/tfjs';

/** A tensor's data as tfjs-node holds it: a handle of TensorFlow's, or values that wait to become one. */
export interface NativeData {
  shape: number[];
  dtype: number;
  id: number;
  values: ArrayBufferView | null;
  refCount: number;
}

/** What data is computed from, how, and how to let go of it. */
export interface Recipe<Parts> {
  parts: Parts;
  /** @returns the handle */
  compute(parts: Parts): number;
  release(parts: Parts): void;
}

/** Data of a float32 tensor in tfjs-node that is computed when it is first read. */
export class LazyData<Parts> implements NativeData {
  id = -1;
  private references = 1;

  /** @param dtype float32's number in TensorFlow */
  constructor(
    readonly dtype: number,
    readonly shape: number[],
    private recipe: Recipe<Parts> | undefined,
  ) {}

  /** What it is computed from; undefined once it is. */
  get parts(): Parts | undefined {
    return this.recipe?.parts;
  }

  /** A tensor with this data. */
  tensor({ tensorMap }: { tensorMap: { set(dataId: object, data: NativeData): void } }): tf.Tensor {
    const dataId = {};
    tensorMap.set(dataId, this);
    return tf.engine().makeTensorFromTensorInfo({ dataId, shape: this.shape, dtype: 'float32' });
  }

  // tfjs-node asks for values before it takes the handle.
  get values(): null {
    if (this.recipe) {
      this.id = this.recipe.compute(this.recipe.parts);
      this.release();
    }
    return null;
  }

  get refCount(): number {
    return this.references;
  }

  set refCount(count: number) {
    this.references = count;
    if (count <= 0) this.release();
  }

  private release(): void {
    this.recipe?.release(this.recipe.parts);
    this.recipe = undefined;
  }
}
