/** Two recurrent layers that read one sequence, one of them from its end, are one layer of both directions. */
import { type Piece, type Wire, piecesOf } from './plan';
import { optionsOf, sequencesOf, statesOf } from './recurrent-piece';

/** Makes pairs of all such layers on which these wires depend, where what reads backwards is turned around again. */
export function pairUp(outputs: readonly Wire[]): void {
  const pieces = piecesOf(outputs);
  const users = new Map<Wire, number>(outputs.map((wire) => [wire, 1]));
  for (const { inputs } of pieces) for (const wire of inputs) users.set(wire, (users.get(wire) ?? 0) + 1);
  for (const flip of pieces.filter(({ kind }) => kind === 'flip')) {
    const [walked] = flip.inputs;
    const backward = walked.piece;
    if (!isSingle(backward) || !optionsOf(backward).goBackwards || walked !== sequencesOf(backward)[0]) continue;
    const forward = pieces.find((piece) => isMate(piece, backward));
    if (forward && users.get(walked) === 1) pair(forward, backward, flip.outputs[0]);
  }
}

const isSingle = (piece: Piece): boolean => piece.kind === 'recurrent' && !optionsOf(piece).bidirectional;

/** Whether a layer reads from the first step what `backward` reads from the last, in the same way. */
function isMate(piece: Piece, backward: Piece): boolean {
  if (!isSingle(piece) || optionsOf(piece).goBackwards || piece.inputs[0] !== backward.inputs[0]) return false;
  const kindOf = ({ inputs, weights, options }: Piece) => {
    const { layer, args, zeroOutputForMask } = options;
    return JSON.stringify([layer, args, zeroOutputForMask, inputs.length, weights.map(({ shape }) => shape)]);
  };
  return kindOf(piece) === kindOf(backward) && optionsOf(piece).masked === optionsOf(backward).masked;
}

/** One piece in the place of two; the tensors that others take become its own. */
function pair(forward: Piece, backward: Piece, turned: Wire): void {
  const both: Piece = {
    ...forward,
    options: { ...forward.options, bidirectional: true },
    inputs: [...forward.inputs, ...backward.inputs.slice(1)],
    outputs: [sequencesOf(forward)[0], turned, ...statesOf(forward, 0), ...statesOf(backward, 0)],
    weights: [...forward.weights, ...backward.weights],
  };
  for (const wire of both.outputs) wire.piece = both;
}
