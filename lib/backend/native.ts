/** TensorFlow's C++ library as the backend, and its operations beyond those that TensorFlow.js knows. */
import os from 'node:os';
import util from 'node:util';
import type { Tensor, TensorInfo } from '@tensorflow/tfjs';

/** One argument of an operation that is no tensor: whole numbers and booleans as they are, others with their type named. */
export type OpAttribute =
  | boolean
  | number
  | string
  | number[]
  | { float: number }
  | { type: 'float32' | 'int32' | 'bool' }
  | { shape: number[] };

/** Runs one TensorFlow operation, outside of the gradient tape. */
export type NativeOp = (attributes: Record<string, OpAttribute>, inputs: TensorInfo[], outputs: number) => Tensor[];

interface EncodedAttribute {
  name: string;
  type: number;
  value: unknown;
}

interface TensorMetadata {
  id: number;
  shape: number[];
  dtype: number;
}

interface Binding {
  executeOp(name: string, attributes: EncodedAttribute[], inputs: number[], outputs: number): TensorMetadata[];
  createTensor(shape: number[], dtype: number, values: ArrayBufferView): number;
  deleteTensor(id: number): void;
  TF_Version: string;
  TF_FLOAT: number;
  TF_INT32: number;
  TF_INT64: number;
  TF_BOOL: number;
  TF_ATTR_STRING: number;
  TF_ATTR_INT: number;
  TF_ATTR_FLOAT: number;
  TF_ATTR_BOOL: number;
  TF_ATTR_TYPE: number;
  TF_ATTR_SHAPE: number;
}

/** A tensor's data as tfjs-node holds it: a handle of TensorFlow's, or values that wait to become one. */
export interface NativeData {
  shape: number[];
  dtype: number;
  id: number;
  values: ArrayBufferView | null;
  refCount: number;
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

/**
 * Registers tfjs-node as TensorFlow.js' backend.
 * @throws Error when the binding is not built, does not fit this processor's libraries, or finds no TensorFlow
 */
export function loadNative(): void {
  // tfjs-node calls functions that Node 23 removed (tensorflow/tfjs #8609).
  const legacy = util as unknown as Record<string, unknown>;
  legacy.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  legacy.isArray ??= Array.isArray;
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '3';
  if (process.env.LSTM_LAB_THREADS) {
    process.env.TF_NUM_INTRAOP_THREADS ??= String(threadCount());
    process.env.OMP_NUM_THREADS ??= String(threadCount());
  }
  require('@tensorflow/tfjs-node-gpu');
}

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

/** A function that runs the operation of this name. */
export function makeOp(backend: NativeBackend, name: string): NativeOp {
  const { binding } = backend;
  const encoded = new Map<string, EncodedAttribute[]>();
  return (attributes, inputs, outputs) => {
    const key = JSON.stringify(attributes);
    let list = encoded.get(key);
    if (!list) {
      list = Object.entries(attributes).map(([attribute, value]) => encode(binding, attribute, value));
      encoded.set(key, list);
    }
    const results = binding.executeOp(name, list, backend.getInputTensorIds(inputs), outputs);
    return results.map((metadata) => backend.createOutputTensor(metadata));
  };
}

function encode(binding: Binding, name: string, value: OpAttribute): EncodedAttribute {
  if (typeof value === 'boolean') return { name, type: binding.TF_ATTR_BOOL, value };
  if (typeof value === 'string') return { name, type: binding.TF_ATTR_STRING, value };
  if (typeof value === 'number' || Array.isArray(value)) return { name, type: binding.TF_ATTR_INT, value };
  if ('float' in value) return { name, type: binding.TF_ATTR_FLOAT, value: value.float };
  if ('shape' in value) return { name, type: binding.TF_ATTR_SHAPE, value: value.shape };
  const types = { float32: binding.TF_FLOAT, int32: binding.TF_INT32, bool: binding.TF_BOOL };
  return { name, type: binding.TF_ATTR_TYPE, value: types[value.type] };
}
