/**
 * The threads of the kernels in WebAssembly (lib/wasm/threads.h): workers, in each of which an instance of the same module computes in the same
 * memory. Knows nothing of Node: whoever loads the kernels says how a worker is started.
 */

/** Where an instance of the kernels has what it shares with none. */
export interface Place {
  memory: WebAssembly.Memory;
  /** The address of its static data. */
  data: number;
  /** The end of its stack. */
  stackTop: number;
  tableSize: number;
}

/** What a worker is given. */
export interface Seat {
  module: WebAssembly.Module;
  place: Place;
  /** What it shares with the program's thread. */
  pool: number;
  /** Memory for what it allocates. */
  arena: number;
  arenaBytes: number;
}

/** How many threads compute, and how another one comes to be. */
export interface Threads {
  count: number;
  /** Starts a worker that runs a script, to which it gives the seat. @throws when there can be none */
  startWorker(script: string, seat: Seat): void;
}

/** Room for what a part of a call allocates; a part that needs more gets it from the program's thread. */
export const arenaBytes = 1 << 20;

/** Whether a memory can be had that workers see, as large as tfjs-backend-wasm's may become. */
export function canShareMemory(): boolean {
  try {
    new WebAssembly.Memory({ initial: 1, maximum: 2 ** 16, shared: true });
    return true;
  } catch {
    return false;
  }
}

/** Whether this thread may sleep until others are done: a page's own may not. */
export function maySleep(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 0);
    return true;
  } catch {
    return false;
  }
}

export type Kernels = Record<string, (...numbers: number[]) => number | undefined>;
type Host = Record<'malloc' | 'free' | 'out_of_memory' | 'start_workers', (bytes: number) => unknown>;

/** An instance of the kernels. It goes to workers as text, as `compute` does: both use nothing but their arguments. */
export function instantiate(module: WebAssembly.Module, { memory, data, stackTop, tableSize }: Place, host: Host) {
  const stack = new WebAssembly.Global({ value: 'i32', mutable: true }, stackTop);
  const { exports } = new WebAssembly.Instance(module, {
    env: {
      ...host,
      memory,
      exp: Math.exp,
      expf: Math.exp,
      log: Math.log,
      __stack_pointer: stack,
      __memory_base: new WebAssembly.Global({ value: 'i32' }, data),
      __table_base: new WebAssembly.Global({ value: 'i32' }, 1), // 0 is the null pointer
      __indirect_function_table: new WebAssembly.Table({ element: 'anyfunc', initial: tableSize + 1 }),
    },
  });
  const kernels = exports as Kernels;
  kernels.__wasm_apply_data_relocs?.();
  kernels.__wasm_call_ctors();
  return { kernels, stack };
}

/** What a worker does, as long as it lives. Compilers that name arrow functions do so by a function of theirs: here are methods only. */
function compute({ module, place, pool, arena, arenaBytes }: Seat, create: typeof instantiate): void {
  const { kernels, stack } = create(module, place, {
    malloc() {},
    free() {},
    start_workers() {},
    out_of_memory() {
      throw new RangeError();
    },
  });
  for (;;) {
    try {
      kernels.work(pool, arena, arenaBytes);
    } catch (error) {
      kernels.fail(error instanceof RangeError ? 0 : 1);
      stack.value = place.stackTop;
    }
  }
}

/** The script of a worker, in Node and in a page. */
export const workerScript = `
const start = (seat) => (${String(compute)})(seat, ${String(instantiate)});
if (typeof require === 'function') start(require('node:worker_threads').workerData);
else onmessage = ({ data }) => start(data);
`;
