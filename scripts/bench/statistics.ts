/** How far measurements spread, and how two contenders compare. */
import { median } from '../../lib/series/statistics';

/** The quartiles around the median. */
export function quartiles(values: readonly number[]): [low: number, high: number] {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))];
  return [at(0.25), at(0.75)];
}

/** The median over rounds of how many times as long one took as the other; a round's value is the median of its measurements. */
export function pairedRatio(rounds: readonly number[][], others: readonly number[][]): number {
  return median(rounds.map((values, round) => median(values) / median(others[round])));
}
