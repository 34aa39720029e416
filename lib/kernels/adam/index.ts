/** Adam's step for all weights of a model, in the fastest way of the device that computes. */
import { computesOnCard, nativeOp } from '../../backend';
import { NativeAdam } from './native';
import { PortableAdam } from './portable';
import type { AdamNumbers, AdamState, GradientClip, Moments, WeightGradient } from './state';
import { TensorFlowAdam } from './tensorflow';
import { WasmAdam } from './wasm';
import { firstHere, portableTier, wasmTier, type Tier } from '../tier';

export type { AdamNumbers, AdamState, GradientClip, Moments, WeightGradient } from './state';

interface AdamTier extends Tier {
  make(): AdamState;
}

export const adamTiers: readonly AdamTier[] = [
  {
    name: 'native',
    condition: 'lib/native is built, and the processor computes',
    isHere: () => nativeOp('LabAdam') !== undefined,
    make: () => new NativeAdam(),
  },
  {
    name: 'tensorflow',
    condition: 'the card computes',
    isHere: () => computesOnCard(),
    make: () => new TensorFlowAdam(),
  },
  {
    ...wasmTier(),
    make: () => new WasmAdam(),
  },
  { ...portableTier, make: () => new PortableAdam() },
];

/** A fresh `AdamState`; at every step the first tier that is here computes, and takes the means over from the one before. */
export const adamState = (): AdamState => new AdamOnDevice();

class AdamOnDevice implements AdamState {
  private tier: AdamTier | undefined;
  private state: AdamState | undefined;

  step(weights: WeightGradient[], numbers: AdamNumbers, clip?: GradientClip): void {
    this.here().step(weights, numbers, clip);
  }

  moments(): Moments[] {
    return this.state?.moments() ?? [];
  }

  restore(moments: Moments[]): void {
    this.here().restore(moments);
  }

  dispose(): void {
    this.state?.dispose();
  }

  private here(): AdamState {
    const tier = firstHere(adamTiers);
    if (tier === this.tier) return this.state!;
    const before = this.state;
    this.tier = tier;
    this.state = tier.make();
    if (before) {
      this.state.restore(before.moments());
      before.dispose();
    }
    return this.state;
  }
}
