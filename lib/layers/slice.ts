/** A part of an axis, or one place of it. */
import { tf } from '../backend';
import { inputMasks } from './masks';
import { type Config, type Kwargs, type LayerArgs, first, firstShape } from './stock';

/** Options of {@link slice}. */
export interface SliceArgs extends LayerArgs {
  /** The axis, 1 or more: that of the batch cannot be cut. Default: 1, time. */
  axis?: number;
  /** One place, which is taken and whose axis vanishes; from the end where it is negative. */
  index?: number;
  /** Where the part begins; from the end where it is negative. Default: 0. */
  start?: number;
  /** Where it ends, itself not in it; from the end where it is negative. Default: at the end. */
  end?: number;
}

/**
 * A part of `[batch, …]` along one axis: `{ index: -1 }` gives the last step `[batch, features]` of `[batch, time, features]`,
 * `{ start: 1 }` all steps but the first. A part of the time has that part of the mask, one step has none.
 */
export class Slice extends tf.layers.Layer {
  static readonly className = 'Slice';
  readonly axis: number;
  readonly index?: number;
  readonly start: number;
  readonly end?: number;

  constructor(args: SliceArgs = {}) {
    super(args);
    const { axis = 1, index, start, end } = args;
    if (index !== undefined && (start !== undefined || end !== undefined))
      throw new Error(`${this.name} has an index and a start or end; give the index alone, or a start and an end.`);
    if (axis < 1)
      throw new Error(`${this.name} cuts along axis ${axis}; give one of 1 or more, the batch stays whole.`);
    this.axis = axis;
    this.index = index ?? undefined;
    this.start = start ?? 0;
    this.end = end ?? undefined;
    this.supportsMasking = true;
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const shape = [...firstShape(inputShape)];
    if (this.axis >= shape.length)
      throw new Error(`${this.name} cuts along axis ${this.axis}; its input has the shape [${shape.map(String)}].`);
    const size = shape[this.axis];
    const count = size === null ? null : this.range(size)[1];
    shape.splice(this.axis, 1, ...(this.index === undefined ? [count] : []));
    return shape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], _kwargs: Kwargs): tf.Tensor {
    return tf.tidy(() => this.cut(first(inputs), this.axis));
  }

  override computeMask(inputs: tf.Tensor | tf.Tensor[], mask?: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [own] = inputMasks([first(inputs)], { mask });
    if (!own || (this.index !== undefined && this.axis === 1)) return null as unknown as tf.Tensor;
    return this.axis === 1 ? tf.tidy(() => this.cut(own, 1)) : own;
  }

  private cut(x: tf.Tensor, axis: number): tf.Tensor {
    const [from, count] = this.range(x.shape[axis]);
    const begin = x.shape.map((_size, k) => (k === axis ? from : 0));
    const part = tf.slice(
      x,
      begin,
      x.shape.map((size, k) => (k === axis ? count : size)),
    );
    return this.index === undefined ? part : tf.squeeze(part, [axis]);
  }

  /** Where the part begins in an axis of this size, and how long it is. */
  private range(size: number): [from: number, count: number] {
    const inside = (at: number) => Math.max(0, Math.min(size, at < 0 ? at + size : at));
    if (this.index === undefined) {
      const from = inside(this.start);
      return [from, Math.max(0, inside(this.end ?? size) - from)];
    }
    const at = this.index < 0 ? this.index + size : this.index;
    if (at < 0 || at >= size) throw new Error(`${this.name} takes place ${this.index} of an axis that has ${size}.`);
    return [at, 1];
  }

  override getConfig(): Config {
    const { axis, index, start, end } = this;
    const where: Config = index === undefined ? { start, ...(end === undefined ? {} : { end }) } : { index };
    return { ...super.getConfig(), axis, ...where };
  }
}
