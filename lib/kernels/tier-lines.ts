import type { TierRow } from './index';

/**
 * The table of tiers as text: what can compute each operation, the fastest first, under which condition, and whether it is here.
 *
 * @example
 * const lines = kernels.tierLines(kernels.tierTable());
 * console.log(lines.includes('recurrent')); // true
 */
export function tierLines(tiers: readonly TierRow[]): string {
  const width = (column: 'operation' | 'tier') => Math.max(...tiers.map((row) => row[column].length)) + 2;
  const lines = tiers.map(({ operation, tier, condition, here }, k) => {
    const name = operation === tiers[k - 1]?.operation ? '' : operation;
    return `${name.padEnd(width('operation'))}${here ? '✓' : '-'} ${tier.padEnd(width('tier'))}${condition}`;
  });
  return ['What computes an operation: the first tier marked ✓ whose condition holds', ...lines].join('\n');
}
