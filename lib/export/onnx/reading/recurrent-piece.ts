/** Recurrent layers in a plan: their outputs, and what is the same as one of them. */
import type { Piece, Plan, Wire } from './plan';

/** The options of a piece of the kind `recurrent`. */
export interface RecurrentOptions {
  layer: 'lstm' | 'gru' | 'simpleRNN';
  /** Of the layer, for one direction. */
  args: Record<string, unknown>;
  bidirectional: boolean;
  /** Of one direction only: from the last step to the first. */
  goBackwards: boolean;
  states: number;
  /** The steps of whose mask it sees; undefined for none. */
  masked?: Wire;
  zeroOutputForMask: boolean;
}

export const optionsOf = (piece: Piece): RecurrentOptions => piece.options as unknown as RecurrentOptions;

const directions = (piece: Piece): number => (optionsOf(piece).bidirectional ? 2 : 1);

/** The sequences of each direction, in the order in which the layer gives them. */
export const sequencesOf = (piece: Piece): Wire[] => piece.outputs.slice(0, directions(piece));

/** The last states of a direction. */
export function statesOf(piece: Piece, direction: number): Wire[] {
  const { states } = optionsOf(piece);
  const from = directions(piece) + direction * states;
  return piece.outputs.slice(from, from + states);
}

/** The tensor with its steps in the other order. */
export const flipped = (plan: Plan, name: string, wire: Wire): Wire =>
  wire.piece.kind === 'flip' ? wire.piece.inputs[0] : plan.add('flip', name, [wire], wire.sizes);

/** The last state of a recurrent layer, where a step of its sequence is that. */
export function stateAtEnd(wire: Wire, index: number): Wire | undefined {
  if (wire.piece.kind === 'flip') return index === 0 ? stateAtEnd(wire.piece.inputs[0], -1) : undefined;
  if (wire.piece.kind !== 'recurrent') return undefined;
  const { masked, zeroOutputForMask } = optionsOf(wire.piece);
  if (masked && zeroOutputForMask) return undefined; // the last step need not count
  const direction = sequencesOf(wire.piece).indexOf(wire);
  if (direction < 0 || index !== (direction === 1 ? 0 : -1)) return undefined;
  return statesOf(wire.piece, direction)[0];
}
