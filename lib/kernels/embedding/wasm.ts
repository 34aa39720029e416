/** Look-ups and their gradient in WebAssembly (lib/wasm/embedding.cc). */
import { tf, type WasmKernels } from '../../backend';
import type { Lookup } from './lookup';
import { firstOutside, rowError } from './row-error';
import type { TableWriter } from './writer';

export function wasmTables(kernels: WasmKernels): TableWriter {
  return {
    rows: (shape, late) =>
      kernels.later(shape, {
        ...late,
        write({ table, ids, owner }: Lookup, address) {
          const [rows, width] = table.shape;
          refuseOutside(kernels, ids, rows, owner);
          const count = tf.util.sizeFromShape(ids.shape);
          kernels.run('gather', kernels.address(table), kernels.address(ids), address, 1, rows, count, 4 * width);
        },
      }),
    gradient: ([rows, width], late) =>
      kernels.later([rows, width], {
        ...late,
        write({ ids, values }, address) {
          refuseOutside(kernels, ids, rows, 'the gradient of a table');
          const addresses = [kernels.address(ids), kernels.address(values)];
          kernels.run('embedding_gradient', ...addresses, ids.size, rows, width, address);
        },
      }),
  };
}

/** @throws RangeError with the first index that is not in a table of so many rows */
export function refuseOutside(kernels: WasmKernels, ids: tf.TensorInfo, rows: number, owner: string): void {
  if (!kernels.run('is_outside', kernels.address(ids), tf.util.sizeFromShape(ids.shape), rows)) return;
  const numbers = tf.engine().backend.readSync(ids.dataId) as Int32Array;
  throw rowError(owner, firstOutside(numbers, rows)!, rows);
}
