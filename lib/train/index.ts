/** Training: fit with progress and interruption, callbacks, clipping, optimizers. */
export { seed } from '../random';
export { fit, lastHistory, type FitOptions } from './fit';
export { evaluate, predict, type EvaluateOptions } from './evaluate';
export { History, type TrainingParams } from './history';
export { Interrupted, NonFiniteLoss } from './errors';
export type { BatchGenerator, BatchStream, GeneratedBatch, ModelData, TensorData } from './batches';
export type { Callback, Logs, Training } from './callback';
export type { ClassWeight } from './classWeights';
export { getLearningRate, setLearningRate } from './learningRate';
export { findLearningRate, LearningRateSearch, type SearchOptions } from './findLearningRate';
export * from './callbacks';
export { loadCheckpoint } from './checkpoint';
export * as schedules from './schedules';
export type { Moment, Schedule } from './schedules';
export { clip, type ClipOptions } from './clipping';
import './namedOptimizers';
export { adam, adamW, Adam, type AdamOptions, type AdamWOptions } from './adam';
export * as losses from './losses';
