/** How many numbers a layer learns, by formula. Each function throws a RangeError when a size is no positive integer. */
import { Table } from '../table';
import { weightsOf } from './weights';
import type { AttentionOptions, BiasOptions, GRUOptions, TorchLSTMOptions, TorchOptions, WeightShape } from './weights';

export type { AttentionOptions, BiasOptions, GRUOptions, TorchLSTMOptions, TorchOptions, WeightShape } from './weights';

/**
 * A Keras LSTM: `4 u (d + u + 1)` for u units on d inputs; four gates, each with a kernel, a recurrent kernel and a bias.
 *
 * @example
 * console.log(params.lstm(64, 1), 4 * 64 * (1 + 64 + 1)); // 16896 16896
 */
export function lstm(units: number, inputDim: number, options?: BiasOptions): number {
  return count(weightsOf.lstm(units, inputDim, options));
}

/**
 * A Keras GRU: `3 u (d + u + 2)` with `resetAfter` (the default, two biases), `3 u (d + u + 1)` without.
 *
 * @example
 * console.log(params.gru(64, 1), params.gru(64, 1, { resetAfter: false })); // 12864 12672
 */
export function gru(units: number, inputDim: number, options?: GRUOptions): number {
  return count(weightsOf.gru(units, inputDim, options));
}

/**
 * A Keras SimpleRNN: `u (d + u + 1)`.
 *
 * @example
 * console.log(params.simpleRNN(64, 1)); // 4224
 */
export function simpleRNN(units: number, inputDim: number, options?: BiasOptions): number {
  return count(weightsOf.simpleRNN(units, inputDim, options));
}

/**
 * A Keras Dense layer: `u (d + 1)`.
 *
 * @example
 * console.log(params.dense(10, 64), params.dense(10, 64, { useBias: false })); // 650 640
 */
export function dense(units: number, inputDim: number, options?: BiasOptions): number {
  return count(weightsOf.dense(units, inputDim, options));
}

/**
 * A Keras Embedding: one row of `outputDim` numbers for each of `inputDim` words, `v d`.
 *
 * @example
 * console.log(params.embedding(10_000, 128)); // 1280000
 */
export function embedding(inputDim: number, outputDim: number): number {
  return count(weightsOf.embedding(inputDim, outputDim));
}

/**
 * A Keras Bidirectional layer: twice the count of the layer that it wraps.
 *
 * @example
 * console.log(params.bidirectional(params.lstm(64, 128))); // 98816
 */
export function bidirectional(layerCount: number): number {
  if (!Number.isSafeInteger(layerCount) || layerCount < 0) {
    throw new RangeError(`bidirectional takes the count of one direction, as params.lstm gives it; got ${layerCount}.`);
  }
  return 2 * layerCount;
}

/**
 * Keras' MultiHeadAttention with n heads of width k on d features: `3 n k (d + 1) + d (n k + 1)`
 * when query, key and value have the same width; `options` change each one alone.
 *
 * @example
 * console.log(params.multiHeadAttention(2, 8, 16)); // 1088
 */
export function multiHeadAttention(
  numHeads: number,
  keyDim: number,
  queryInputDim: number,
  options?: AttentionOptions,
): number {
  return count(weightsOf.multiHeadAttention(numHeads, keyDim, queryInputDim, options));
}

/**
 * PyTorch's `nn.LSTM`: `4 h (d + h + 2)` for hidden size h on d inputs: two biases a gate, where Keras has one.
 * A later layer has h inputs (2 h when bidirectional); a second direction doubles every layer. With
 * `projSize` p (Sak, Senior and Beaufays 2014) h is p wide: `4 h (d + p + 2) + p h`, and a later layer has p inputs.
 *
 * @example
 * console.log(params.torchLSTM(1, 64), params.torchLSTM(1, 64, { numLayers: 2 })); // 17152 50432
 */
export function torchLSTM(inputSize: number, hiddenSize: number, options?: TorchLSTMOptions): number {
  return count(weightsOf.torchLSTM(inputSize, hiddenSize, options));
}

/**
 * PyTorch's `nn.GRU`: `3 h (d + h + 2)`, with layers and directions as {@link torchLSTM}.
 *
 * @example
 * console.log(params.torchGRU(1, 64)); // 12864
 */
export function torchGRU(inputSize: number, hiddenSize: number, options?: TorchOptions): number {
  return count(weightsOf.torchGRU(inputSize, hiddenSize, options));
}

/**
 * PyTorch's `nn.RNN`: `h (d + h + 2)`, with layers and directions as {@link torchLSTM}.
 *
 * @example
 * console.log(params.torchRNN(1, 64)); // 4288
 */
export function torchRNN(inputSize: number, hiddenSize: number, options?: TorchOptions): number {
  return count(weightsOf.torchRNN(inputSize, hiddenSize, options));
}

/** A weight tensor and how many numbers it holds. */
export interface WeightRow extends WeightShape {
  /** How many numbers: the product of its shape. */
  readonly count: number;
}

/** The weight tensors of one layer; a notebook shows it as a table. */
export class Breakdown extends Table {
  /** All numbers together. */
  readonly total: number;

  constructor(
    caption: string,
    readonly weights: readonly WeightRow[],
  ) {
    const total = weights.reduce((sum, w) => sum + w.count, 0);
    super(
      ['weight', 'shape', 'numbers'],
      [
        ...weights.map((w) => [w.name, `[${w.shape.join(', ')}]`, thousands(w.count)]),
        ['together', '', thousands(total)],
      ],
      caption,
    );
    this.total = total;
  }
}

/** The layers that {@link explain} knows. */
export type LayerName = keyof typeof weightsOf;

/**
 * Where a layer's numbers are: `explain('lstm', 50, 1)` takes the arguments of `params.lstm` and gives its weight tensors
 * with name, shape and count, in the order in which the framework keeps them.
 *
 * @example
 * console.log(params.explain('lstm', 64, 1).total); // 16896
 */
export function explain<L extends LayerName>(layer: L, ...args: Parameters<(typeof weightsOf)[L]>): Breakdown {
  if (!Object.hasOwn(weightsOf, layer)) {
    throw new RangeError(`explain knows ${Object.keys(weightsOf).join(', ')}; got ${JSON.stringify(layer)}.`);
  }
  const weights = (weightsOf[layer] as (...args: unknown[]) => WeightShape[])(...args);
  const caption = `${layer}(${args.map((a) => (typeof a === 'object' ? JSON.stringify(a) : a)).join(', ')})`;
  return new Breakdown(
    caption,
    weights.map((w) => ({ ...w, count: size(w) })),
  );
}

function count(weights: readonly WeightShape[]): number {
  return weights.reduce((sum, w) => sum + size(w), 0);
}

function size({ shape }: WeightShape): number {
  return shape.reduce((n, d) => n * d, 1);
}

function thousands(n: number): string {
  return n.toLocaleString('en-US');
}
