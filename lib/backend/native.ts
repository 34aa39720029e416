/** TensorFlow's C++ library as the backend: what this library uses of it, and whether it has an operation. */
import type { Tensor, TensorInfo } from '@tensorflow/tfjs';
import type { NativeData } from '../mends/lazy-data';

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
  /** A session with the graph of these tags, which are separated by commas. @returns its number */
  loadSavedModel(folder: string, tags: string): number;
  runSavedModel(session: number, inputs: number[], inputNodes: string, outputNodes: string): TensorMetadata[];
  deleteSavedModel(session: number): void;
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
