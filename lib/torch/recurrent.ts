/** What nn.LSTM, nn.GRU and nn.RNN share: stacked layers, two directions, dropout between layers, packed sequences. */
import { tf } from '../backend';
import type { RecurrentResult, SequenceOptions } from '../kernels';
import { checkProbability, dropoutMask } from './dropout';
import { Module } from './module';
import { PackedSequence } from './packing';
import { checkFeatures, checkSizes, parameter } from './parameter';
import { defaultGenerator } from './random';

/** What PyTorch's recurrent modules are made from. */
export interface RecurrentArgs {
  /** Features of the input. */
  inputSize: number;
  /** Features of the hidden state. */
  hiddenSize: number;
  /** Layers stacked on each other. Default 1. */
  numLayers?: number;
  /** Whether there are biases. Default true. */
  bias?: boolean;
  /** The input is `[batch, time, features]`. Default false, as in PyTorch: `[time, batch, features]`. */
  batchFirst?: boolean;
  /** Dropout after each layer but the last, while training. Default 0. */
  dropout?: number;
  /** A second network reads from the end; the output holds both, `2 * hiddenSize` wide. Default false. */
  bidirectional?: boolean;
}

/** PyTorch's order of {@link RecurrentArgs}. */
export const recurrentNames = ['inputSize', 'hiddenSize', 'numLayers', 'bias', 'batchFirst', 'dropout', 'bidirectional'] as const; // prettier-ignore

/** The parameters of one layer as PyTorch keeps them: `[gates * hidden, …]`, the projection `[projSize, hidden]`. */
export interface LayerTensors {
  weightIH: tf.Tensor2D;
  weightHH: tf.Tensor2D;
  biasIH?: tf.Tensor1D;
  biasHH?: tf.Tensor1D;
  weightHR?: tf.Tensor2D;
}

/** The base of the recurrent modules; `State` is `[h, c]` for an LSTM, `h` for the others, `One` the same without a batch. */
export abstract class RecurrentModule<State, One> extends Module {
  readonly [weight: `weight_ih_l${string}`]: tf.Variable<tf.Rank.R2>;
  readonly [weight: `weight_hh_l${string}`]: tf.Variable<tf.Rank.R2>;
  readonly [weight: `weight_hr_l${string}`]: tf.Variable<tf.Rank.R2>;
  readonly [bias: `bias_ih_l${string}`]: tf.Variable<tf.Rank.R1>;
  readonly [bias: `bias_hh_l${string}`]: tf.Variable<tf.Rank.R1>;

  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly bias: boolean;
  readonly batchFirst: boolean;
  readonly dropout: number;
  readonly bidirectional: boolean;
  readonly projSize: number;

  /** Draws the first weights as PyTorch does: U(±1/sqrt(hiddenSize)), in the order of `namedParameters`. */
  constructor(
    private readonly kind: string,
    gates: number,
    args: Partial<RecurrentArgs> & { projSize?: number },
  ) {
    super();
    this.inputSize = args.inputSize ?? NaN;
    this.hiddenSize = args.hiddenSize ?? NaN;
    this.numLayers = args.numLayers ?? 1;
    this.bias = args.bias ?? true;
    this.batchFirst = args.batchFirst ?? false;
    this.dropout = args.dropout ?? 0;
    this.bidirectional = args.bidirectional ?? false;
    this.projSize = args.projSize ?? 0;
    const { inputSize, hiddenSize, numLayers } = this;
    checkSizes(kind, { inputSize, hiddenSize, numLayers });
    checkProbability(kind, this.dropout);
    if (this.dropout > 0 && numLayers === 1) {
      console.warn(`torch.${kind}: dropout acts between layers, so with numLayers 1 it does nothing.`);
    }
    for (const [layer, suffix] of this.places()) {
      const features = layer === 0 ? inputSize : this.outputSize * this.directions.length;
      Object.assign(this, drawLayer(suffix, gates, features, hiddenSize, this.bias, this.projSize));
    }
  }

  /** Runs one layer in one direction over `[batch, time, features]`. */
  protected abstract run(
    x: tf.Tensor3D,
    layer: LayerTensors,
    state: tf.Tensor2D[] | undefined,
    options: SequenceOptions,
  ): RecurrentResult<tf.Tensor2D[]>;

  /** The tensors `[layers * directions, batch, hidden]` of a state. */
  protected abstract unpackState(state: State | One): tf.Tensor[];

  /** A state of such tensors. */
  protected abstract packState(tensors: tf.Tensor[]): State & One;

  /**
   * Reads a batch of sequences. Gives the last layer's output at every step, `[time, batch, directions * hiddenSize]`
   * (`[batch, time, …]` with `batchFirst`), and the last state of every layer, `[numLayers * directions, batch, hiddenSize]`.
   * A packed sequence gives a packed output, and the states at each sequence's own end. One sequence may come without a batch,
   * `[time, features]`: output and states then have none either. With `projSize`, outputs and h are that wide.
   * @param state the first state; zeros when left out.
   * @throws RangeError when a shape or type does not fit.
   */
  forward(input: tf.Tensor3D, state?: State): [output: tf.Tensor3D, state: State];
  forward(input: tf.Tensor2D, state?: One): [output: tf.Tensor2D, state: One];
  forward(input: tf.Tensor, state?: State): [output: tf.Tensor3D, state: State];
  forward(input: PackedSequence, state?: State): [output: PackedSequence, state: State];
  forward(
    input: tf.Tensor | PackedSequence,
    state?: State | One,
  ): [output: tf.Tensor | PackedSequence, state: State | One] {
    if (input instanceof tf.Tensor && input.rank === 2) return this.forwardOne(input as tf.Tensor2D, state);
    const packed = input instanceof PackedSequence ? input : undefined;
    const x = input instanceof PackedSequence ? input.padded : input;
    checkFeatures(this.kind, x, this.inputSize);
    if (x.rank !== 3) {
      const expected = this.batchFirst ? '[batch, time, features]' : '[time, batch, features]';
      throw new RangeError(`torch.${this.kind} takes ${expected}, or [time, features]; got the shape [${x.shape}].`);
    }
    const batchMajor = this.batchFirst || packed !== undefined;
    const first = state === undefined ? undefined : this.unpackState(state);
    this.checkState(first, [batchMajor ? x.shape[0] : (x.shape[1] ?? 0)]);
    const results = tf.tidy(() => {
      const rows = batchMajor ? (x as tf.Tensor3D) : x.transpose<tf.Tensor3D>([1, 0, 2]);
      const { output, last } = this.runLayers(rows, first as tf.Tensor3D[] | undefined, packed);
      return [batchMajor ? output : output.transpose<tf.Tensor3D>([1, 0, 2]), ...last];
    });
    const [output, ...last] = results;
    return [packed ? new PackedSequence(output, packed.lengths) : output, this.packState(last)];
  }

  protected override describe(): string {
    const flags = [
      this.projSize > 0 && `proj_size=${this.projSize}`,
      this.numLayers > 1 && `num_layers=${this.numLayers}`,
      !this.bias && 'bias=False',
      this.batchFirst && 'batch_first=True',
      this.dropout > 0 && `dropout=${this.dropout}`,
      this.bidirectional && 'bidirectional=True',
    ];
    return [this.inputSize, this.hiddenSize, ...flags.filter(Boolean)].join(', ');
  }

  /** How wide the output of a direction is. */
  protected get outputSize(): number {
    return this.projSize || this.hiddenSize;
  }

  private get directions(): string[] {
    return this.bidirectional ? ['', '_reverse'] : [''];
  }

  /** Layer number and parameter suffix of each layer and direction, in PyTorch's order. */
  private places(): [layer: number, suffix: `_l${string}`][] {
    return Array.from({ length: this.numLayers }, (_, layer) =>
      this.directions.map((direction): [number, `_l${string}`] => [layer, `_l${layer}${direction}`]),
    ).flat();
  }

  private layer(suffix: `_l${string}`): LayerTensors {
    return {
      weightIH: this[`weight_ih${suffix}`] as tf.Tensor2D,
      weightHH: this[`weight_hh${suffix}`] as tf.Tensor2D,
      biasIH: this[`bias_ih${suffix}`] as tf.Tensor1D | undefined,
      biasHH: this[`bias_hh${suffix}`] as tf.Tensor1D | undefined,
      weightHR: this[`weight_hr${suffix}`] as tf.Tensor2D | undefined,
    };
  }

  /** A batch of one sequence, without the axis of the batch. */
  private forwardOne(x: tf.Tensor2D, state: State | One | undefined): [output: tf.Tensor2D, state: One] {
    const batchAxis = this.batchFirst ? 0 : 1;
    const [output, ...last] = tf.tidy(() => {
      const first = state === undefined ? undefined : this.unpackState(state);
      this.checkState(first, []);
      const [outputs, states] = this.forward(
        x.expandDims(batchAxis),
        first && this.packState(first.map((tensor) => tensor.expandDims(1))),
      );
      return [
        outputs.squeeze<tf.Tensor2D>([batchAxis]),
        ...this.unpackState(states).map((tensor) => tensor.squeeze([1])),
      ];
    });
    return [output as tf.Tensor2D, this.packState(last)];
  }

  private runLayers(
    x: tf.Tensor3D,
    first: tf.Tensor3D[] | undefined,
    packed: PackedSequence | undefined,
  ): { output: tf.Tensor3D; last: tf.Tensor3D[] } {
    const mask = packed?.mask();
    const ends: tf.Tensor2D[][] = [];
    let output = x;
    for (let layer = 0; layer < this.numLayers; layer++) {
      const sequences = this.directions.map((direction) => {
        const state = first?.map((tensor) => stateOf(tensor, ends.length));
        const reverse = direction !== '';
        const options = { mask, reverse, returnSequences: true, zeroOutputForMask: mask !== undefined };
        const result = this.run(output, this.layer(`_l${layer}${direction}`), state, options);
        ends.push(result.state);
        const sequence = result.sequence as tf.Tensor3D;
        return reverse ? sequence.reverse<tf.Tensor3D>(1) : sequence;
      });
      output = sequences.length > 1 ? tf.concat3d(sequences, 2) : sequences[0];
      if (this.training && layer < this.numLayers - 1) output = dropped(output, this.dropout, packed);
    }
    const last = ends[0].map((_, k) => {
      const parts = ends.map((end) => end[k].expandDims<tf.Tensor3D>(0));
      return parts.length > 1 ? tf.concat3d(parts, 0) : parts[0];
    });
    return { output, last };
  }

  /** @param batch the axis of the batch, or nothing. */
  private checkState(state: tf.Tensor[] | undefined, batch: number[]): void {
    state?.forEach((tensor, k) => {
      const expected = [this.numLayers * this.directions.length, ...batch, k === 0 ? this.outputSize : this.hiddenSize];
      if (tensor.shape.join() === expected.join()) return;
      throw new RangeError(`torch.${this.kind}: the state has the shape [${tensor.shape}], expected [${expected}].`);
    });
  }
}

/** The first parameters of one recurrent layer under PyTorch's names, drawn in PyTorch's order. */
export function drawLayer(
  suffix: string,
  gates: number,
  features: number,
  hidden: number,
  bias: boolean,
  projection = 0,
): Record<string, tf.Variable> {
  const bound = 1 / Math.sqrt(hidden);
  const draw = (shape: [number, number] | [number]) =>
    parameter(defaultGenerator.uniform(tf.util.sizeFromShape(shape), -bound, bound), shape);
  const rows = gates * hidden;
  const drawn: Record<string, tf.Variable> = {};
  drawn[`weight_ih${suffix}`] = draw([rows, features]);
  drawn[`weight_hh${suffix}`] = draw([rows, projection || hidden]);
  if (bias) drawn[`bias_ih${suffix}`] = draw([rows]);
  if (bias) drawn[`bias_hh${suffix}`] = draw([rows]);
  if (projection > 0) drawn[`weight_hr${suffix}`] = draw([projection, hidden]);
  return drawn;
}

function stateOf(tensor: tf.Tensor3D, place: number): tf.Tensor2D {
  const [, batch, hidden] = tensor.shape;
  return tensor.slice([place, 0, 0], [1, batch, hidden]).reshape([batch, hidden]);
}

/** Dropout in PyTorch's order of draws: step by step; for packed sequences over the rows of `data`. */
function dropped(x: tf.Tensor3D, p: number, packed: PackedSequence | undefined): tf.Tensor3D {
  const [batch, time, width] = x.shape;
  const rows = packed?.rows ?? Array.from({ length: time * batch }, (_, i) => [i % batch, Math.floor(i / batch)]);
  const drawn = dropoutMask(rows.length * width, p);
  if (!drawn) return x;
  const mask = new Float32Array(x.size);
  rows.forEach(([b, t], i) => mask.set(drawn.subarray(i * width, (i + 1) * width), (b * time + t) * width));
  return x.mul(tf.tensor3d(mask, x.shape));
}
