/** PyTorch's losses. @module */
export { BCELoss, BCEWithLogitsLoss } from './binary';
export type { BCELossOptions, BCEOptions } from './binary';
export { CrossEntropyLoss, NLLLoss } from './cross-entropy';
export type { CrossEntropyOptions, NLLOptions } from './cross-entropy';
export { KLDivLoss } from './kl-divergence';
export type { KLDivOptions } from './kl-divergence';
export type { LossOptions, Reduction } from './loss';
export { HuberLoss, L1Loss, MSELoss, SmoothL1Loss } from './regression';
export type { HuberOptions, SmoothL1Options } from './regression';
