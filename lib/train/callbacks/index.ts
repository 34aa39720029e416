export { earlyStopping, type EarlyStoppingOptions } from './early-stopping';
export { reduceLROnPlateau, type ReduceLROnPlateauOptions } from './reduce-lr-on-plateau';
export { learningRateScheduler } from './learning-rate-scheduler';
export { csvLogger } from './csv-logger';
export { tensorBoard } from './tensorboard';
export type { Monitor } from './monitor';
export { modelCheckpoint, type ModelCheckpointOptions } from './model-checkpoint';
