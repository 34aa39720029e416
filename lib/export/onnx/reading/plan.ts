/** A model before its layers are made: which layers there are, and which tensor of which layer each of them takes. */
import type { tf } from '../../../backend';
import type { Size } from './size';

/** One tensor between layers, batch first. */
export interface Wire {
  piece: Piece;
  sizes: Size[];
}

/** A layer to be made, or an input. */
export interface Piece {
  /** The name of the factory in `layers`; `input` for an input; `flip` for time read backwards, which only recurrent layers do. */
  kind: string;
  name: string;
  options: Record<string, unknown>;
  inputs: Wire[];
  outputs: Wire[];
  /** The layer's weights, in its order. */
  weights: tf.Tensor[];
  /** The attention of whose scores this is the softmax: what it gives, that layer gives as its second output. */
  attention?: Piece;
}

type Added = Partial<Pick<Piece, 'options' | 'weights'>>;

/** The pieces as they are found. */
export class Plan {
  private readonly names = new Map<string, number>();

  /** Adds a layer with one output. */
  add(kind: string, name: string, inputs: Wire[], sizes: Size[], added: Added = {}): Wire {
    return this.addAll(kind, name, inputs, [sizes], added)[0];
  }

  /** Adds a layer with several outputs. */
  addAll(kind: string, name: string, inputs: Wire[], outputs: Size[][], { options = {}, weights = [] }: Added): Wire[] {
    const piece: Piece = { kind, name: this.named(name), options, inputs, outputs: [], weights };
    piece.outputs = outputs.map((sizes) => ({ piece, sizes }));
    return piece.outputs;
  }

  /** A name that no layer has yet, of letters that every format takes. */
  private named(wanted: string): string {
    const name = wanted.replace(/[^\w.-]+/g, '_').replace(/^[^A-Za-z]+/, '') || 'layer';
    const count = this.names.get(name) ?? 0;
    this.names.set(name, count + 1);
    return count === 0 ? name : this.named(`${name}_${count}`);
  }
}

/** Wires as they are made: the weights of attention come from its layer. */
const asMade = (wires: readonly Wire[]): Wire[] => wires.map((wire) => wire.piece.attention?.outputs[1] ?? wire);

/** Lets all that these wires depend on take the weights of attention from its layer. @returns the wires so */
export function withAttention(outputs: readonly Wire[]): Wire[] {
  for (const piece of piecesOf(outputs)) piece.inputs = asMade(piece.inputs);
  return asMade(outputs);
}

/** All pieces on which these wires depend, each after those that it takes. */
export function piecesOf(outputs: readonly Wire[]): Piece[] {
  const found = new Set<Piece>();
  const pending = outputs.map(({ piece }) => piece);
  while (pending.length > 0) {
    const piece = pending.at(-1)!;
    const before = found.has(piece) ? [] : piece.inputs.map((wire) => wire.piece).filter((one) => !found.has(one));
    pending.push(...before);
    if (before.length > 0) continue;
    found.add(piece);
    pending.pop();
  }
  return [...found];
}
