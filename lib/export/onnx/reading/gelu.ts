/** GELU as exporters write it out where their operators have none: `0.5 · x · (1 + erf(x / √2))`, the half anywhere (Hendrycks and Gimpel 2016). */
import { type Reading, viewAt } from './call';
import { unscaled } from './factors';
import type { Plan, Wire } from './plan';
import type { View } from './view';

/** The error function; it is a layer only within GELU. */
export const erf: Reading = (call) => {
  const view = viewAt(call, 0);
  const { plan, name } = call;
  return [{ ...view, wires: view.wires.map((wire) => plan.add('erf', name, [wire], wire.sizes)) }];
};

/** What is multiplied, where one of two tensors is `1 + erf(x / √2)` of the other, perhaps times a number: GELU, times twice that number. */
export function geluOf(plan: Plan, name: string, views: View[]): { view: View; scale: number } | undefined {
  if (views.length !== 2) return undefined;
  for (const [view, other] of [views, [...views].reverse()]) {
    const [wire] = view.wires;
    const { from, scale } = unscaled(wire);
    const share = unscaled(other.wires[0]);
    if (view.wires.length > 1 || other.wires.length > 1 || !isShareOf(share.from, from)) continue;
    const gelu = plan.add('activation', name, [from], from.sizes, { options: { activation: 'gelu' } });
    return { view: { ...view, wires: [gelu] }, scale: 2 * scale * share.scale };
  }
  return undefined;
}

function isShareOf({ piece }: Wire, x: Wire): boolean {
  const { scale, offset } = piece.options as { scale?: number; offset?: number };
  if (piece.kind !== 'rescaling' || scale !== 1 || offset !== 1 || piece.inputs[0].piece.kind !== 'erf') return false;
  const inner = unscaled(piece.inputs[0].piece.inputs[0]);
  return inner.from === x && Math.abs(inner.scale - Math.SQRT1_2) < 1e-6;
}
