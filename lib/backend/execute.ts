/** The one door to TensorFlow's operations, and to those of lib/native: it encodes their attributes and says which call failed. */
import type { Tensor, TensorInfo } from '@tensorflow/tfjs';
import type { Binding, EncodedAttribute, NativeBackend, TensorMetadata } from './native';

/** One argument of an operation that is no tensor: whole numbers and booleans as they are, others with their type named. */
export type OpAttribute =
  | boolean
  | number
  | string
  | number[]
  | { float: number }
  | { type: 'float32' | 'int32' | 'bool' }
  | { shape: number[] };

/** The arguments of an operation that are no tensors. */
export type OpAttributes = Record<string, OpAttribute>;

/** One TensorFlow operation, outside of the gradient tape. */
export interface NativeOp {
  /** @throws Error that names the operation, its inputs and what TensorFlow says of them */
  (attributes: OpAttributes, inputs: TensorInfo[], outputs: number): Tensor[];
  /** The same with TensorFlow's handles, for tensors that TensorFlow.js does not hold. */
  onHandles(attributes: OpAttributes, inputs: number[], outputs: number): TensorMetadata[];
}

/** The operation of this name as a function. */
export function makeOp(backend: NativeBackend, name: string): NativeOp {
  const { binding } = backend;
  const types = new Set([binding.TF_FLOAT, binding.TF_INT32, binding.TF_BOOL, binding.TF_RESOURCE]);
  const encoded = new Map<string, EncodedAttribute[]>();
  const onHandles = (attributes: OpAttributes, inputs: number[], outputs: number) => {
    const key = JSON.stringify(attributes);
    let list = encoded.get(key);
    if (!list) {
      list = Object.entries(attributes).map(([attribute, value]) => encode(binding, attribute, value));
      encoded.set(key, list);
    }
    return backend.binding.executeOp(name, list, inputs, outputs);
  };
  const execute = (attributes: OpAttributes, inputs: TensorInfo[], outputs: number) => {
    try {
      return onHandles(attributes, backend.getInputTensorIds(inputs), outputs).map((metadata) =>
        // Notes of an operation to its own gradient may be of a type that TensorFlow.js does not know; only their handle is ever used.
        backend.createOutputTensor(types.has(metadata.dtype) ? metadata : { ...metadata, dtype: binding.TF_INT32 }),
      );
    } catch (error) {
      throw explained(name, inputs, error as Error);
    }
  };
  return Object.assign(execute, { onHandles });
}

/** TensorFlow's status with the call that it is about. */
function explained(name: string, inputs: TensorInfo[], error: Error): Error {
  const given = inputs.map(({ dtype, shape }) => `${dtype} [${shape.join(', ')}]`).join(', ');
  const status = error.message.replace(/^Invalid TF_Status: \d+\nMessage: /, '');
  return new Error(`${name} was given ${given || 'no tensor'}: ${status}`, { cause: error });
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
