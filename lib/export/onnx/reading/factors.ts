/** Numbers by which a tensor is multiplied. */
import type { Wire } from './plan';

/** A tensor before it was multiplied by numbers, and their product. */
export function unscaled(wire: Wire): { from: Wire; scale: number } {
  let [from, scale] = [wire, 1];
  while (from.piece.kind === 'rescaling' && from.piece.options.offset === 0) {
    scale *= from.piece.options.scale as number;
    [from] = from.piece.inputs;
  }
  return { from, scale };
}
