/** Matrix products in WebAssembly by a kernel of our own (lib/wasm/matmul.cc): TensorFlow.js's is slow where a factor is transposed. */
import { tf, wasmKernels } from '../../backend';
import { replaceKernel } from '../../mends/kernel-registry';
import { activations, sizesOf, type Call } from './call';

export function installWasmMatMul(): void {
  if (!tf.getKernel('BatchMatMul', 'wasm')) return;
  for (const name of ['BatchMatMul', '_FusedMatMul']) {
    replaceKernel(name, 'wasm', 'it is slow where a factor is transposed', (stock) => (args) => {
      const call = args as unknown as Call;
      const kernels = wasmKernels();
      const sizes = kernels && sizesOf(call);
      if (!sizes) return stock(args);
      const { a, b, bias } = call.inputs;
      const { transposeA, transposeB, activation = 'linear' } = call.attrs;
      const { m, k, n } = sizes;
      const product = kernels.output([...a.shape.slice(0, -2), m, n]);
      const addresses = [a, b, bias, product].map((tensor) => kernels.address(tensor));
      const how = [Number(transposeA), Number(transposeB), activations.indexOf(activation)];
      kernels.run('matmul', ...addresses, m, k, n, ...how);
      return product;
    });
  }
}
