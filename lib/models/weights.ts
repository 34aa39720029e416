/** Which weight tensors each layer has, and of which shape: in Keras' and in PyTorch's own names. */
import { checkOptions } from '../options';

/** One weight tensor of a layer. */
export interface WeightShape {
  /** As Keras or PyTorch calls it. */
  readonly name: string;
  /** Its sizes. */
  readonly shape: readonly number[];
}

/** Options of the Keras layers that may leave out their bias. */
export interface BiasOptions {
  /** Whether the layer adds a bias. Default true. */
  useBias?: boolean;
}

/** Options of a Keras GRU. */
export interface GRUOptions extends BiasOptions {
  /** The reset gate acts after the recurrent product, which then needs a bias of its own. Default true, as in Keras 3. */
  resetAfter?: boolean;
}

/** Options of PyTorch's recurrent modules. */
export interface TorchOptions {
  /** Layers stacked on each other. Default 1. */
  numLayers?: number;
  /** A second network that reads from the end. Default false. */
  bidirectional?: boolean;
  /** Whether the two biases exist. Default true. */
  bias?: boolean;
}

/** Options of PyTorch's LSTM. */
export interface TorchLSTMOptions extends TorchOptions {
  /** The width to which a further matrix `[projSize, hiddenSize]` brings h. Default 0: there is none. */
  projSize?: number;
}

/** Options of Keras' MultiHeadAttention. */
export interface AttentionOptions extends BiasOptions {
  /** Width of each value head. Default: `keyDim`. */
  valueDim?: number;
  /** Features of the value input. Default: those of the query. */
  valueInputDim?: number;
  /** Features of the key input. Default: those of the value. */
  keyInputDim?: number;
  /** Features of the output. Default: those of the query. */
  outputDim?: number;
}

function recurrent(gates: number) {
  return (units: number, inputDim: number, { useBias = true }: BiasOptions = {}): WeightShape[] => {
    sizes({ units, inputDim });
    return [
      { name: 'kernel', shape: [inputDim, gates * units] },
      { name: 'recurrent_kernel', shape: [units, gates * units] },
      ...(useBias ? [{ name: 'bias', shape: [gates * units] }] : []),
    ];
  };
}

const torchOptions = ['numLayers', 'bidirectional', 'bias'];

function torchRecurrent<O extends TorchOptions>(layer: string, gates: number, known = torchOptions) {
  return (inputSize: number, hiddenSize: number, options?: O): WeightShape[] => {
    checkOptions(layer, options, known);
    const { numLayers = 1, bidirectional = false, bias = true, projSize = 0 }: TorchLSTMOptions = options ?? {};
    sizes({ inputSize, hiddenSize, numLayers });
    if (projSize !== 0) sizes({ projSize });
    if (projSize >= hiddenSize) {
      throw new RangeError(`projSize is below hiddenSize, ${hiddenSize}; got ${projSize}.`);
    }
    const outputSize = projSize || hiddenSize;
    const directions = bidirectional ? ['', '_reverse'] : [''];
    const rows = gates * hiddenSize;
    return Array.from({ length: numLayers }, (_, depth) =>
      directions.flatMap((direction) => {
        const place = `l${depth}${direction}`;
        const features = depth === 0 ? inputSize : outputSize * directions.length;
        return [
          { name: `weight_ih_${place}`, shape: [rows, features] },
          { name: `weight_hh_${place}`, shape: [rows, outputSize] },
          ...(bias
            ? [
                { name: `bias_ih_${place}`, shape: [rows] },
                { name: `bias_hh_${place}`, shape: [rows] },
              ]
            : []),
          ...(projSize > 0 ? [{ name: `weight_hr_${place}`, shape: [projSize, hiddenSize] }] : []),
        ];
      }),
    ).flat();
  };
}

/** The weight tensors of each layer, in the order in which the framework keeps them. */
export const weightsOf = {
  lstm: recurrent(4),
  simpleRNN: recurrent(1),
  gru(units: number, inputDim: number, { resetAfter = true, useBias = true }: GRUOptions = {}): WeightShape[] {
    const [kernel, recurrentKernel] = recurrent(3)(units, inputDim);
    const bias = { name: 'bias', shape: resetAfter ? [2, 3 * units] : [3 * units] };
    return [kernel, recurrentKernel, ...(useBias ? [bias] : [])];
  },
  dense(units: number, inputDim: number, { useBias = true }: BiasOptions = {}): WeightShape[] {
    sizes({ units, inputDim });
    return [{ name: 'kernel', shape: [inputDim, units] }, ...(useBias ? [{ name: 'bias', shape: [units] }] : [])];
  },
  embedding(inputDim: number, outputDim: number): WeightShape[] {
    sizes({ inputDim, outputDim });
    return [{ name: 'embeddings', shape: [inputDim, outputDim] }];
  },
  multiHeadAttention(
    numHeads: number,
    keyDim: number,
    queryInputDim: number,
    options: AttentionOptions = {},
  ): WeightShape[] {
    const { valueDim = keyDim, valueInputDim = queryInputDim, outputDim = queryInputDim, useBias = true } = options;
    const { keyInputDim = valueInputDim } = options;
    sizes({ numHeads, keyDim, queryInputDim, valueDim, valueInputDim, keyInputDim, outputDim });
    const projection = (name: string, kernel: number[], bias: number[]) => [
      { name: `${name}/kernel`, shape: kernel },
      ...(useBias ? [{ name: `${name}/bias`, shape: bias }] : []),
    ];
    return [
      ...projection('query', [queryInputDim, numHeads, keyDim], [numHeads, keyDim]),
      ...projection('key', [keyInputDim, numHeads, keyDim], [numHeads, keyDim]),
      ...projection('value', [valueInputDim, numHeads, valueDim], [numHeads, valueDim]),
      ...projection('attention_output', [numHeads, valueDim, outputDim], [outputDim]),
    ];
  },
  torchLSTM: torchRecurrent<TorchLSTMOptions>('torchLSTM', 4, [...torchOptions, 'projSize']),
  torchGRU: torchRecurrent('torchGRU', 3),
  torchRNN: torchRecurrent('torchRNN', 1),
};

function sizes(named: Record<string, number>): void {
  for (const [name, n] of Object.entries(named)) {
    if (!Number.isSafeInteger(n) || n < 1) throw new RangeError(`${name} is an integer of 1 or more; got ${n}.`);
  }
}
