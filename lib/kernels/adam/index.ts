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

/**
 * A fresh `AdamState`; at every step the first tier that is here computes, and takes the means over from the one before.
 *
 * @example
 * const weight = tf.variable(tf.tensor1d([1]));
 * const state = kernels.adamState();
 * const numbers = { alpha: 0.1, rootScale: 1, epsilon: 1e-7, beta1: 0, beta2: 0, decay: 0 };
 * state.step([{ name: 'weight', weight, gradient: tf.tensor1d([2]) }], numbers);
 * console.log(weight.dataSync()[0].toFixed(3)); // 0.900
 */
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
