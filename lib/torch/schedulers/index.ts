/** PyTorch's learning-rate schedulers, by its exact formulas. @module */
export { CosineAnnealingLR, CosineAnnealingWarmRestarts } from './cosine';
export type { CosineAnnealingLROptions, WarmRestartsOptions } from './cosine';
export { ExponentialLR, LambdaLR, MultiplicativeLR, MultiStepLR, StepLR } from './decay';
export type { ExponentialLROptions, LambdaLROptions, MultiStepLROptions, StepLROptions } from './decay';
export { OneCycleLR } from './one-cycle';
export type { OneCycleLROptions } from './one-cycle';
export { ReduceLROnPlateau } from './plateau';
export type { ReduceLROnPlateauOptions } from './plateau';
export { Scheduler } from './scheduler';
export { SequentialLR } from './sequential';
export type { SequentialLROptions } from './sequential';
export { ConstantLR, LinearLR, PolynomialLR } from './warm-up';
export type { ConstantLROptions, LinearLROptions, PolynomialLROptions } from './warm-up';
