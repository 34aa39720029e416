/** The middle of measurements, how far they spread, and how two of them compare. */

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

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
