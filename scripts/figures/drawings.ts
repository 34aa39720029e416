/** Every drawing by the name of its file. */
import { encoderAttention, multiHead } from './attention';
import { batchFirst } from './batch';
import { gateStep, lstmCell } from './cell';
import { gruCell } from './gru';
import { kernelToScale } from './kernel';
import { padding } from './padding';
import { backpropagation, bidirectional, stacked, unrolling, vanishingGradient } from './recurrence';
import { strip } from './strip';
import { splitByTime, walkForward, windows } from './time';

export const drawings: Record<string, () => string> = {
  'workshop-strip': strip,
  'lstm-cell': lstmCell,
  'gate-forget': () => gateStep('forget'),
  'gate-input': () => gateStep('input'),
  'gate-state': () => gateStep('state'),
  'gate-output': () => gateStep('output'),
  'gru-cell': gruCell,
  unrolling,
  backpropagation,
  'vanishing-gradient': vanishingGradient,
  bidirectional,
  stacked,
  padding,
  'kernel-to-scale': kernelToScale,
  'encoder-attention': encoderAttention,
  'multi-head-attention': multiHead,
  'batch-first': batchFirst,
  windows,
  'split-by-time': splitByTime,
  'walk-forward': walkForward,
};
