/** PyTorch's optimizers, by its exact formulas. @module */
export { Adadelta } from './adadelta';
export type { AdadeltaOptions } from './adadelta';
export { Adagrad } from './adagrad';
export type { AdagradOptions } from './adagrad';
export { Adam, AdamW } from './adam';
export type { AdamOptions, BetaOptions } from './adam';
export { Adamax } from './adamax';
export type { AdamaxOptions } from './adamax';
export { NAdam } from './nadam';
export type { NAdamOptions } from './nadam';
export { Optimizer } from './optimizer';
export type { DecoupledOptions, OptimizerOptions, StepOptions } from './optimizer';
export { RAdam } from './radam';
export { RMSprop } from './rmsprop';
export type { RMSpropOptions } from './rmsprop';
export { SGD } from './sgd';
export type { SGDOptions } from './sgd';
