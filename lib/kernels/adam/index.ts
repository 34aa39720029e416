/** Adam's step for all weights of a model, in one operation where lib/native is built. */
import { nativeBackend, nativeOp } from '../../backend';
import { NativeAdam } from './native';
import { PortableAdam } from './portable';
import type { AdamState } from './state';
import { firstHere, type Tier } from '../tier';

export type { AdamNumbers, AdamState, GradientClip, Moments, WeightGradient } from './state';

interface AdamTier extends Tier {
  make(): AdamState;
}

export const adamTiers: readonly AdamTier[] = [
  {
    name: 'native',
    condition:
      'lib/native is built, and no GPU: TensorFlow keeps variables there, where the operation cannot reach them',
    isHere: () => nativeOp('LabAdam') !== undefined && !nativeBackend()?.isUsingGpuDevice,
    make: () => new NativeAdam(),
  },
  { name: 'portable', condition: 'always', isHere: () => true, make: () => new PortableAdam() },
];

/** A fresh `AdamState` of the first tier that is here. */
export const adamState = (): AdamState => firstHere(adamTiers).make();
