/** TensorFlow's C++ library as the backend, and its operations beyond those that TensorFlow.js knows. */
import os from 'node:os';
import type { Tensor, TensorInfo } from '@tensorflow/tfjs';
import type { NativeData } from '../mends/lazy-data';
import { mendNodeUtil } from '../mends/node-util';
import { prepareCard, type DeviceChoice } from './device';

/** An argument of an operation as TensorFlow's binding takes it. */
export interface EncodedAttribute {
  name: string;
  type: number;
  value: unknown;
}

/** A tensor as TensorFlow's binding returns it. */
export interface TensorMetadata {
  id: number;
  shape: number[];
  dtype: number;
}

/** What this library uses of tfjs-node's binding. */
export interface Binding {
  executeOp(name: string, attributes: EncodedAttribute[], inputs: number[], outputs: number): TensorMetadata[];
  createTensor(shape: number[], dtype: number, values: ArrayBufferView): number;
  deleteTensor(id: number): void;
  TF_Version: string;
  TF_FLOAT: number;
  TF_INT32: number;
  TF_INT64: number;
  TF_BOOL: number;
  TF_RESOURCE: number;
  TF_ATTR_STRING: number;
  TF_ATTR_INT: number;
  TF_ATTR_FLOAT: number;
  TF_ATTR_BOOL: number;
  TF_ATTR_TYPE: number;
  TF_ATTR_SHAPE: number;
}

/** What this library uses of tfjs-node's backend; all but the first two are private there. */
export interface NativeBackend {
  binding: Binding;
  isUsingGpuDevice: boolean;
  tensorMap: { get(dataId: object): NativeData; set(dataId: object, data: NativeData): void };
  getInputTensorIds(inputs: TensorInfo[]): number[];
  createOutputTensor(metadata: TensorMetadata): Tensor;
}

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

/** Whether `loadNative` failed because nobody asked for TensorFlow's C++ library here. */
export const isNotInstalled = (error: unknown): boolean =>
  (error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND' &&
  (error as Error).message.startsWith("Cannot find module '@tensorflow/tfjs-node-gpu/package.json'");

/** No tensor has it. */
const noTensor = -1;

/** Whether TensorFlow knows an operation. The binding looks its name up before its inputs, so asking with one that does not exist runs nothing and logs nothing. */
export function hasOp({ binding }: NativeBackend, name: string): boolean {
  try {
    binding.executeOp(name, [], [noTensor], 0);
    return true;
  } catch (error) {
    return !(error as Error).message.includes('neither a type of a primitive operation');
  }
}
