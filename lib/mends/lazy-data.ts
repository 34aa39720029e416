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
export interface Recipe<Parts, Computed> {
  parts: Parts;
  compute(parts: Parts): Computed;
  release(parts: Parts): void;
}

/** Data that is computed when it is first read, in whatever backend. */
export class LazyData<Parts, Computed> {
  private references = 1;

  constructor(private recipe: Recipe<Parts, Computed> | undefined) {}

  /** What it is computed from; undefined once it is. */
  get parts(): Parts | undefined {
    return this.recipe?.parts;
  }

  get refCount(): number {
    return this.references;
  }

  set refCount(count: number) {
    this.references = count;
    if (count <= 0) this.release();
  }

  /** What it is, where that has not been computed before. */
  protected compute(): Computed | undefined {
    if (!this.recipe) return undefined;
    const computed = this.recipe.compute(this.recipe.parts);
    this.release();
    return computed;
  }

  private release(): void {
    this.recipe?.release(this.recipe.parts);
    this.recipe = undefined;
  }
}

/** Data of a float32 tensor in tfjs-node, of which a recipe computes the handle. */
export class NativeLazyData<Parts> extends LazyData<Parts, number> implements NativeData {
  id = -1;

  /** @param dtype float32's number in TensorFlow */
  constructor(
    readonly dtype: number,
    readonly shape: number[],
    recipe: Recipe<Parts, number>,
  ) {
    super(recipe);
  }

  /** A tensor with this data. */
  tensor({ tensorMap }: { tensorMap: { set(dataId: object, data: NativeData): void } }): tf.Tensor {
    const dataId = {};
    tensorMap.set(dataId, this);
    return tf.engine().makeTensorFromTensorInfo({ dataId, shape: this.shape, dtype: 'float32' });
  }

  // tfjs-node asks for values before it takes the handle.
  get values(): null {
    this.id = this.compute() ?? this.id;
    return null;
  }
}
