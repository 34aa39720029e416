/** Windows of a series on their way into a model, and its answers on their way back to their unit. */
import { tf } from '../../backend';
import { MinMaxScaler, StandardScaler, type ScalerState } from '../../series';
import { InputError } from './input-error';

export type Scaler = StandardScaler | MinMaxScaler;

/** What a bundle holds of its {@link WindowInput}. */
export interface WindowState {
  kind: 'window';
  scaler?: ScalerState;
}

/** A window flat in C order, `[time, features]`. */
export interface WindowSample {
  values: Float32Array;
  time: number;
}

/** The longest window that a model of any length is given, in steps. */
const longest = 100_000;

export class WindowInput {
  readonly kind = 'window';

  constructor(
    /** Steps of a window; null for any number. */
    readonly time: number | null,
    readonly features: number,
    private readonly scaler: Scaler | undefined,
  ) {}

  /**
   * A window `[time][features]`, or `[time]` where there is one feature, scaled as in training.
   * @throws InputError when it has another shape, or a value is no finite number.
   */
  prepare(raw: unknown): WindowSample {
    const rows = Array.isArray(raw) && this.features === 1 ? raw.map((row: unknown) => [row].flat()) : raw;
    const wanted = `a window of ${this.time ?? 'some'} steps with ${this.features} ${this.features === 1 ? 'number' : 'numbers'} each`;
    if (!Array.isArray(rows) || rows.length === 0)
      throw new InputError(`This model reads ${wanted}; it was given none.`);
    if (rows.length !== (this.time ?? rows.length) || rows.length > longest)
      throw new InputError(`This model reads ${wanted}; the window has ${rows.length} steps.`);
    const bad = rows.findIndex((row: unknown) => !isRow(row, this.features));
    if (bad >= 0) throw new InputError(`This model reads ${wanted}; step ${bad} is not that.`);
    const scaled = this.scaler ? this.scaler.transform(rows as number[][]) : (rows as number[][]);
    return { values: Float32Array.from(scaled.flat()), time: rows.length };
  }

  /** Windows of one length may share a batch. */
  batchKey({ time }: WindowSample): number {
    return time;
  }

  /** Windows of one length as a batch `[batch, time, features]`. */
  stack(samples: WindowSample[]): tf.Tensor {
    const size = samples[0].values.length;
    const values = new Float32Array(samples.length * size);
    samples.forEach((sample, row) => values.set(sample.values, row * size));
    return tf.tensor3d(values, [samples.length, samples[0].time, this.features]);
  }

  toJSON(): WindowState {
    return { kind: 'window', ...(this.scaler ? { scaler: this.scaler.toJSON() } : {}) };
  }
}

/** The scaler that its `toJSON` described. @throws RangeError when it is not that. */
export function scalerFrom(state: ScalerState): Scaler {
  return state?.kind === 'MinMaxScaler' ? MinMaxScaler.fromJSON(state) : StandardScaler.fromJSON(state);
}

const isRow = (row: unknown, features: number): boolean =>
  Array.isArray(row) &&
  row.length === features &&
  row.every((value) => Number.isFinite(value) && Math.abs(value as number) < 3e38);
