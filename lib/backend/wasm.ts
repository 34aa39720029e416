/**
 * WebAssembly as the backend. Its package starts it asynchronously, which would make everybody who imports this library wait; the same
 * module is instantiated here at once, which Node allows.
 */
import fs from 'node:fs';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { BackendWasm, version_wasm } from '@tensorflow/tfjs-backend-wasm';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { withSharedMemory } from './wasm-binary';
import { WasmKernels, type HostExports } from './wasm-kernels';
import { canShareMemory, type Threads } from './wasm-workers';
import { mendWasm } from '../mends/wasm';
import { withoutErrorListeners } from '../mends/wasm-listeners';

type Emscripten = Record<string, unknown> & {
  cwrap(name: string, result: string | null, parameters: string[]): unknown;
};
type Factory = (module: object) => Promise<unknown>;

// v128.const and i8x16.popcnt in a module: refused where there are no vector instructions.
const SIMD_PROBE = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
];

/**
 * Registers TensorFlow.js' wasm backend, started, and makes it the current one.
 * @param threads how many may compute; one where a memory cannot be shared
 * @returns this library's own kernels in it; undefined where there are no vector instructions
 */
export function loadWasm(threads: number): WasmKernels | undefined {
  const folder = path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json'));
  const simd = WebAssembly.validate(new Uint8Array(SIMD_PROBE));
  const binary = fs.readFileSync(path.join(folder, 'wasm-out', `tfjs-backend-wasm${simd ? '-simd' : ''}.wasm`));
  const shares = simd && threads > 1 && canShareMemory();
  const compiled = (bytes: Uint8Array<ArrayBuffer>) => new WebAssembly.Module(shares ? withSharedMemory(bytes) : bytes);
  let host: HostExports | undefined;
  const module = {
    instantiateWasm(imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) {
      const instance = new WebAssembly.Instance(compiled(binary), imports);
      host = instance.exports as HostExports;
      done(instance);
      return instance.exports;
    },
  } as unknown as Emscripten;
  const factory = require('@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.js') as Factory & {
    default?: Factory;
  };
  void withoutErrorListeners(() => (factory.default ?? factory)(module));
  // The bridge of tfjs-backend-wasm's init().
  module.tfjs = {
    init: module.cwrap('init', null, []),
    initWithThreadsCount: module.cwrap('init_with_threads_count', null, ['number']),
    getThreadsCount: module.cwrap('get_threads_count', 'number', []),
    registerTensor: module.cwrap('register_tensor', null, ['number', 'number', 'number']),
    disposeData: module.cwrap('dispose_data', null, ['number']),
    dispose: module.cwrap('dispose', null, []),
  };
  tf.removeBackend('wasm');
  tf.registerBackend('wasm', () => new BackendWasm(module as never), 2);
  void tf.setBackend('wasm');
  mendWasm(tf, version_wasm);
  const kernels = readKernels();
  return (
    kernels &&
    new WasmKernels(compiled(kernels), host!, tf.backend(), shares ? { count: threads, startWorker } : undefined)
  );
}

const startWorker: Threads['startWorker'] = (script, workerData) => {
  // Nothing of how this program was started is for it, such as modules to be loaded first.
  const worker = new Worker(script, { eval: true, workerData, name: 'lstm-lab', execArgv: [], env: {} });
  worker.on('error', () => undefined); // it is one thread less
  worker.unref();
};

/** The fastest module of lib/wasm that this engine knows the instructions of. */
function readKernels(): Uint8Array<ArrayBuffer> | undefined {
  // The first place is seen from the sources, the second from what is compiled of them. Tools that gather a deployment's files, Next.js' for
  // one, take along what require.resolve names.
  const [fma, simd] = [
    contentOf(
      () => require.resolve('../wasm/kernels-fma.wasm'),
      () => require.resolve('../../wasm/kernels-fma.wasm'),
    ),
    contentOf(
      () => require.resolve('../wasm/kernels-simd.wasm'),
      () => require.resolve('../../wasm/kernels-simd.wasm'),
    ),
  ];
  // Node 20 knows them by this flag only; later ones without it, and complain of it.
  if (!WebAssembly.validate(fma)) setFlagsFromString('--experimental-wasm-relaxed-simd');
  return [fma, simd].find((binary) => WebAssembly.validate(binary));
}

/** The content of the file that is there. */
function contentOf(...places: (() => string)[]) {
  for (const place of places)
    try {
      return fs.readFileSync(place());
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    }
  throw new Error(`lstm-lab's kernels for WebAssembly, wasm/kernels-*.wasm, are missing above ${__dirname}.`);
}
