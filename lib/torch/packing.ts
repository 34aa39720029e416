/** Sequences of different lengths in one batch. */
import { tf } from '../backend';

/**
 * A batch of sequences of different lengths, as PyTorch's `PackedSequence`: the recurrent modules read each up to its end and
 * never see the padding. Made by {@link packPaddedSequence}, read by {@link padPackedSequence}.
 *
 * PyTorch stores the rows of all sequences without padding; here they stay in place, with their lengths.
 *
 * @example
 * const x = tf.tensor3d([[[1], [2], [3]], [[4], [5], [0]]]);
 * const packed = torch.packPaddedSequence(x, [3, 2], { batchFirst: true });
 * console.log(packed.batchSizes, packed.data().flatten().arraySync()); // [ 2, 2, 1 ] [ 1, 4, 2, 5, 3 ]
 */
export class PackedSequence {
  /**
   * @param padded `[batch, longest, features]`, zeros after the end of each sequence.
   * @param lengths steps of each sequence.
   */
  constructor(
    readonly padded: tf.Tensor3D,
    readonly lengths: readonly number[],
  ) {}

  /** How many sequences still run at each step. */
  get batchSizes(): number[] {
    const longest = Math.max(...this.lengths);
    return Array.from({ length: longest }, (_, t) => this.lengths.filter((length) => length > t).length);
  }

  /** The sequences from the longest to the shortest. */
  get sortedIndices(): number[] {
    return this.lengths.map((_, i) => i).sort((a, b) => this.lengths[b] - this.lengths[a]);
  }

  /** Where each row of PyTorch's `data` stands in `padded`, as [sequence, step]: step by step, the longest sequence first. */
  get rows(): [sequence: number, step: number][] {
    const order = this.sortedIndices;
    return this.batchSizes.flatMap((n, t) => order.slice(0, n).map((b): [number, number] => [b, t]));
  }

  /** PyTorch's `data`: the steps of all sequences without padding, `[steps, features]`. */
  data(): tf.Tensor2D {
    const [batch, longest, features] = this.padded.shape;
    return tf.tidy(() => {
      const places = this.rows.map(([b, t]) => b * longest + t);
      return tf.gather(this.padded.reshape<tf.Tensor2D>([batch * longest, features]), tf.tensor1d(places, 'int32'));
    });
  }

  /** True where a sequence still runs, `[batch, longest]`. */
  mask(): tf.Tensor2D {
    const [batch, longest] = this.padded.shape;
    const runs = new Uint8Array(batch * longest);
    this.lengths.forEach((length, b) => runs.fill(1, b * longest, b * longest + length));
    return tf.tensor2d(runs, [batch, longest], 'bool');
  }

  /** Frees its numbers. */
  dispose(): void {
    this.padded.dispose();
  }
}

/** Options of {@link packPaddedSequence}. */
export interface PackOptions {
  /** The input is `[batch, time, features]`. Default false: `[time, batch, features]`. */
  batchFirst?: boolean;
  /** Throw when the lengths do not descend. Default true, as in PyTorch; false is never slower here. */
  enforceSorted?: boolean;
}

/**
 * `pack_padded_sequence`: marks where each sequence of a padded batch ends.
 * @param lengths steps of each sequence, at least 1.
 * @throws RangeError when a length does not fit the input, or they do not descend while `enforceSorted` holds.
 *
 * @example
 * const packed = torch.packPaddedSequence(tf.ones([2, 5, 3]), [5, 2], { batchFirst: true });
 * const lstm = new torch.LSTM({ inputSize: 3, hiddenSize: 8, batchFirst: true });
 * const [out, [h]] = lstm.forward(packed); // h stands at step 5 of the first, at step 2 of the second
 * console.log(out.lengths, h.shape); // [ 5, 2 ] [ 1, 2, 8 ]
 */
export function packPaddedSequence(
  input: tf.Tensor3D,
  lengths: ArrayLike<number>,
  { batchFirst = false, enforceSorted = true }: PackOptions = {},
): PackedSequence {
  if (input.rank !== 3) throw new RangeError(`packPaddedSequence takes three axes; got the shape [${input.shape}].`);
  const steps = Array.from(lengths);
  const [batch, time] = batchFirst ? input.shape : [input.shape[1], input.shape[0]];
  if (steps.length !== batch) {
    throw new RangeError(
      `packPaddedSequence got ${steps.length} lengths for ${batch} sequences; is batchFirst: ${batchFirst} right?`,
    );
  }
  const wrong = steps.findIndex((n) => !(Number.isInteger(n) && n >= 1 && n <= time));
  if (wrong >= 0) {
    throw new RangeError(
      `Sequence ${wrong} has the length ${steps[wrong]}; it must be from 1 to the ${time} steps given.`,
    );
  }
  if (enforceSorted && steps.some((n, i) => i > 0 && n > steps[i - 1])) {
    throw new RangeError('The lengths must descend, or pass enforceSorted: false to leave the order as it is.');
  }
  const padded = tf.tidy(() => {
    const rows = batchFirst ? input : input.transpose<tf.Tensor3D>([1, 0, 2]);
    const longest = rows.slice([0, 0, 0], [-1, Math.max(...steps), -1]);
    return zeroed(new PackedSequence(longest, steps), 0);
  });
  return new PackedSequence(padded, steps);
}

/** Options of {@link padPackedSequence}. */
export interface PadOptions {
  /** Give `[batch, time, features]`. Default false: `[time, batch, features]`. */
  batchFirst?: boolean;
  /** What stands after the end of a sequence. Default 0. */
  paddingValue?: number;
  /** Time steps of the result. Default: the longest sequence. */
  totalLength?: number;
}

/**
 * `pad_packed_sequence`: the padded batch and the length of each sequence.
 * @throws RangeError when `totalLength` is below the longest sequence.
 *
 * @example
 * const packed = torch.packPaddedSequence(tf.ones([2, 3, 1]), [3, 2], { batchFirst: true });
 * const [padded, lengths] = torch.padPackedSequence(packed, { batchFirst: true, paddingValue: -1 });
 * console.log(padded.flatten().arraySync(), lengths); // [ 1, 1, 1, 1, 1, -1 ] [ 3, 2 ]
 */
export function padPackedSequence(
  sequence: PackedSequence,
  { batchFirst = false, paddingValue = 0, totalLength }: PadOptions = {},
): [padded: tf.Tensor3D, lengths: number[]] {
  const longest = sequence.padded.shape[1];
  const total = totalLength ?? longest;
  if (!(total >= longest)) {
    throw new RangeError(`totalLength is at least ${longest}, the longest sequence; got ${totalLength}.`);
  }
  const padded = tf.tidy(() => {
    const rows = zeroed(sequence, paddingValue);
    const extended = tf.pad3d(rows, [[0, 0], [0, total - longest], [0, 0]], paddingValue); // prettier-ignore
    return batchFirst ? extended : extended.transpose<tf.Tensor3D>([1, 0, 2]);
  });
  return [padded, [...sequence.lengths]];
}

function zeroed(sequence: PackedSequence, value: number): tf.Tensor3D {
  const runs = sequence.mask().expandDims(2);
  return tf.where(runs.tile([1, 1, sequence.padded.shape[2]]), sequence.padded, tf.fill(sequence.padded.shape, value));
}
