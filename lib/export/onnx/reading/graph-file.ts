/** A file of ONNX: its graph, checked, and the tensors that it holds or that lie in a file beside it. */
import path from 'node:path';
import { tf } from '../../../backend';
import { fileInside, readFile } from '../../../files';
import { type ElementType, countOf, toTensor, widthOf } from '../../elements';
import { type GraphProto, type NodeProto, type StoredTensor, type ValueInfoProto, decodeModel } from '../proto';
import { innerGraphs, takenFromOutside } from './inner-graphs';

/** `TensorProto.DataType` of the elements that are read. */
const elementTypes: Record<number, ElementType> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  4: 'uint16',
  5: 'int16',
  6: 'int32',
  7: 'int64',
  9: 'bool',
  10: 'float16',
  11: 'float64',
  12: 'uint32',
  13: 'uint64',
  16: 'bfloat16',
};

const isExternal = 1;

export interface InputInfo {
  name: string;
  isInteger: boolean;
  /** A number, the name of a free axis, or undefined. */
  sizes: (number | string | undefined)[];
}

export class GraphFile {
  readonly inputs: InputInfo[];
  readonly outputs: string[];
  readonly opset: number;
  private readonly makers = new Map<string, NodeProto>();
  private readonly stored: Map<string, StoredTensor>;
  private readonly beside = new Map<string, Buffer>();

  private constructor(
    private readonly file: string,
    graph: GraphProto,
    opset: number,
  ) {
    this.opset = opset;
    this.stored = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
    this.inputs = graph.input.filter(({ name }) => !this.stored.has(name)).map(inputInfo);
    this.outputs = graph.output.map(({ name }) => name);
    for (const node of graph.node) for (const name of node.output) if (name) this.makers.set(name, node);
  }

  /** @throws Error of one sentence when it is no whole file of ONNX */
  static async read(file: string): Promise<GraphFile> {
    const content = readFile(file);
    const model = await decodeModel(content).catch((error: Error) => {
      throw new Error(`${file} is no whole file of ONNX: ${error.message.split('\n', 1)[0]}.`, { cause: error });
    });
    if (!model.graph || model.graph.output.length === 0) throw new Error(`${file} holds no graph of ONNX.`);
    const opset = model.opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version ?? 0;
    return new GraphFile(file, model.graph, opset);
  }

  /** The operators on which the outputs depend, each after those that it takes. @throws Error when they form a circle */
  nodes(): NodeProto[] {
    const done = new Set<NodeProto>();
    const open = new Set<NodeProto>();
    const pending = this.outputs.flatMap((name) => this.makers.get(name) ?? []);
    while (pending.length > 0) {
      const node = pending.at(-1)!;
      if (done.has(node)) {
        pending.pop();
        continue;
      }
      const before = takenBy(node)
        .flatMap((name) => this.makers.get(name) ?? [])
        .filter((one) => !done.has(one));
      if (before.length === 0) {
        done.add(node);
        open.delete(node);
        pending.pop();
        continue;
      }
      if (open.has(node)) throw new Error(`the node "${node.name}" (${node.opType}) depends on itself`);
      open.add(node);
      pending.push(...before);
    }
    return [...done];
  }

  isStored(name: string): boolean {
    return this.stored.has(name);
  }

  /** A tensor that the graph holds by name. */
  tensor(name: string): tf.Tensor {
    return this.read(this.stored.get(name)!);
  }

  /** The tensor of an initializer, or of an attribute. @throws Error when its bytes do not fit its shape */
  read(tensor: StoredTensor): tf.Tensor {
    const what = `the tensor "${tensor.name}"`;
    const type = elementTypes[tensor.dataType];
    if (!type) throw new Error(`${what} has elements of the kind ${tensor.dataType}, which is not read`);
    const count = countOf(what, tensor.dims);
    if (tensor.dataLocation === isExternal)
      return toTensor(what, type, tensor.dims, this.bytesBeside(what, tensor, count * widthOf(type)));
    if (tensor.rawData.length > 0 || count === 0) {
      if (type === 'int64') return integers(what, tensor.dims, count, tensor.rawData);
      return toTensor(what, type, tensor.dims, tensor.rawData);
    }
    const numbers = [tensor.floatData, tensor.int32Data, tensor.int64Data, tensor.doubleData].find(
      (one) => one.length > 0,
    );
    if (!numbers || numbers.length !== count || type === 'float16' || type === 'bfloat16')
      throw new Error(`${what} [${tensor.dims}] holds ${numbers?.length ?? 0} numbers`);
    if (/float/.test(type)) return tf.tensor(Float32Array.from(numbers), tensor.dims);
    return type === 'bool'
      ? tf.tensor(Uint8Array.from(numbers), tensor.dims, 'bool')
      : tf.tensor(Int32Array.from(numbers, clamped), tensor.dims, 'int32');
  }

  private bytesBeside(what: string, { externalData }: StoredTensor, length: number): Uint8Array {
    const value = (key: string) => externalData.find((entry) => entry.key === key)?.value;
    const [location, offset] = [value('location'), Number(value('offset') ?? 0)];
    if (!location) throw new Error(`${what} lies in another file, which has no name`);
    const name = fileInside(path.dirname(this.file), location);
    const content = this.beside.get(name) ?? readFile(name);
    this.beside.set(name, content);
    if (!Number.isSafeInteger(offset) || offset < 0 || offset + length > content.length)
      throw new Error(
        `${what} takes bytes ${offset} to ${offset + length} of ${location}, which has ${content.length}`,
      );
    return content.subarray(offset, offset + length);
  }
}

/** What an operator takes, and what the graphs inside it take from around it. */
const takenBy = (node: NodeProto): string[] => [
  ...node.input,
  ...innerGraphs(node).flatMap((graph) => takenFromOutside(graph)),
];

const clamped = (n: number): number => Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, n));

/** Integers of 64 bits: the ends of slices are as large as can be, so those beyond int32 become its largest. */
function integers(what: string, dims: number[], count: number, bytes: Uint8Array): tf.Tensor {
  if (bytes.length !== 8 * count)
    throw new Error(`${what} has ${bytes.length} bytes; int64 [${dims}] needs ${8 * count}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const numbers = Int32Array.from({ length: count }, (_, k) => clamped(Number(view.getBigInt64(8 * k, true))));
  return tf.tensor(numbers, dims, 'int32');
}

function inputInfo({ name, type }: ValueInfoProto): InputInfo {
  const { elemType, shape } = type?.tensorType ?? { elemType: 1, shape: null };
  if (!shape) throw new Error(`the input "${name}" has no shape`);
  const element = elementTypes[elemType] ?? 'float32';
  const sizes = shape.dim.map(({ dimValue, dimParam }) => dimParam || dimValue || undefined);
  for (const size of sizes)
    if (typeof size === 'number' && !(Number.isSafeInteger(size) && size > 0))
      throw new Error(`the input "${name}" has an axis of the size ${size}`);
  return { name, isInteger: /int/.test(element), sizes };
}
