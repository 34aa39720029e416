/** One pass of word2vec over a text, in the fastest way that runs here. */
import { nativeOp, onDevice, wasmKernels } from '../../backend';
import { nativePass } from './native';
import type { SkipGramPass, SkipGramSettings } from './pass';
import { portablePass } from './portable';
import { firstHere, portableTier, wasmTier, type Tier, type TierName } from '../tier';
import { wasmPass } from './wasm';

const nativePassOp = () => onDevice('cpu', () => nativeOp('LabSkipGram'));

interface SkipGramTier extends Tier {
  make(settings: SkipGramSettings): SkipGramPass;
}

export const skipGramTiers: readonly SkipGramTier[] = [
  {
    name: 'native',
    condition: 'lib/native is built; on the processor',
    isHere: () => nativePassOp() !== undefined,
    make: (settings) => nativePass(settings, nativePassOp()!),
  },
  {
    ...wasmTier(),
    make: (settings) => wasmPass(wasmKernels()!, settings),
  },
  { ...portableTier, make: portablePass },
];

export type { SkipGramPass, SkipGramSettings, SkipGramState } from './pass';

/**
 * A pass by the fastest tier that is here, or by the one that is asked for: plain TypeScript, the portable one, is some 10 times slower.
 *
 * @example
 * const settings = { dim: 4, window: 2, negative: 1, table: Int32Array.of(0, 1, 2), keep: Float32Array.of(1, 1, 1) };
 * const pass = kernels.skipGramPass(settings, 'portable');
 * const state = { input: new Float32Array(12).fill(0.1), output: new Float32Array(12) };
 * const { pairs } = pass.run(Int32Array.of(0, 1, 2, 0, 1, 2), state, 0.05, 0.01, 1);
 * console.log(pairs > 0); // true
 */
export function skipGramPass(settings: SkipGramSettings, tier?: TierName): SkipGramPass {
  return firstHere(tier ? skipGramTiers.filter(({ name }) => name === tier) : skipGramTiers).make(settings);
}
