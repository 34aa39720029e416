/**
 * The kernels of lib/native in WebAssembly (lib/wasm): a side module in the memory of tfjs-backend-wasm, whose tensors it reads and writes
 * where they lie. Knows nothing of Node: whoever loads it brings the compiled module.
 */
import * as tf from '@tensorflow/tfjs';

/** What this uses of tfjs-backend-wasm's module. */
export interface HostExports extends WebAssembly.Exports {
  memory: WebAssembly.Memory;
  malloc(bytes: number): number;
  free(address: number): void;
}

/** What this uses of tfjs-backend-wasm's backend. */
interface WasmBackend {
  dataIdMap: { get(dataId: object): { memoryOffset: number } };
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo;
}

type Kernel = (...numbers: number[]) => number | undefined;

const bytesPerNumber = 4;
/** What an address can count; the host's malloc would take the remainder of a larger number. */
const mostBytes = 2 ** 32 - 1;
const stackBytes = 1 << 18;
const structBytes = 1 << 8;

/** The kernels, and the tensors that they work on. */
export class WasmKernels {
  private readonly kernels: Record<string, Kernel>;
  private readonly stack: WebAssembly.Global;
  private readonly stackTop: number;
  private readonly structs: number;

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
    this.structs = aligned(structBytes);
    this.stack = new WebAssembly.Global({ value: 'i32', mutable: true }, this.stackTop);
    const constant = (value: number) => new WebAssembly.Global({ value: 'i32' }, value);
    const { exports } = new WebAssembly.Instance(module, {
      env: {
        memory,
        malloc,
        free,
        out_of_memory: refuse,
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
   * Calls a kernel; addresses and whole numbers alike.
   * @throws RangeError when memory ends; what the kernel had taken until then is given back
   */
  run(kernel: string, ...numbers: number[]): number | undefined {
    try {
      return this.kernels[kernel](...numbers);
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
  output(shape: number[], dtype: 'float32' | 'int32' = 'float32'): tf.Tensor {
    if (bytesPerNumber * tf.util.sizeFromShape(shape) > mostBytes) refuse();
    const tensor = tf.engine().makeTensorFromTensorInfo(this.backend.makeOutput(shape, dtype));
    if (this.address(tensor) === 0) {
      tensor.dispose();
      refuse();
    }
    return tensor;
  }

  /** The address of a struct of 32-bit numbers, until the next one is made. */
  struct(fields: number[]): number {
    new Int32Array(this.host.memory.buffer, this.structs, fields.length).set(fields);
    return this.structs;
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
