/** The graph inside a loop, run for numbers: what it computes in a step is told by examples, however it is written. */
import { tf } from '../../../backend';
import type { GraphProto, NodeProto } from '../proto';
import { Attributes } from './attributes';
import { eager } from './eager';
import type { GraphFile } from './graph-file';
import type { Value } from './values';
import { axisOf } from './view';

type Run = (inputs: (tf.Tensor | undefined)[], attributes: Attributes, outputs: number) => tf.Tensor[];

const product: Run = ([a, b]) => [tf.matMul(a!, b!)];

const gemm: Run = ([a, b, c], attributes) => {
  const [transA, transB] = ['transA', 'transB'].map((name) => attributes.int(name, 0) === 1);
  const scaled = tf.matMul(a!, b!, transA, transB).mul(attributes.float('alpha', 1));
  return [c ? scaled.add(c.mul(attributes.float('beta', 1))) : scaled];
};

const split: Run = ([x, given], attributes, outputs) => {
  const axis = axisOf(x!.rank, attributes.int('axis', 0));
  const lengths = attributes.ints('split') ?? (given && Array.from(given.dataSync()));
  return tf.split(x!, lengths ?? outputs, axis);
};

const hardSigmoid: Run = ([x], attributes) => [
  x!.mul(attributes.float('alpha', 0.2)).add(attributes.float('beta', 0.5)).clipByValue(0, 1),
];

/** The operators of a cell that are not among those on numbers which the file holds. */
const ofCells: Record<string, Run> = {
  MatMul: product,
  Gemm: gemm,
  Split: split,
  HardSigmoid: hardSigmoid,
  Sigmoid: ([x]) => [x!.sigmoid()],
  Tanh: ([x]) => [x!.tanh()],
  Relu: ([x]) => [x!.relu()],
  Elu: ([x]) => [x!.elu()],
  Selu: ([x]) => [x!.selu()],
  Softplus: ([x]) => [x!.softplus()],
  Softsign: ([x]) => [x!.div(x!.abs().add(1))],
  Exp: ([x]) => [x!.exp()],
  Abs: ([x]) => [x!.abs()],
};

/** The most operators of a body: those of cells are a few dozen. */
const most = 2000;

export class LoopBody {
  private readonly makers = new Map<string, NodeProto>();
  private readonly hidden = new Set<string>();
  private readonly stored: ReadonlyMap<string, GraphProto['initializer'][number]>;

  constructor(
    readonly graph: GraphProto,
    /** What a name outside of the body stands for. */
    private readonly outer: (name: string) => Value | undefined,
    private readonly file: GraphFile,
  ) {
    if (graph.node.length > most) throw new Error(`it has ${graph.node.length} operators in its loop`);
    this.stored = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
    for (const node of graph.node) for (const name of node.output) this.makers.set(name, node);
  }

  get nodes(): readonly NodeProto[] {
    return this.graph.node;
  }

  /** The name behind operators that change nothing. */
  source(name: string): string {
    for (let at = name, left = most; ; left--) {
      const node = this.makers.get(at);
      if (left === 0 || node?.opType !== 'Identity') return at;
      [at] = node.input;
    }
  }

  /** Lets names that differ from step to step have no value but one that is given. */
  hide(names: readonly string[]): void {
    names.forEach((name) => this.hidden.add(name));
  }

  /** Whether an operator of the body makes this. */
  makes(name: string): boolean {
    return this.makers.has(name) || this.stored.has(name);
  }

  /** Whether this follows from what is given alone. */
  follows(name: string, given: ReadonlyMap<string, tf.Tensor>): boolean {
    try {
      return this.run([name], given).length === 1;
    } catch {
      return false;
    }
  }

  /** The number, or numbers, that stand behind a name whatever the step is; undefined where that differs. */
  constant(name: string): tf.Tensor | undefined {
    try {
      return this.run([name], new Map())[0];
    } catch {
      return undefined;
    }
  }

  /** The values of these names where those of `given` are known. @throws Error when they take others, or an operator is unknown */
  run(names: readonly string[], given: ReadonlyMap<string, tf.Tensor>): tf.Tensor[] {
    const known = new Map(given);
    return names.map((name) => this.valueOf(name, known, 0));
  }

  private valueOf(name: string, known: Map<string, tf.Tensor>, depth: number): tf.Tensor {
    const found = known.get(name);
    if (found) return found;
    if (depth > most) throw new Error('its loop depends on itself');
    const value = this.made(name, known, depth);
    known.set(name, value);
    return value;
  }

  private made(name: string, known: Map<string, tf.Tensor>, depth: number): tf.Tensor {
    const stored = this.stored.get(name);
    if (stored) return this.file.read(stored);
    const node = this.makers.get(name);
    if (!node) return this.outside(name);
    const attributes = new Attributes(node);
    if (node.opType === 'Constant') {
      const tensor = attributes.tensor('value');
      if (!tensor) throw new Error('it holds numbers of no kind that is read in its loop');
      return this.file.read(tensor);
    }
    const inputs = node.input.map((one) => (one === '' ? undefined : this.valueOf(one, known, depth + 1)));
    const results = runOf(node.opType)(inputs, attributes, node.output.length);
    node.output.forEach((output, k) => output && results[k] && known.set(output, results[k]));
    return known.get(name)!;
  }

  private outside(name: string): tf.Tensor {
    if (this.hidden.has(name)) throw new Error(`its loop changes "${name}"`);
    const value = this.outer(name);
    if (value?.kind === 'constant') return value.tensor;
    if (value?.kind === 'fill') return tf.scalar(value.value);
    throw new Error(`its loop takes "${name}", which is no number`);
  }
}

function runOf(operator: string): Run {
  if (Object.hasOwn(ofCells, operator)) return ofCells[operator];
  if (!Object.hasOwn(eager, operator)) throw new Error(`its loop has an operator ${operator}`);
  return (inputs, attributes) => [eager[operator](inputs, attributes)];
}
