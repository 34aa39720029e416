/** Where the files of WebAssembly lie: beside the bundle that this becomes a part of. Bundlers know these addresses by their form. */
export const wasmFiles = {
  'tfjs-backend-wasm-simd.wasm': () => new URL('./tfjs-backend-wasm-simd.wasm', import.meta.url).href,
  'kernels-fma.wasm': () => new URL('./kernels-fma.wasm', import.meta.url).href,
  'kernels-simd.wasm': () => new URL('./kernels-simd.wasm', import.meta.url).href,
};
