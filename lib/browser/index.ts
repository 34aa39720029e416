/**
 * The library in a page: all of it that needs no files, on WebAssembly. Wait for `start()` before anything computes.
 *
 * @example
 * import { start, tf, layers, train } from 'lstm-lab';
 * await start();
 */
import { backendInfo, tf, type BackendInfo } from '../backend';
import { freeUnreachable } from '../mends/unreachable-tensors';
import { checkOptions } from '../options';
import { startWasm } from './backend/start';

export { backendInfo, tf } from '../backend';
export * as notebook from '../notebook';
export * as series from '../series';
export * as kernels from '../kernels';
export * as models from '../models';
export * as params from '../models/params';
export * as text from '../text';
export * as layers from '../layers';
export * as plot from '../plot';
export * as train from '../train';
export * as torch from '../torch';

freeUnreachable(tf);

/** How a page starts. */
export interface StartOptions {
  /** The folder's address from which the three `.wasm` files come. Default: beside this module. */
  wasm?: string | URL;
  /** How many threads may compute in a page that is cross-origin isolated; others have one. Default: the processors, up to 8. */
  threads?: number;
}

/**
 * Loads WebAssembly, 520 KB, and makes it compute; gives what computes. With the default addresses `tf.ready()` does the same.
 * @throws Error when a file cannot be had, or the browser has no vector instructions; TypeError on unknown options; RangeError on threads
 */
export async function start(options: StartOptions = {}): Promise<BackendInfo> {
  checkOptions('start', options, ['wasm', 'threads']);
  const { wasm, threads } = options;
  if (threads !== undefined && !(Number.isInteger(threads) && threads > 0))
    throw new RangeError(`start: threads is ${threads}, expected a whole number above 0.`);
  await startWasm(wasm, threads);
  return backendInfo();
}
