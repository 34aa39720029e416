/** Loads TensorFlow's C++ library as the backend. */
import os from 'node:os';
import { mendNodeUtil } from '../mends/node-util';
import { prepareCard, type DeviceChoice } from './device';

/** How many threads an operation may use: `LSTM_LAB_THREADS`, or as many as the process has processors. */
export function threadCount(): number {
  const asked = Number(process.env.LSTM_LAB_THREADS);
  return Number.isInteger(asked) && asked > 0 ? asked : os.availableParallelism();
}

/** The version of tfjs-node that is installed. */
export const nodeVersion = (): string =>
  (require('@tensorflow/tfjs-node-gpu/package.json') as { version: string }).version;

/**
 * Registers tfjs-node as TensorFlow.js' backend.
 * @throws Error when the binding is not built, does not fit this processor's libraries, or finds no TensorFlow
 */
export function loadNative(choice: DeviceChoice): void {
  mendNodeUtil(nodeVersion());
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '3';
  prepareCard(choice, process.env);
  if (process.env.LSTM_LAB_THREADS) {
    process.env.TF_NUM_INTRAOP_THREADS ??= String(threadCount());
    process.env.OMP_NUM_THREADS ??= String(threadCount());
  }
  require('@tensorflow/tfjs-node-gpu');
}

/** Why `loadNative` failed, as the middle of a sentence; tfjs-node's own words about a missing binding name commands that do not help. */
export function whyNotLoaded(error: unknown, platform: string = process.platform): string {
  const { message } = error as Error;
  if (platform === 'win32' && message.includes('(tfjs_binding.node) can not be found'))
    return 'it is not built on Windows; in WSL2 it is';
  // tensorflow/tfjs #8545, #4116: the package's installer leaves the library in another folder than the binding that wants it.
  if (platform === 'win32' && message.startsWith('The specified module could not be found'))
    return 'tensorflow.dll is not beside its binding: copy it from deps\\lib to lib\\napi-v8 in the package @tensorflow/tfjs-node-gpu';
  return message.split('\n')[0].trim();
}

/** Whether `loadNative` failed because nobody asked for TensorFlow's C++ library here. */
export const isNotInstalled = (error: unknown): boolean =>
  (error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND' &&
  (error as Error).message.startsWith("Cannot find module '@tensorflow/tfjs-node-gpu/package.json'");
