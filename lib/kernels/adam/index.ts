/** Adam's step for all weights of a model, in one operation where lib/native is built. */
import { nativeBackend, nativeOp } from '../../backend';
import { NativeAdam } from './native';
import { PortableAdam } from './portable';
import type { AdamState } from './state';

export type { AdamNumbers, AdamState, GradientClip, Moments, WeightGradient } from './state';

/**
 * A fresh `AdamState`: native where lib/native is built, otherwise in TensorFlow.js operations. TensorFlow keeps the variables of a machine
 * with a GPU there, where the native operation cannot reach them.
 */
export function adamState(): AdamState {
  return nativeOp('LabAdam') && !nativeBackend()?.isUsingGpuDevice ? new NativeAdam() : new PortableAdam();
}
