/** One pass of word2vec over a text, in the fastest way that runs here. */
import { nativeOp, onDevice } from '../../backend';
import { nativePass } from './native';
import type { SkipGramPass, SkipGramSettings } from './pass';
import { portablePass } from './portable';
import type { Tier } from '../tier';

export const skipGramTiers: readonly Tier[] = [
  {
    name: 'native',
    condition: 'lib/native is built; on the processor',
    isHere: () => onDevice('cpu', () => nativeOp('LabSkipGram')) !== undefined,
  },
  { name: 'portable', condition: 'always', isHere: () => true },
];

export type { SkipGramPass, SkipGramSettings, SkipGramState } from './pass';

/** The native pass where its operation is built, otherwise the same algorithm in TypeScript, some 10 times slower. */
export function skipGramPass(settings: SkipGramSettings, tier: 'native' | 'portable' = 'native'): SkipGramPass {
  const op = tier === 'native' ? onDevice('cpu', () => nativeOp('LabSkipGram')) : undefined;
  return op ? nativePass(settings, op) : portablePass(settings);
}
