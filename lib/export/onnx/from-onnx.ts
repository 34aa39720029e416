/** Models from graphs of ONNX, as PyTorch, tf2onnx and `toONNX` write them. */
import { withArticle } from '../../article';
import { tf } from '../../backend';
import { inFile } from '../keras/assembly';
import { assembled } from './reading/assembly';
import { whereHidden } from './reading/attention-masks';
import { Attributes } from './reading/attributes';
import type { Call, Reading } from './reading/call';
import { densely } from './reading/dense';
import { constant, folded, numbersIn } from './reading/folding';
import { GraphFile, type InputInfo } from './reading/graph-file';
import { loop } from './reading/loop';
import { maskedSum, masking, where } from './reading/masks';
import { moments } from './reading/moments';
import { momentsApart } from './reading/moments-apart';
import { Plan, type Wire } from './reading/plan';
import { windowed } from './reading/pooling';
import { recurrent } from './reading/recurrent';
import { inOrder, rowsMoved } from './reading/row-order';
import { shaping } from './reading/shaping';
import { type Size, free, sized } from './reading/size';
import { BatchAxisError, type Value, WrittenLengthError } from './reading/values';
import { toWire, viewOf, transposed } from './reading/view';
import type { NodeProto } from './proto';

const operators: Record<string, Reading> = {
  ...shaping,
  ...densely,
  ...windowed,
  ...moments,
  ...momentsApart,
  GRU: recurrent,
  Loop: loop,
  LSTM: recurrent,
  RNN: recurrent,
  ...masking,
};

/** Operators that may follow where a graph has moved the steps that count to the front of their rows, or summed them. */
const afterMoving: Record<string, string[]> = {
  packed: ['Gather', 'GatherND', 'GRU', 'LSTM', 'RNN', 'Squeeze', 'Transpose'],
  unpacked: ['Mul'],
  zeroed: ['Add', 'ReduceSum'],
  summed: ['Div'],
};

/**
 * The model of a `.onnx` file, made of layers: LSTM, GRU and RNN with directions and first states, Embedding, Dense, attention, convolutions over
 * time, normalization, activations and what moves axes. The batch is the first axis of every input and output, wherever the graph has
 * it; where the graph joins it with time, it stays apart.
 * @throws Error of one sentence that names the file, and the operator for which there is no layer
 *
 * @example
 * const model = tf.sequential({ layers: [layers.gru({ units: 4, inputShape: [20, 3] }), layers.dense({ units: 1 })] });
 * await toONNX(model, 'gru.onnx');
 * const again = await fromONNX('gru.onnx'); // to be trained on and changed
 * console.log(again.countParams() === model.countParams(), again.outputs[0].shape); // false [ null, 1 ]
 */
export async function fromONNX(file: string): Promise<tf.LayersModel> {
  return inFile(file, async () => {
    const graph = await GraphFile.read(file);
    let model: tf.LayersModel | undefined;
    tf.tidy(() => {
      model = withBatchFound(graph, (batchAxes) =>
        withLengths((lengths) => new Conversion(graph, batchAxes, lengths).model()),
      );
    });
    return model!;
  });
}

/** The most inputs for which every place of the batch is tried. */
const mostTried = 4;

/** Runs `convert` with the batch on the first axis of each input, then on the second of some, until the graph can be read so. */
function withBatchFound<T>(graph: GraphFile, convert: (batchAxes: number[]) => T): T {
  const choices = graph.inputs.reduce<number[][]>(
    (lists, { sizes }, k) =>
      lists.flatMap((list) =>
        sizes.length > 1 && k < mostTried
          ? [
              [...list, 0],
              [...list, 1],
            ]
          : [[...list, 0]],
      ),
    [[]],
  );
  const errors: unknown[] = [];
  for (const axes of choices) {
    try {
      return convert(axes);
    } catch (error) {
      errors.push(error);
    }
  }
  const isOther = (error: unknown) => !(error instanceof Error && error.cause instanceof BatchAxisError);
  throw errors.find(isOther) ?? errors[0];
}

/** Runs `convert`, and again where the graph turns out to work for one length only of an axis that its input leaves free. */
function withLengths<T>(convert: (lengths: ReadonlyMap<string, number>) => T): T {
  const lengths = new Map<string, number>();
  for (;;) {
    try {
      return convert(lengths);
    } catch (error) {
      const { cause } = error as Error;
      if (!(cause instanceof WrittenLengthError) || cause.axis === 'batch' || lengths.has(cause.axis)) throw error;
      lengths.set(cause.axis, cause.length);
    }
  }
}

class Conversion {
  private readonly plan = new Plan();
  private readonly values = new Map<string, Value>();
  private readonly inputs: Wire[] = [];

  constructor(
    private readonly graph: GraphFile,
    private readonly batchAxes: number[],
    /** Of axes that the inputs leave free. */
    private readonly lengths: ReadonlyMap<string, number>,
  ) {}

  model(): tf.LayersModel {
    this.graph.inputs.forEach((info, k) => this.addInput(info, this.batchAxes[k]));
    for (const node of this.graph.nodes()) this.read(node);
    const outputs = this.graph.outputs.map((name) => this.outputOf(name));
    return assembled(this.inputs, outputs, 'model');
  }

  private addInput({ name, sizes, isInteger }: InputInfo, batchAxis: number): void {
    if (sizes.length === 0) throw new Error(`the input "${name}" has no batch`);
    const isBare = sizes.length === 1; // models of layers take two axes at least
    const own = sizes.map((size, axis): Size => {
      if (axis === batchAxis) return free('batch', typeof size === 'number' ? size : undefined);
      if (typeof size === 'number') return sized(size);
      const own = size ?? `${name}.${axis}`;
      const length = this.lengths.get(own);
      return length === undefined ? free(own) : sized(length);
    });
    const order = [batchAxis, ...own.keys()].filter((axis, k) => k === 0 || axis !== batchAxis);
    const rest = isBare ? [sized(1)] : [];
    const wire = this.plan.add('input', name, [], [...order.map((axis) => own[axis]), ...rest], {
      options: { dtype: isInteger ? 'int32' : 'float32' },
    });
    this.inputs.push(wire);
    const all = viewOf(wire, isInteger);
    const seen = isBare
      ? { ...all, axes: [[0, 1]] }
      : transposed(
          all,
          own.map((_size, axis) => order.indexOf(axis)),
        );
    this.values.set(name, seen);
  }

  private read(node: NodeProto): void {
    const { opType, domain, input, output } = node;
    try {
      const results = this.results(node);
      output.forEach((name, k) => name && results[k] && this.values.set(name, results[k]));
    } catch (error) {
      const { message } = error as Error;
      const what = domain === '' || domain === 'ai.onnx' ? opType : `${domain}.${opType}`;
      const name = node.name || output[0] || input[0];
      throw new Error(
        `Node "${name}" is ${withArticle(what)} that cannot become a layer: ${message.split('\n', 1)[0]}.`,
        {
          cause: error,
        },
      );
    }
  }

  private results(node: NodeProto): Value[] {
    const { opType, domain } = node;
    const attributes = new Attributes(node);
    const isKnown = Object.hasOwn(operators, opType) && (domain === '' || domain === 'ai.onnx');
    const inputs = node.input.map((name) => this.valueOf(name));
    for (const value of inputs)
      if (value?.kind === 'view' && value.masked && !afterMoving[value.masked.state].includes(opType))
        throw new Error('it takes a sequence whose masked steps have been moved');
    if (opType === 'Constant') return [this.constantOf(attributes)];
    const call: Call = {
      node,
      attributes,
      inputs,
      plan: this.plan,
      name: nameOf(node),
      file: this.graph,
      outer: (name) => this.valueOf(name),
    };
    const moved = domain === '' ? rowsMoved(call) : undefined;
    if (moved) return moved;
    return inOrder(node, inputs, this.made(call, isKnown));
  }

  private made(call: Call, isKnown: boolean): Value[] {
    const { inputs, attributes, node } = call;
    const { opType, domain } = node;
    const [x] = inputs;
    if (opType === 'ReduceSum' && x?.kind === 'view' && x.masked)
      return [maskedSum(x, attributes.ints('axes') ?? numbersIn(inputs[1]), attributes.int('keepdims', 1) === 1)];
    if (opType === 'Where' && x?.kind === 'computed' && inputs.some((value) => value?.kind === 'view')) {
      const hidden = whereHidden(call);
      return hidden ? [hidden] : where(call);
    }
    const isNew = !isKnown || inputs.every((value) => value?.kind === 'constant');
    const value = isNew && inputs.length > 0 && domain === '' ? folded(opType, inputs, attributes) : undefined;
    if (value) return [value];
    if (!isKnown) throw new Error('no layer does what it does');
    return operators[opType](call);
  }

  private valueOf(name: string): Value | undefined {
    if (name === '') return undefined;
    const found = this.values.get(name);
    if (found) return found;
    if (!this.graph.isStored(name)) throw new Error(`it takes "${name}", which nothing makes`);
    const value = constant(this.graph.tensor(name));
    this.values.set(name, value);
    return value;
  }

  private constantOf(attributes: Attributes): Value {
    const tensor = attributes.tensor('value');
    if (tensor) return constant(this.graph.read(tensor));
    if (attributes.has('value_float')) return constant(tf.scalar(attributes.float('value_float', 0)));
    if (attributes.has('value_floats')) return constant(tf.tensor1d(attributes.floats('value_floats')));
    if (attributes.has('value_int')) return constant(tf.scalar(attributes.int('value_int', 0), 'int32'));
    if (attributes.has('value_ints')) return constant(tf.tensor1d(attributes.ints('value_ints')!, 'int32'));
    throw new Error('it holds numbers of no kind that is read');
  }

  private outputOf(name: string): Wire {
    const value = this.valueOf(name);
    if (value?.kind !== 'view') throw new Error(`the output "${name}" does not come from a layer`);
    if (value.isSorted) throw new Error(`the output "${name}" has its rows sorted by their lengths`);
    return toWire(this.plan, name, value);
  }
}

/** The name for an operator's layer. */
function nameOf({ name, opType, input }: NodeProto): string {
  const weight = input.slice(1).find((one) => /\.(weight|bias)$/.test(one));
  if (weight)
    return weight
      .replace(/\.(weight|bias)$/, '')
      .split('.')
      .join('_');
  const parts = name.split('/').filter(Boolean);
  return parts.length > 1 ? parts[parts.length - 2] : opType.toLowerCase();
}
