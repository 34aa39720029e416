/** The tiers of a recurrent sequence, the fastest first. */
import { computesOnCard, nativeOp } from '../../backend';
import { setting } from '../../platform';
import { portableTier, wasmTier, type Tier, type TierName } from '../tier';
import type { RecurrentCall, RecurrentOutputs } from './call';
import { isFusedCell, runFused } from './fused';
import { nativeSequence } from './native';
import { runCudnn } from './cudnn';
import { runPortable } from './portable';
import { runBlockLSTM } from './tensorflow';
import { wasmSequence } from './wasm';

/** A tier that can do some calls and not others. */
export interface RecurrentTier extends Tier {
  /** Whether it leaves no tensors behind but its outputs. */
  tidy?: boolean;
  takes(call: RecurrentCall): boolean;
  run(call: RecurrentCall): RecurrentOutputs;
}

export const recurrentTiers: readonly RecurrentTier[] = [
  {
    name: 'native',
    condition: 'lib/native is built; every cell but a GRU with its reset gate before the product',
    isHere: () => nativeOp('LabRecurrent') !== undefined,
    tidy: true,
    takes: ({ cell }) => isFusedCell(cell),
    run: (call) => runFused(nativeSequence, call),
  },
  {
    name: 'cudnn',
    condition: 'the card computes; those cells without recurrent dropout, with at least one step and one feature',
    isHere: () => computesOnCard() && nativeOp('CudnnRNNV3') !== undefined,
    takes: ({ cell, kernel, x, units, options }) =>
      isFusedCell(cell) && kernel !== undefined && x.size > 0 && units > 0 && !options.recurrentMask,
    run: runCudnn,
  },
  {
    name: 'tensorflow',
    condition: 'TensorFlow; an LSTM without recurrent dropout, with at least one step',
    isHere: () => nativeOp('BlockLSTMV2') !== undefined,
    takes: ({ cell, kernel, x, options }) =>
      cell === 'lstm' && kernel !== undefined && x.shape[1] > 0 && !options.recurrentMask,
    run: runBlockLSTM,
  },
  {
    ...wasmTier('every cell but a GRU with its reset gate before the product'),
    tidy: true,
    takes: ({ cell, units }) => isFusedCell(cell) && units > 0,
    run: (call) => runFused(wasmSequence, call),
  },
  { ...portableTier, takes: () => true, run: runPortable },
];

/**
 * The tier that computes a call; `LSTM_LAB_KERNELS`, read at every call so that tests can go through the tiers, holds it to one of them
 * and to the portable one where that cannot do the call.
 *
 * @param nested inside a gradient of a gradient, which only the portable tier's operations can give
 * @throws Error when `LSTM_LAB_KERNELS` is no tier
 */
export function tierFor(call: RecurrentCall, nested: boolean): RecurrentTier {
  const asked = setting('LSTM_LAB_KERNELS') as TierName | undefined;
  if (asked && !recurrentTiers.some(({ name }) => name === asked)) {
    const names = recurrentTiers.map(({ name }) => name).join(' or ');
    throw new Error(`LSTM_LAB_KERNELS is '${asked}', expected ${names}.`);
  }
  const allowed = ({ name }: RecurrentTier) => name === 'portable' || (!nested && (!asked || name === asked));
  return recurrentTiers.find((tier) => allowed(tier) && tier.isHere() && tier.takes(call))!;
}
