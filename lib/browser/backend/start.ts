/**
 * What starts in a page: WebAssembly, as TensorFlow.js' own backend of that name, with this library's kernels in its memory. A page waits
 * for both, by `start()` or `tf.ready()`; without waiting TensorFlow.js refuses to compute.
 */
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths, version_wasm } from '@tensorflow/tfjs-backend-wasm';
import type { Started } from '../../backend/start';
import { withSharedMemory } from '../../backend/wasm-binary';
import { WasmKernels, type HostExports } from '../../backend/wasm-kernels';
import { canShareMemory, type Threads } from '../../backend/wasm-workers';
import { mendWasm } from '../../mends/wasm';
import { wasmFiles } from './wasm-files.mjs';

/** What is private in tfjs-backend-wasm's backend and used here: Emscripten's module. */
interface HostBackend extends tf.KernelBackend {
  wasm: { asm: HostExports };
}

// A function of one instruction, f32x4.relaxed_madd: refused where there is none.
const FMA_PROBE = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 8, 1, 96, 3, 123, 123, 123, 1, 123, 3, 2, 1, 0, 10, 13, 1, 11, 0, 32, 0, 32, 1, 32, 2,
  253, 133, 2, 11,
];

export const started: Started = { name: 'wasm', wish: 'auto', threads: 1 };

/** Beyond these a page's threads are for others, and each has an engine of its own. */
const mostThreads = 8;

let folder: string | undefined;
let wanted: number | undefined;
let failure: unknown;

/**
 * Loads WebAssembly and makes it compute.
 * @param from the folder's address, where its files do not lie beside the module of this library
 * @param threads how many may compute where the page is cross-origin isolated; by default as many as there are processors, up to 8
 * @throws Error when a file cannot be had, or the browser has no vector instructions
 */
export async function startWasm(from?: string | URL, threads?: number): Promise<void> {
  if (from !== undefined) folder = String(from).replace(/\/?$/, '/');
  wanted = threads;
  if (!(await tf.setBackend('wasm'))) throw failure; // which TensorFlow.js only writes to the console
}

const stock = tf.findBackendFactory('wasm');
mendWasm(tf, version_wasm);
tf.removeBackend('wasm');
tf.registerBackend('wasm', () => load().catch(refuse), 3); // before WebGL, which is 2

function refuse(reason: unknown): never {
  failure = reason;
  throw reason;
}

async function load(): Promise<tf.KernelBackend> {
  if (!(await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')))
    throw new Error(
      'This browser has no vector instructions for WebAssembly; Chrome 91, Firefox 89 and Safari 16.4 brought them.',
    );
  const count = wanted ?? Math.min(mostThreads, navigator.hardwareConcurrency);
  const shared = count > 1 && crossOriginIsolated && canShareMemory() ? await sharedHost() : undefined;
  const threads = shared === undefined ? undefined : { count, startWorker };
  const knowsFma = WebAssembly.validate(new Uint8Array(FMA_PROBE));
  const binary = bytesOf(knowsFma ? 'kernels-fma.wasm' : 'kernels-simd.wasm');
  const compiled = binary.then((bytes) => WebAssembly.compile(threads ? withSharedMemory(bytes) : bytes));
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false); // a build of TensorFlow.js' own, whose threads would not be those of the kernels
  const host = shared ?? address(hostFile);
  // The other two are never loaded, but a place for them is required.
  setWasmPaths(
    Object.fromEntries(['', '-simd', '-threaded-simd'].map((kind) => [`tfjs-backend-wasm${kind}.wasm`, host])),
  );
  const [module, backend] = await Promise.all([compiled, stock() as Promise<HostBackend>]);
  started.kernels = new WasmKernels(module, backend.wasm.asm, backend, threads);
  started.threads = started.kernels.threadCount;
  return backend;
}

const hostFile = 'tfjs-backend-wasm-simd.wasm';

/** The address of TensorFlow.js' module with a memory that workers see; undefined where the page's rules (`connect-src`) allow none like it. */
async function sharedHost(): Promise<string | undefined> {
  const host = addressOf(withSharedMemory(await bytesOf(hostFile)), 'application/wasm');
  return fetch(host).then(
    () => host,
    () => undefined,
  );
}

const addressOf = (content: BlobPart, type: string): string => URL.createObjectURL(new Blob([content], { type }));

const startWorker: Threads['startWorker'] = (script, seat) => {
  const worker = new Worker(addressOf(script, 'text/javascript'));
  worker.onerror = (event) => event.preventDefault(); // it is one thread less
  worker.postMessage(seat);
};

async function bytesOf(name: keyof typeof wasmFiles): Promise<Uint8Array<ArrayBuffer>> {
  const file = address(name);
  const answer = await fetch(file);
  const isPage = answer.headers.get('content-type')?.startsWith('text/html'); // what some servers give for what they have not
  if (!answer.ok || isPage)
    throw new Error(
      `${file} is not there${isPage ? '' : ` (${answer.status})`}: say where the .wasm files of lstm-lab/browser lie, start({ wasm: '/folder/' }).`,
    );
  return new Uint8Array(await answer.arrayBuffer());
}

const address = (name: keyof typeof wasmFiles): string => (folder === undefined ? wasmFiles[name]() : folder + name);
