/** The operations that this library computes in a way of its own, each in the fastest of several tiers. */
import { adamTiers } from './adam';
import { embeddingTiers } from './embedding';
import { generationTiers } from './generation';
import { gatherTiers, installGather } from './gather/wasm';
import { installMatMul, matMulTiers } from './matmul';
import { installMean } from './mean/card';
import { crossEntropyTiers } from './cross-entropy';
import { qrTiers } from './qr';
import { recurrentTiers } from './recurrent/tiers';
import { skipGramTiers } from './skip-gram';
import { installSoftmax, softmaxTiers } from './softmax';
import type { Tier, TierName } from './tier';

export { adamState } from './adam';
export type { AdamNumbers, AdamState, GradientClip, Moments, WeightGradient } from './adam';
export { oneHot, sparseCrossEntropy } from './cross-entropy';
export { embedding } from './embedding';
export { checkSampling, generationTier, readAndDraw, sampleToken, samplingDistribution } from './generation';
export type { SamplingOptions, Stretch, TokenNetwork, Written } from './generation';
export { normalize } from './normalize';
export { orthonormalColumns } from './qr';
export { tierLines } from './tier-lines';
export { gru, lastTier, lstm, recurrent, simpleRNN } from './recurrent';
export {
  gruCell,
  gruResetAfterCell,
  lstmCell,
  recurrence,
  sigmoidAndTanh,
  simpleCell,
  splitBias,
  times,
} from './recurrent/cells';
export type { Activations, Cell, Recur } from './recurrent/cells';
export { eachStep, walk } from './recurrent/walk';
export type { Walk } from './recurrent/walk';
export type { CellName, RecurrentResult, RecurrentWeights, SequenceOptions } from './recurrent';
export { skipGramPass } from './skip-gram';
export type { SkipGramPass, SkipGramSettings, SkipGramState } from './skip-gram';
export type { TierName } from './tier';

installGather();
installMatMul();
installMean();
installSoftmax();

const operations: Record<string, readonly Tier[]> = {
  recurrent: recurrentTiers,
  adam: adamTiers,
  embedding: embeddingTiers,
  gather: gatherTiers,
  softmax: softmaxTiers,
  matmul: matMulTiers,
  'cross-entropy': crossEntropyTiers,
  qr: qrTiers,
  'skip-gram': skipGramTiers,
  generation: generationTiers,
};

/** A row of the table of tiers. */
export interface TierRow {
  /** What is computed. */
  operation: string;
  /** How. */
  tier: TierName;
  /** When it computes, in words. */
  condition: string;
  /** Whether this machine has what it takes. */
  here: boolean;
}

/**
 * Every tier of every operation, the fastest first.
 *
 * @example
 * const recurrent = kernels.tierTable().filter(({ operation }) => operation === 'recurrent');
 * console.log(recurrent.map(({ tier }) => tier)); // [ 'native', 'cudnn', 'tensorflow', 'wasm', 'portable' ]
 */
export function tierTable(): TierRow[] {
  return Object.entries(operations).flatMap(([operation, tiers]) =>
    tiers.map(({ name, condition, isHere }) => ({ operation, tier: name, condition, here: isHere() })),
  );
}
