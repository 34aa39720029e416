/** A graph of ONNX as it grows: operators, constants and weights, each with a name of its own. */
import { tf } from '../../backend';
import { fromTensor } from '../elements';
import { type Attribute, type Node, type TensorProto, attributeTypes, dataTypes } from './proto';

/** A tensor in the graph. `shape` is that of the layer's output; a mask `[batch, time]` tells which steps count. */
export interface Value {
  name: string;
  shape: tf.Shape;
  dtype: tf.DataType;
  mask?: string;
}

export class Graph {
  readonly nodes: Node[] = [];
  /** The layer whose operators are added now: names begin with it. */
  scope = '';
  private readonly constants = new Map<string, () => Promise<TensorProto>>();
  private readonly counts = new Map<string, number>();

  /** Adds an operator with one output. @returns the name of the output */
  add(operator: string, input: string[], attributes: Record<string, Attribute> = {}): string {
    return this.addAll(operator, input, attributes, 1)[0];
  }

  /** Adds an operator with several outputs. @returns their names */
  addAll(operator: string, input: string[], attributes: Record<string, Attribute>, outputs: number): string[] {
    const name = this.named(operator);
    const output = Array.from({ length: outputs }, (_, k) => (k === 0 ? name : `${name}:${k}`));
    const attribute = Object.entries(attributes).map(([key, value]) => attributeProto(key, value));
    this.nodes.push({ input, output, name, opType: operator, attribute });
    return output;
  }

  /** The same numbers of another type. */
  cast(x: string, type: keyof typeof dataTypes): string {
    return this.add('Cast', [x], { to: { i: dataTypes[type] } });
  }

  /** The axes in another order. */
  transpose(x: string, ...perm: number[]): string {
    return this.add('Transpose', [x], { perm: { ints: perm } });
  }

  /** New axes of size 1, at these places of the result. */
  unsqueeze(x: string, ...axes: number[]): string {
    return this.add('Unsqueeze', [x, this.integers(...axes)]);
  }

  /** Gives a tensor a name that the caller chooses. */
  rename(from: string, to: string): void {
    this.nodes.push({ input: [from], output: [to], name: `${to}/Identity`, opType: 'Identity', attribute: [] });
  }

  /** A constant of int64 `[numbers.length]`. */
  integers(...numbers: number[]): string {
    const rawData = new Uint8Array(BigInt64Array.from(numbers, BigInt).buffer);
    return this.constant(`int64[${numbers}]`, [numbers.length], 'int64', rawData);
  }

  /** A constant int64 without axes. */
  integer(number: number): string {
    const rawData = new Uint8Array(BigInt64Array.of(BigInt(number)).buffer);
    return this.constant(`int64 ${number}`, [], 'int64', rawData);
  }

  /** A constant float32 without axes. */
  number(number: number): string {
    return this.constant(`float ${number}`, [], 'float32', new Uint8Array(Float32Array.of(number).buffer));
  }

  /** A weight, or what `make` gives from weights; the same name gives the same constant. */
  weight(name: string, make: () => tf.Tensor): string {
    this.constants.set(name, async () => {
      const tensor = tf.tidy(make);
      try {
        const { type, bytes } = await fromTensor(name, tensor);
        return { dims: tensor.shape, dataType: dataTypes[type as 'float32'], name, rawData: new Uint8Array(bytes) };
      } finally {
        tensor.dispose();
      }
    });
    return name;
  }

  /** A weight of a layer as it is. */
  variable(weight: tf.LayerVariable): string {
    return this.weight(weight.name, () => weight.read().clone());
  }

  /** All constants and weights, which are read now. */
  initializers(): Promise<TensorProto[]> {
    return Promise.all([...this.constants.values()].map((read) => read()));
  }

  private constant(name: string, dims: number[], type: keyof typeof dataTypes, rawData: Uint8Array): string {
    this.constants.set(name, async () => ({ dims, dataType: dataTypes[type], name, rawData }));
    return name;
  }

  private named(operator: string): string {
    const name = `${this.scope}/${operator}`;
    const count = this.counts.get(name) ?? 0;
    this.counts.set(name, count + 1);
    return count === 0 ? name : `${name}_${count}`;
  }
}

function attributeProto(name: string, value: Attribute): object {
  const field = Object.keys(value)[0] as keyof typeof attributeTypes;
  const content: unknown = Object.values(value)[0];
  const bytes = (text: unknown) => Buffer.from(text as string);
  const encoded = field === 's' ? bytes(content) : field === 'strings' ? (content as string[]).map(bytes) : content;
  return { name, type: attributeTypes[field], [field]: encoded };
}
