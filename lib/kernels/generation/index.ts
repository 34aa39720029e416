/** A network that goes on with a text, in the fastest way that runs here. */
import { nativeOp, onDevice } from '../../backend';
import { setting } from '../../platform';
import { portableTier, wasmTier, type Tier, type TierName } from '../tier';
import { generateNatively, takesNetwork } from './native';
import type { Stretch, TokenNetwork, Written } from './network';
import { generateStepwise } from './portable';
import { generateInWasm } from './wasm';

export type { Stretch, TokenNetwork, Written } from './network';
export { readAndDraw } from './portable';
export { checkSampling, sampleToken, samplingDistribution, type SamplingOptions } from './sampling';

interface GenerationTier extends Tier {
  takes(network: TokenNetwork): boolean;
  run(network: TokenNetwork, stretch: Stretch): Written;
}

export const generationTiers: readonly GenerationTier[] = [
  {
    name: 'native',
    condition: 'lib/native is built; on the processor; every cell but a GRU with its reset gate before the product',
    isHere: () => onDevice('cpu', () => nativeOp('LabGenerate')) !== undefined,
    takes: takesNetwork,
    run: (network, stretch) => onDevice('cpu', () => generateNatively(network, stretch)),
  },
  {
    ...wasmTier('every cell but a GRU with its reset gate before the product'),
    takes: takesNetwork,
    run: generateInWasm,
  },
  { ...portableTier, takes: () => true, run: generateStepwise },
];

/**
 * The tier that goes on with a network's text. `LSTM_LAB_KERNELS` holds it to one of them, as it does recurrent calls.
 *
 * @example
 * const layer = { kernel: tf.zeros<tf.Rank.R2>([5, 8]), recurrentKernel: tf.zeros<tf.Rank.R2>([2, 8]) };
 * const network: kernels.TokenNetwork = { layers: [{ cell: 'lstm', weights: layer }], dense: tf.zeros([2, 5]) };
 * console.log(['native', 'wasm', 'portable'].includes(kernels.generationTier(network).name)); // true
 */
export function generationTier(network: TokenNetwork): GenerationTier {
  const asked = setting('LSTM_LAB_KERNELS') as TierName | undefined;
  const allowed = ({ name }: Tier) => name === 'portable' || !asked || asked === name;
  return generationTiers.find((tier) => allowed(tier) && tier.isHere() && tier.takes(network))!;
}
