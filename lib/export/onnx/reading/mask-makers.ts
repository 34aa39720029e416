/** Which layer makes the mask that another one needs: an Embedding, a Masking, or a SequenceMask that is put before it. */
import type { Piece, Plan, Wire } from './plan';

/** Layers that pass on the mask of what they take. */
const passing = new Set(
  'activation affine batchNormalization dense dropout elu flip layerNormalization leakyReLU multiHeadAttention prelu reLU rescaling'.split(
    ' ',
  ),
);

/** Layers whose output has a mask where each of the tensors that they merge has one. */
const merging = new Set(['add', 'average', 'maximum', 'minimum', 'multiply', 'subtract']);

/** The layer whose mask reaches a sequence, through layers that pass it on. */
function makerOf(wire: Wire, steps?: Wire): Piece | undefined {
  const { piece } = wire;
  if (isMaker(piece, steps)) return piece;
  if (piece.kind === 'recurrent' || passing.has(piece.kind)) return makerOf(piece.inputs[0], steps);
  const isMerger = merging.has(piece.kind);
  if (!isMerger && piece.kind !== 'concatenate') return undefined;
  const found = piece.inputs.map((input) => makerOf(input, steps));
  return isMerger && found.includes(undefined) ? undefined : found.find((maker) => maker !== undefined);
}

function isMaker({ kind, inputs, options }: Piece, steps: Wire | undefined): boolean {
  if (kind === 'sequenceMask') return steps === undefined || inputs[1] === steps;
  if (kind !== 'masking' && kind !== 'embedding') return false;
  return steps === undefined ? kind === 'masking' || options.maskZero === true : inputs[0] === steps;
}

/** A sequence with the mask that `steps` tell: as it is where a layer before it can make that. */
export function withMask(plan: Plan, name: string, wire: Wire, steps: Wire): Wire {
  if (steps.sizes.length > 2 || makerOf(wire, steps)) return wire;
  return plan.add('sequenceMask', name, [wire, steps], wire.sizes);
}

/** Where a layer takes the sequence whose mask it needs. */
const maskedInput = ({ kind, inputs }: Piece): Wire =>
  inputs[kind === 'multiHeadAttention' && inputs.length > 1 ? 1 : 0];

/** Lets the embeddings make the masks that the graph computes. @throws Error when one does not come to the layer that needs it */
export function placeMasks(pieces: readonly Piece[]): void {
  for (const piece of pieces) {
    const { name, options } = piece;
    if (!options.masked) continue;
    const maker = makerOf(maskedInput(piece), options.masked as Wire);
    if (!maker) throw new Error(`Node "${name}" takes a mask that no layer before it makes.`);
    if (maker.kind === 'embedding') maker.options.maskZero = true;
  }
}

/** Whether a layer would see a mask that the graph does not give it. */
export function seesForeignMask({ kind, options, inputs }: Piece): boolean {
  if (options.masked) return false;
  if (kind === 'multiHeadAttention') return inputs.some((input) => makerOf(input) !== undefined);
  return (kind === 'recurrent' || kind === 'globalAveragePooling1d') && makerOf(inputs[0]) !== undefined;
}
