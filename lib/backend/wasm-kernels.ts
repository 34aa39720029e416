/**
 * The kernels of lib/native in WebAssembly (lib/wasm): a side module in the memory of tfjs-backend-wasm, whose tensors it reads and writes
 * where they lie. Knows nothing of Node: whoever loads it brings the compiled module.
 */
import * as tf from '@tensorflow/tfjs';
import { WasmLazyData, type WasmDataMap, type WasmRecipe } from '../mends/wasm-lazy-data';
import { needsOf } from './wasm-binary';
import {
  arenaBytes,
  instantiate,
  maySleep,
  workerScript,
  type Kernels,
  type Place,
  type Threads,
} from './wasm-workers';

/** What this uses of tfjs-backend-wasm's module. */
export interface HostExports extends WebAssembly.Exports {
  memory: WebAssembly.Memory;
  malloc(bytes: number): number;
  free(address: number): void;
}

/** What this uses of tfjs-backend-wasm's backend. */
interface WasmBackend {
  dataIdMap: WasmDataMap;
  dataIdNextNumber: number;
  wasm: { tfjs: { registerTensor(id: number, size: number, address: number): void; disposeData(id: number): void } };
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  refCount(dataId: object): number;
}

const bytesPerNumber = 4;
/** What an address can count; the host's malloc would take the remainder of a larger number. */
const mostBytes = 2 ** 32 - 1;
const stackBytes = 1 << 18;

/** The kernels, and the tensors that they work on. */
export class WasmKernels {
  private readonly kernels: Kernels;
  private readonly stack: WebAssembly.Global;
  private readonly stackTop: number;
  private workers = 0;
  private structs = 0;
  private structBytes = 0;

  private readonly backend: WasmBackend;

  /**
   * @param module one of lib/wasm's, for a memory of the host's kind
   * @param host the exports of tfjs-backend-wasm's instance
   * @param backend the backend that keeps its tensors there
   * @param threads where the memory is a shared one
   */
  constructor(
    private readonly module: WebAssembly.Module,
    private readonly host: HostExports,
    backend: object,
    private readonly threads?: Threads,
  ) {
    this.backend = backend as WasmBackend;
    const { malloc, free } = host;
    const place = this.place();
    const start_workers = (count: number) => this.startWorkers(count);
    const { kernels, stack } = instantiate(module, place, { malloc, free, out_of_memory: refuse, start_workers });
    [this.kernels, this.stack, this.stackTop] = [kernels, stack, place.stackTop];
    if (threads) kernels.use_threads(threads.count, Number(maySleep()));
  }

  /** Memory for an instance. @throws RangeError when there is none */
  private place(): Place {
    const { memory } = this.host;
    const { dataBytes, tableSize } = needsOf(this.module);
    const data = this.take(dataBytes);
    new Uint8Array(memory.buffer, data, dataBytes).fill(0);
    return { memory, data, stackTop: this.take(stackBytes) + stackBytes, tableSize };
  }

  /** The address of so many bytes that are never given back, at a cache line of its own. */
  private take(bytes: number): number {
    const address = this.host.malloc(bytes + 64) >>> 0;
    if (address === 0) refuse();
    return ((address + 63) & ~63) >>> 0;
  }

  /** Starts workers until there are so many; where there can be none, the thread of the program computes alone. */
  private startWorkers(count: number): void {
    try {
      for (; this.workers < count; this.workers++) {
        const pool = this.kernels.pool_of_program()!;
        const seat = { module: this.module, place: this.place(), pool, arena: this.take(arenaBytes), arenaBytes };
        this.threads!.startWorker(workerScript, seat);
      }
    } catch {
      this.workers = count;
    }
  }

  /**
   * Calls a kernel; addresses and numbers alike. What comes back is no number where the kernel gives nothing.
   * @throws RangeError when memory ends; what the kernel had taken until then is given back
   */
  run(kernel: string, ...numbers: number[]): number {
    try {
      return this.kernels[kernel](...numbers) as number;
    } catch (error) {
      this.kernels.clean_up(); // workers may still read what lies in the stack
      this.stack.value = this.stackTop;
      throw error;
    }
  }

  /** Where a tensor's numbers lie; 0, the null pointer, for none. */
  address(tensor: tf.TensorInfo | null | undefined): number {
    return tensor ? this.backend.dataIdMap.get(tensor.dataId).memoryOffset : 0;
  }

  /** A fresh tensor, whose numbers a kernel is to write. @throws RangeError when there is no memory for it */
  output(shape: number[], dtype: Exclude<tf.DataType, 'string'> = 'float32'): tf.Tensor {
    if (bytesPerNumber * tf.util.sizeFromShape(shape) > mostBytes) refuse();
    const tensor = tf.engine().makeTensorFromTensorInfo(this.backend.makeOutput(shape, dtype));
    if (this.address(tensor) === 0) {
      tensor.dispose();
      refuse();
    }
    return tensor;
  }

  /** The address of structs of whole numbers and addresses, 32 bits each, until the next ones are made. */
  struct(fields: number[]): number {
    const bytes = bytesPerNumber * fields.length;
    if (bytes > this.structBytes) {
      this.host.free(this.structs);
      this.structs = this.host.malloc(bytes) >>> 0;
      this.structBytes = this.structs === 0 ? 0 : bytes;
      if (this.structs === 0) refuse();
    }
    new Int32Array(this.host.memory.buffer, this.structs, fields.length).set(fields);
    return this.structs;
  }

  /** Whether something else holds a tensor's numbers too, so that they must stay as they are. */
  isShared(tensor: tf.Tensor): boolean {
    return this.backend.refCount(tensor.dataId) > 1;
  }

  /**
   * Says that a kernel has changed a tensor's numbers in place: its data gets a new number, because the host keeps what its products and
   * convolutions have made of a weight under the number that it had.
   */
  changed({ dataId, size }: tf.Tensor): void {
    const { dataIdMap, wasm } = this.backend;
    const data = dataIdMap.get(dataId);
    wasm.tfjs.disposeData(data.id);
    data.id = this.backend.dataIdNextNumber++;
    wasm.tfjs.registerTensor(data.id, size, data.memoryOffset);
  }

  /** A float32 tensor whose numbers are written when something first reads them. */
  later<Parts>(shape: number[], recipe: WasmRecipe<Parts>): { tensor: tf.Tensor; data: WasmLazyData<Parts> } {
    const tensor = this.output(shape);
    return { tensor, data: WasmLazyData.inPlaceOf(tensor, this.backend.dataIdMap, recipe) };
  }

  /** Into how many parts a call is cut at most, and how many threads compute them when there are as many. */
  get threadCount(): number {
    return this.threads?.count ?? 1;
  }

  /** Whether new tensors lie in this memory: not with another backend, nor when another copy of this library has brought a memory of its own. */
  get isCurrent(): boolean {
    return (tf.backend() as unknown) === this.backend;
  }
}

function refuse(): never {
  throw new RangeError('WebAssembly has no memory left for this operation: make the batch or the sequence smaller.');
}
