/** The one place that chooses native TensorFlow or WebAssembly, and exports `tf`. */
import * as tf from '@tensorflow/tfjs';
import type { Device } from './backend/device';
import { makeOp, type NativeOp } from './backend/execute';
import { hasOp, type NativeBackend } from './backend/native';
import { started } from './backend/start';
import type { WasmKernels } from './backend/wasm-kernels';
import { keepScalars } from './mends/card-scalars';
import { quietCpuBackend } from './mends/cpu-banner';
import { passOverNeedless } from './mends/needless-operations';
import { mendTidy } from './mends/tidy';

export { tf };
export type { Device } from './backend/device';
export type { NativeOp, OpAttributes } from './backend/execute';
export type { NativeBackend } from './backend/native';
export type { WasmKernels } from './backend/wasm-kernels';

/** What computes. */
export interface BackendInfo {
  name: 'native' | 'wasm';
  /** The version of TensorFlow's C++ library; none with wasm. */
  tensorflow?: string;
  /** The version of TensorFlow.js. */
  tfjs: string;
  /** Whether TensorFlow found a GPU that it can use. */
  gpu: boolean;
  /** Which device computes, and why. */
  device: string;
  /** Whether the operations of lib/native are built. */
  nativeOps: boolean;
  /** How many threads one operation may use. `LSTM_LAB_THREADS`, set before the start, changes it. */
  threads: number;
}

let onProcessor = false;
const ops = new WeakMap<NativeBackend, Map<string, NativeOp | undefined>>();
const { name, wish } = started;
quietCpuBackend(tf);
mendTidy();
if (name === 'native') passOverNeedless();
if (wish === 'gpu' && !hasCard()) {
  throw new Error(
    "LSTM_LAB_DEVICE is 'gpu', but TensorFlow finds no card here: `nvidia-smi` says whether the system has one; without LSTM_LAB_DEVICE the processor computes.",
  );
}
if (hasCard()) keepScalars(nativeBackend()!, started.tfjsNode!, computesOnCard);
if (choosesDevice()) setProcessor(true);

/** What computes here: backend, versions, GPU, threads. */
export function backendInfo(): BackendInfo {
  const backend = nativeBackend();
  return {
    name,
    ...(backend ? { tensorflow: backend.binding.TF_Version } : {}),
    tfjs: tf.version['tfjs-core'],
    gpu: hasCard(),
    device: deviceInWords(),
    nativeOps: backend !== undefined && anyOp(backend, 'LabRecurrent') !== undefined,
    threads: started.threads,
  };
}

/** tfjs-node's backend; undefined with wasm. */
export function nativeBackend(): NativeBackend | undefined {
  return tf.getBackend() === 'tensorflow' ? (tf.backend() as unknown as NativeBackend) : undefined;
}

/** This library's kernels in WebAssembly; undefined with other backends, and where there are no vector instructions. */
export function wasmKernels(): WasmKernels | undefined {
  return started.kernels?.isCurrent ? started.kernels : undefined;
}

/** Operations know their backend's tensors; after `tf.engine().reset()` there is another backend. */
function anyOp(backend: NativeBackend, op: string): NativeOp | undefined {
  let known = ops.get(backend);
  if (!known) ops.set(backend, (known = new Map<string, NativeOp | undefined>()));
  if (!known.has(op)) known.set(op, hasOp(backend, op) ? makeOp(backend, op) : undefined);
  return known.get(op);
}

/**
 * An operation of TensorFlow's, or of lib/native, as a function; undefined where there is none of that name. Those of lib/native compute on
 * the processor: while the card computes there are none, because their tensors would travel there and back.
 */
export function nativeOp(op: string): NativeOp | undefined {
  const backend = nativeBackend();
  if (!backend || (op.startsWith('Lab') && computesOnCard())) return undefined;
  return anyOp(backend, op);
}

/** Whether TensorFlow has a card that it can use. */
export function hasCard(): boolean {
  return nativeBackend()?.isUsingGpuDevice ?? false;
}

/** Whether the card computes what is called now. */
export function computesOnCard(): boolean {
  return !onProcessor && hasCard();
}

/** Whether each call can choose its device: there is a card, and nobody has chosen for all. */
export function choosesDevice(): boolean {
  return wish === 'auto' && hasCard() && deviceSwitch() !== undefined;
}

/** Computes on a device and goes back to the one before; where there is no choice, on the one that there is. */
export function onDevice<T>(device: Device, compute: () => T): T {
  const wanted = device === 'cpu';
  if (wanted === onProcessor || !hasCard() || !deviceSwitch()) return compute();
  setProcessor(wanted);
  try {
    return compute();
  } finally {
    setProcessor(!wanted);
  }
}

function setProcessor(value: boolean): void {
  deviceSwitch()!({ processor: value }, [], 0);
  onProcessor = value;
}

function deviceSwitch(): NativeOp | undefined {
  const backend = nativeBackend();
  return backend && anyOp(backend, 'LabDevice');
}

function deviceInWords(): string {
  if (wish === 'cpu') return 'the processor: LSTM_LAB_DEVICE asks for it';
  if (!hasCard()) return 'the processor: TensorFlow has no card';
  if (wish === 'gpu') return 'the card: LSTM_LAB_DEVICE asks for it';
  if (choosesDevice()) return 'the processor, and the card for large models in train (LSTM_LAB_DEVICE=gpu: always)';
  return 'the card: the binding is built without lib/native, which would choose';
}
