export { earlyStopping, type EarlyStoppingOptions } from './earlyStopping';
export { reduceLROnPlateau, type ReduceLROnPlateauOptions } from './reduceLROnPlateau';
export { learningRateScheduler } from './learningRateScheduler';
export { csvLogger } from './csvLogger';
export { tensorBoard } from './tensorBoard';
export type { Monitor } from './monitor';
export { modelCheckpoint, type ModelCheckpointOptions } from './modelCheckpoint';
