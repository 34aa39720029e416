export declare const wasmFiles: Record<
  'tfjs-backend-wasm-simd.wasm' | 'kernels-fma.wasm' | 'kernels-simd.wasm',
  () => string
>;
