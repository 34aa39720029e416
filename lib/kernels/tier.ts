/** One way of several to compute an operation, and the condition under which it does. */
import { wasmKernels } from '../backend';

/** The ways: operations of lib/native, the same in WebAssembly, cuDNN's, TensorFlow's own, and operations of TensorFlow.js that every backend has. */
export type TierName = 'native' | 'wasm' | 'cudnn' | 'tensorflow' | 'portable';

/** A row of the table of tiers. */
export interface Tier {
  /** How it computes. */
  name: TierName;
  /** When this tier computes, in words. */
  condition: string;
  /** Whether this machine has what it takes. */
  isHere(): boolean;
}

/** The row of the kernels in lib/wasm; `besides` says what more they need. */
export const wasmTier = (besides?: string): Tier & { name: 'wasm' } => ({
  name: 'wasm',
  condition: ['WebAssembly with vector instructions', ...(besides ? [besides] : [])].join('; '),
  isHere: () => wasmKernels() !== undefined,
});

/** The row of what every backend can compute. */
export const portableTier: Tier & { name: 'portable' } = { name: 'portable', condition: 'always', isHere: () => true };

/** The first tier of a table that is here. */
export function firstHere<T extends Tier>(tiers: readonly T[]): T {
  return tiers.find((tier) => tier.isHere())!;
}
