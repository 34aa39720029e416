/**
 * The kernels of lib/native in WebAssembly (lib/wasm): a side module in the memory of tfjs-backend-wasm, whose tensors it reads and writes
 * where they lie. Knows nothing of Node: whoever loads it brings the compiled module.
 */
import * as tf from '@tensorflow/tfjs';
import { WasmLazyData, type WasmDataMap, type WasmRecipe } from '../mends/wasm-lazy-data';

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

type Kernel = (...numbers: number[]) => number | undefined;

const bytesPerNumber = 4;
/** What an address can count; the host's malloc would take the remainder of a larger number. */
const mostBytes = 2 ** 32 - 1;
const stackBytes = 1 << 18;

/** The kernels, and the tensors that they work on. */
export class WasmKernels {
  private readonly kernels: Record<string, Kernel>;
  private readonly stack: WebAssembly.Global;
  private readonly stackTop: number;
  private structs = 0;
  private structBytes = 0;

  private readonly backend: WasmBackend;

  /**
   * @param module one of lib/wasm's
   * @param host the exports of tfjs-backend-wasm's instance
   * @param backend the backend that keeps its tensors there
   */
  constructor(
    module: WebAssembly.Module,
    private readonly host: HostExports,
    backend: object,
  ) {
    this.backend = backend as WasmBackend;
    const { memory, malloc, free } = host;
    const { dataBytes, tableSize } = needsOf(module);
    const aligned = (bytes: number) => ((malloc(bytes + 64) >>> 0) + 63) & ~63;
    this.stackTop = aligned(stackBytes) + stackBytes;
    this.stack = new WebAssembly.Global({ value: 'i32', mutable: true }, this.stackTop);
    const constant = (value: number) => new WebAssembly.Global({ value: 'i32' }, value);
    const { exports } = new WebAssembly.Instance(module, {
      env: {
        memory,
        malloc,
        free,
        out_of_memory: refuse,
        exp: Math.exp,
        expf: Math.exp,
        log: Math.log,
        __stack_pointer: this.stack,
        __memory_base: constant(aligned(dataBytes)),
        __table_base: constant(1), // 0 is the null pointer
        __indirect_function_table: new WebAssembly.Table({ element: 'anyfunc', initial: tableSize + 1 }),
      },
    });
    this.kernels = exports as Record<string, Kernel>;
    this.kernels.__wasm_apply_data_relocs?.();
    this.kernels.__wasm_call_ctors();
  }

  /**
   * Calls a kernel; addresses and numbers alike. What comes back is no number where the kernel gives nothing.
   * @throws RangeError when memory ends; what the kernel had taken until then is given back
   */
  run(kernel: string, ...numbers: number[]): number {
    try {
      return this.kernels[kernel](...numbers) as number;
    } catch (error) {
      this.stack.value = this.stackTop;
      this.kernels.clean_up();
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

  /** Whether new tensors lie in this memory: not with another backend, nor when another copy of this library has brought a memory of its own. */
  get isCurrent(): boolean {
    return (tf.backend() as unknown) === this.backend;
  }
}

function refuse(): never {
  throw new RangeError('WebAssembly has no memory left for this operation: make the batch or the sequence smaller.');
}

/** What a side module needs of its host, from its section `dylink.0` (WebAssembly's tool conventions, "Dynamic linking"). */
function needsOf(module: WebAssembly.Module): { dataBytes: number; tableSize: number } {
  const bytes = new Uint8Array(WebAssembly.Module.customSections(module, 'dylink.0')[0]);
  let at = 0;
  const number = (): number => {
    const byte = bytes[at++];
    return byte < 128 ? byte : byte - 128 + 128 * number();
  };
  while (at < bytes.length) {
    const kind = bytes[at++];
    const size = number();
    if (kind === 1) {
      const [dataBytes, , tableSize] = [number(), number(), number()];
      return { dataBytes, tableSize };
    }
    at += size;
  }
  throw new Error('The module has no section dylink.0 that says what memory it needs.');
}
