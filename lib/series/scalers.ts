/** Brings features to a common scale, by statistics of the training data alone. */
import { tf } from '../backend';
import { flatten, Values } from './values';

/** What a scaler keeps: for each feature `scaled = (value - shift) / scale`. */
export interface ScalerState {
  /** The class that reads it. */
  kind: 'StandardScaler' | 'MinMaxScaler';
  /** What is subtracted, for each feature. */
  shift: number[];
  /** What is divided by, for each feature. */
  scale: number[];
  /** Where a MinMaxScaler maps its training data. */
  range?: readonly [low: number, high: number];
}

/** Shifts and scales each feature; fitted once, on training data. */
abstract class Scaler {
  protected abstract readonly kind: ScalerState['kind'];
  protected state: { shift: number[]; scale: number[] } | undefined;

  /** The shift and scale of one feature, from its training values. */
  protected abstract measure(column: Float64Array): { shift: number; scale: number };

  /**
   * Learns the statistics of `[rows]` (one feature) or `[…, features]`, and nothing else: give it the training data only.
   * @throws RangeError when there are no rows, or a number or the spread of a feature is not finite.
   */
  fit(values: Values): this {
    const { data, shape } = flatten(values, 'The data to fit');
    const features = shape.length < 2 ? 1 : shape[shape.length - 1];
    const rows = data.length / features;
    if (!(rows > 0)) throw new RangeError(`${this.kind} cannot fit data of the shape [${shape}]: there is no row.`);
    const columns = Array.from({ length: features }, (_, f) =>
      this.measure(Float64Array.from({ length: rows }, (_, r) => data[r * features + f])),
    );
    const vast = columns.findIndex(({ shift, scale }) => !Number.isFinite(shift) || !Number.isFinite(scale));
    if (vast >= 0)
      throw new RangeError(
        `${this.kind}: the values of feature ${vast} lie too far apart for 64 bits; rescale them first.`,
      );
    this.state = { shift: columns.map((c) => c.shift), scale: columns.map((c) => c.scale) };
    return this;
  }

  /**
   * Scales values of the fitted features (last axis); what goes in as tensor, table or list comes out as one.
   * @param feature values of this one feature in any shape, as predictions often are.
   * @throws RangeError when not fitted, when the number of features differs, or a number is not finite.
   */
  transform<T extends Values>(values: T, feature?: number): Scaled<T> {
    return this.apply(values, feature, (v, shift, scale) => (v - shift) / scale);
  }

  /** Undoes {@link transform}: from the common scale back to the unit of each feature. */
  inverseTransform<T extends Values>(values: T, feature?: number): Scaled<T> {
    return this.apply(values, feature, (v, shift, scale) => v * scale + shift);
  }

  /** Learns the statistics of the training data and scales it. */
  fitTransform<T extends Values>(values: T): Scaled<T> {
    return this.fit(values).transform(values);
  }

  /** The fitted state as plain JSON. */
  toJSON(): ScalerState {
    return { kind: this.kind, ...this.fitted() };
  }

  protected restore(state: ScalerState): this {
    const { kind, shift, scale } = state ?? {};
    const numbers = (list: unknown) => Array.isArray(list) && list.length > 0 && list.every(Number.isFinite);
    if (
      kind !== this.kind ||
      !numbers(shift) ||
      !numbers(scale) ||
      shift.length !== scale.length ||
      !scale.every((s) => s > 0)
    ) {
      throw new RangeError(
        `This is no state of a ${this.kind}: it needs kind, shift and scale, as toJSON writes them.`,
      );
    }
    this.state = { shift: [...shift], scale: [...scale] };
    return this;
  }

  private fitted(): { shift: number[]; scale: number[] } {
    if (!this.state) throw new RangeError(`This ${this.kind} knows no data yet: call fit(training data) first.`);
    return this.state;
  }

  private apply<T extends Values>(
    values: T,
    feature: number | undefined,
    formula: (value: number, shift: number, scale: number) => number,
  ): Scaled<T> {
    const { shift, scale } = this.fitted();
    const { data, shape } = flatten(values, 'The data');
    const features = shift.length;
    if (feature !== undefined && !(feature in shift)) {
      throw new RangeError(`This ${this.kind} was fitted on ${features} features; there is no feature ${feature}.`);
    }
    if (feature === undefined && features > 1 && shape[shape.length - 1] !== features) {
      throw new RangeError(
        `This ${this.kind} was fitted on ${features} features; got the shape [${shape}]. Name one feature to scale it alone.`,
      );
    }
    const scaled = Float64Array.from(data, (v, i) => {
      const f = feature ?? i % features;
      return formula(v, shift[f], scale[f]);
    });
    return shapedAs(values, scaled, shape) as Scaled<T>;
  }
}

/** The form in which scaled values come back: tensors as tensors, tables as tables, lists and typed arrays as lists. */
export type Scaled<T extends Values> = T extends tf.Tensor
  ? T
  : T extends readonly (readonly number[])[]
    ? number[][]
    : number[];

function shapedAs(values: Values, data: Float64Array, shape: readonly number[]): tf.Tensor | number[] | number[][] {
  if (values instanceof tf.Tensor) return tf.tensor(Float32Array.from(data), [...shape], 'float32');
  if (shape.length === 1) return Array.from(data);
  const [rows, features] = shape;
  return Array.from({ length: rows }, (_, r) => Array.from(data.subarray(r * features, (r + 1) * features)));
}

/**
 * Gives each feature mean 0 and standard deviation 1 (of the population); a constant feature is only shifted.
 *
 * @example
 * const scaler = new series.StandardScaler().fit([[1, 100], [3, 300]]);
 * console.log(scaler.transform([[2, 300]]), scaler.inverseTransform([[0, 1]])); // [ [ 0, 1 ] ] [ [ 2, 300 ] ]
 */
export class StandardScaler extends Scaler {
  protected readonly kind = 'StandardScaler';

  /** The scaler that `toJSON` described. */
  static fromJSON(state: ScalerState): StandardScaler {
    return new StandardScaler().restore(state);
  }

  protected measure(column: Float64Array): { shift: number; scale: number } {
    const mean = column.reduce((a, b) => a + b, 0) / column.length;
    const variance = column.reduce((a, b) => a + (b - mean) ** 2, 0) / column.length;
    return { shift: mean, scale: isConstant(column) ? 1 : Math.sqrt(variance) || 1 };
  }
}

/**
 * Maps the training range of each feature to [low, high]; a constant feature to low. Later data may fall outside.
 *
 * @example
 * const scaler = new series.MinMaxScaler().fit([10, 20, 30]);
 * console.log(scaler.transform([15, 40]), scaler.inverseTransform([0.5])); // [ 0.25, 1.5 ] [ 20 ]
 */
export class MinMaxScaler extends Scaler {
  protected readonly kind = 'MinMaxScaler';

  /** @param range where the training data should lie. Default [0, 1]. */
  constructor(private readonly range: readonly [low: number, high: number] = [0, 1]) {
    super();
    if (!(range[0] < range[1])) throw new RangeError(`The range of a MinMaxScaler ascends; got [${range}].`);
  }

  /** The scaler that `toJSON` described. */
  static fromJSON(state: ScalerState): MinMaxScaler {
    return new MinMaxScaler(state?.range).restore(state);
  }

  override toJSON(): ScalerState {
    return { ...super.toJSON(), range: this.range };
  }

  protected measure(column: Float64Array): { shift: number; scale: number } {
    const [low, high] = this.range;
    const min = column.reduce((a, b) => Math.min(a, b), Infinity);
    const max = column.reduce((a, b) => Math.max(a, b), -Infinity);
    const scale = (max > min ? max - min : 1) / (high - low);
    return { shift: min - low * scale, scale };
  }
}

function isConstant(column: Float64Array): boolean {
  return column.every((v) => v === column[0]);
}
