/**
 * Puts an operation with several outputs on TensorFlow.js' gradient tape. `tf.customGrad` takes one output, and a registered kernel must
 * name what it saves among its outputs and is given tensors of zeros for outputs that nothing depends on; a whole recurrent sequence makes
 * both costly, so this writes the tape's node itself, as `Engine.addTapeNode` does.
 */
import * as tf from '@tensorflow/tfjs';

/** The gradients of the inputs, each computed when the tape asks for it; the tape skips inputs that nothing to be trained leads to. */
export type InputGradients = Record<string, () => tf.Tensor>;

interface TapeNode {
  id: number;
  kernelName: string;
  inputs: Record<string, tf.Tensor>;
  outputs: tf.Tensor[];
  saved: tf.Tensor[];
  gradient(outputGradients: (tf.Tensor | null)[]): InputGradients;
}

interface Scope {
  id: number;
}

/** What is private in TensorFlow.js' engine and used here; tests/mends/tape.test.ts fails when a version has it no more. */
interface EngineState {
  activeScope: Scope;
  scopeStack: Scope[];
  gradientDepth: number;
  kernelDepth: number;
  activeTape: TapeNode[];
  nextTapeNodeId: number;
}

const state = () => tf.engine().state as unknown as EngineState;

/** Whether what is computed now is inside a gradient of a gradient, which an operation recorded by `record` cannot give. */
export function isNested(): boolean {
  return state().gradientDepth > 1;
}

/** Whether what is computed now is recorded for gradients. */
export function isRecording(): boolean {
  return state().gradientDepth > 0 && state().kernelDepth === 0;
}

/** A second handle of a tensor's data that outlives the tape's scopes; the tape disposes of what it has saved. */
export function save(tensor: tf.Tensor): tf.Tensor {
  const engine = tf.engine();
  engine.backend.incRef(tensor.dataId);
  const { dataId, shape, dtype } = tensor;
  return engine.keep(engine.makeTensorFromTensorInfo({ dataId, shape, dtype }));
}

/** A hold on a tensor's data that outlives the tensor and that no count of tensors or bytes sees; to be released. */
export function hold({ dataId, shape, dtype }: tf.Tensor): tf.TensorInfo {
  tf.engine().backend.incRef(dataId);
  return { dataId, shape, dtype };
}

export function release({ dataId }: tf.TensorInfo): void {
  const engine = tf.engine();
  if (engine.backend.disposeData(dataId)) engine.removeDataId(dataId, engine.backend);
}

/** Runs a function whose operations are not recorded. */
export function withoutRecording<T>(compute: () => T): T {
  const engine = state();
  engine.kernelDepth++;
  try {
    return compute();
  } finally {
    engine.kernelDepth--;
  }
}

/**
 * Records outputs that were computed from inputs.
 * @param saved tensors kept for `gradient`; the tape disposes of them
 * @param gradient from the outputs' gradients, null where there is none, to those of the inputs
 */
export function record(
  kernelName: string,
  inputs: Record<string, tf.Tensor>,
  outputs: tf.Tensor[],
  saved: tf.Tensor[],
  gradient: (outputGradients: (tf.Tensor | null)[]) => InputGradients,
): void {
  const { activeTape, nextTapeNodeId } = state();
  state().nextTapeNodeId = nextTapeNodeId + 1;
  activeTape.push({ id: nextTapeNodeId, kernelName, inputs, outputs, saved, gradient });
}

/**
 * Runs a function whose tensors live as long as the whole backward pass. The tape asks for every input's gradient in a scope of its own,
 * which would dispose of the others that the same operation has computed. That scope is taken off the stack meanwhile: every operation
 * inside ends a scope of its own and goes back to the top of the stack.
 */
export function inBackwardScope<T>(compute: () => T): T {
  const engine = state();
  const { scopeStack } = engine;
  if (scopeStack.length < 2) return compute();
  const inner = scopeStack.pop()!;
  engine.activeScope = scopeStack[scopeStack.length - 1];
  try {
    return compute();
  } finally {
    scopeStack.push(inner);
    engine.activeScope = inner;
  }
}
