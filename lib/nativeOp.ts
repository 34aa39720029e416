/** Calls the TensorFlow ops of lib/native by name, where set-up could build them. */
import { tf } from './backend';

/** Attributes of an op, whole numbers and truth values. */
export type OpAttributes = Record<string, number | boolean>;

/** Runs one op and returns its outputs; throws the op's own message when its inputs are wrong. */
export type NativeOp = (attributes: OpAttributes, inputs: tf.Tensor[], outputs: number) => tf.Tensor[];

interface NodeBackend {
  binding: Record<string, number>;
  executeMultipleOutputs(name: string, attributes: object[], inputs: tf.Tensor[], outputs: number): tf.Tensor[];
}

const known = new Map<string, NativeOp | undefined>();

/** The op of this name; undefined on another backend than native TensorFlow, or where the op is not built. */
export function nativeOp(name: string): NativeOp | undefined {
  if (!known.has(name)) known.set(name, find(name));
  return known.get(name);
}

function find(name: string): NativeOp | undefined {
  if (tf.getBackend() !== 'tensorflow') return undefined;
  const backend = tf.backend() as unknown as NodeBackend;
  const { TF_ATTR_INT, TF_ATTR_BOOL } = backend.binding;
  const run: NativeOp = (attributes, inputs, outputs) => {
    const list = Object.entries(attributes).map(([key, value]) => ({
      name: key,
      type: typeof value === 'boolean' ? TF_ATTR_BOOL : TF_ATTR_INT,
      value,
    }));
    return backend.executeMultipleOutputs(name, list, inputs, outputs);
  };
  try {
    run({}, [], 1);
  } catch (error) {
    if (/not registered|neither a type of a primitive operation/i.test(String(error))) return undefined;
  }
  return run;
}
