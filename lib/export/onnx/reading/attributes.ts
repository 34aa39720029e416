/** The attributes of an operator. */
import type { AttributeProto, GraphProto, NodeProto, StoredTensor } from '../proto';

export class Attributes {
  private readonly byName: Map<string, AttributeProto>;

  constructor({ attribute }: NodeProto) {
    this.byName = new Map(attribute.map((one) => [one.name, one]));
  }

  has(name: string): boolean {
    return this.byName.has(name);
  }

  int(name: string, otherwise: number): number {
    return this.byName.get(name)?.i ?? otherwise;
  }

  float(name: string, otherwise: number): number {
    return this.byName.get(name)?.f ?? otherwise;
  }

  text(name: string, otherwise: string): string {
    const found = this.byName.get(name)?.s;
    return found ? Buffer.from(found).toString() : otherwise;
  }

  ints(name: string): number[] | undefined {
    return this.byName.get(name)?.ints;
  }

  floats(name: string): number[] {
    return this.byName.get(name)?.floats ?? [];
  }

  texts(name: string): string[] | undefined {
    return this.byName.get(name)?.strings.map((one) => Buffer.from(one).toString());
  }

  tensor(name: string): StoredTensor | undefined {
    return this.byName.get(name)?.t ?? undefined;
  }

  graph(name: string): GraphProto | undefined {
    return this.byName.get(name)?.g ?? undefined;
  }
}
